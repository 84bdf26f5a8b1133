"""One connection with at most one order on its way; HTTP and sockets fill in what the bytes mean."""

import asyncio
from abc import ABC, abstractmethod
from typing import Protocol, cast


class Referee(Protocol):
    """Who counts."""

    def ready(self, connection: "Connection") -> None:
        """The connection may be asked from now on."""

    def answered(self, connection: "Connection", refusal: bytes) -> None:
        """`refusal` is empty if the order was accepted. May ask again at once."""

    def overheard(self) -> None:
        """A frame that answers nothing."""

    def lost(self, connection: "Connection", why: str) -> None:
        """The connection is gone; if `is_asked`, an order's result is unknown."""


class Connection(ABC, asyncio.Protocol):
    """`since` is the intended start of the order that is on its way, on the clock of the driver."""

    def __init__(self, referee: Referee) -> None:
        self.referee = referee
        self.is_asked = False
        self.since = 0.0
        self._rest = b""  # of an answer that has come in part
        self._why = "the server closed the connection"
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is none by class

    def connection_lost(self, error: Exception | None) -> None:
        self.referee.lost(self, f"{self._why}: {error}" if error else self._why)

    def ask(self, since: float) -> None:
        """Sends the next order."""
        self.since = since
        self.is_asked = True
        self._write(self.next_order())

    @abstractmethod
    def next_order(self) -> bytes:
        """One order under a key of its own, as it goes over the wire."""

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def _settle(self, refusal: bytes) -> None:
        self.is_asked = False
        self.referee.answered(self, refusal)

    def _give_up(self, why: str) -> None:
        """What came cannot be understood, or was not asked for: nothing after it can be trusted."""
        self._why, self._rest = why, b""
        self.close()
