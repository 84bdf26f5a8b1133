"""Orders over HTTP/1.1, keep-alive: heads made once for each token, answers framed by their length."""

import asyncio
import itertools
import re
from collections.abc import Iterator

from scripts.benchmarks.load.connection import Connection, Referee
from scripts.benchmarks.load.plan import Plan

BODY = b'{"quantity":1}'
TAIL = b"\r\n\r\n" + BODY
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length: "  # as uvicorn writes it
ANY_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*\r\n", re.IGNORECASE)
TOLD = 300  # bytes of a refusal that are kept


def requests(plan: Plan) -> Iterator[bytes]:
    """Without end, each with its own key; the tokens take turns."""
    heads = [
        f"POST {plan.path} HTTP/1.1\r\nHost: {plan.host}:{plan.port}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\nIdempotency-Key: {plan.run}-".encode()
        for token in plan.tokens
    ]
    for number, head in enumerate(itertools.cycle(heads)):
        yield b"%b%d%b" % (head, number, TAIL)


def answer_size(data: bytes) -> int | None:
    """Bytes of the whole answer that `data` begins with; None if its head is not all there.

    Raises ValueError when the head does not tell the body's length.
    """
    end = data.find(HEAD_END)
    if end < 0:
        return None
    at = data.find(LENGTH, 0, end)
    if at >= 0:
        start = at + len(LENGTH)
        return end + len(HEAD_END) + int(data[start : data.find(b"\r\n", start)])
    found = ANY_LENGTH.search(data, 0, end + 2)
    if found is None:
        raise ValueError("an answer without a length")
    return end + len(HEAD_END) + int(found[1])


class HttpOrders(Connection):
    """One keep-alive connection; all of a run share `requests`."""

    def __init__(self, referee: Referee, requests: Iterator[bytes]) -> None:
        super().__init__(referee)
        self._requests = requests

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.referee.ready(self)

    def next_order(self) -> bytes:
        return next(self._requests)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data, self._rest = self._rest + data, b""
        try:
            size = answer_size(data)
        except ValueError as error:
            self._give_up(str(error))
            return
        if size is None or size > len(data):
            self._rest = data
        elif size < len(data) or not self.is_asked:
            self._give_up("an answer to nothing")
        else:
            self._settle(b"" if data.startswith(b"HTTP/1.1 2") else data[:TOLD])
