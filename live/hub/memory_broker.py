"""A broker in memory: the shows' logs as lists. For tests and for trying things out without Redis."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from live.domain.events import Fact, unpack
from live.hub.broker import HISTORY_MAX, Listener, Position


@dataclass(slots=True)
class _Log:
    epoch: str = "e1"
    seq: int = 0
    facts: list[Fact] = field(default_factory=list)

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.seq)

    def after(self, since: Position) -> list[Fact] | None:
        if since.epoch != self.epoch or not 0 <= self.seq - since.seq <= HISTORY_MAX:
            return None
        missed = [fact for fact in self.facts if fact.seq > since.seq]
        return missed if len(missed) == self.seq - since.seq else None


class MemoryBroker:
    """Implements `Broker`; the other methods play the part of the scripts that write the log."""

    def __init__(self) -> None:
        self._logs: dict[str, _Log] = {}
        self._watched: dict[str, Position] = {}
        self._changed = asyncio.Event()

    async def watch(self, show_id: str) -> Position:
        return self._watched.setdefault(show_id, self._log(show_id).position)

    def forget(self, show_id: str) -> None:
        self._watched.pop(show_id, None)

    async def history(self, show_id: str, since: Position) -> list[Fact] | None:
        return self._log(show_id).after(since)

    async def run(self, listener: Listener) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for show_id, position in list(self._watched.items()):
                await self._tell(listener, show_id, position)

    async def append(self, show_id: str, facts: Sequence[tuple[str, int, object]]) -> None:
        log = self._log(show_id)
        log.facts += unpack(b"%d-0" % (log.seq + 1), b"", facts)
        log.seq += len(facts)
        self._changed.set()

    async def trim(self, show_id: str, below: int) -> None:
        log = self._log(show_id)
        log.facts = [fact for fact in log.facts if fact.seq >= below]

    async def restart(self, show_id: str, epoch: str, seq: int) -> None:
        self._logs[show_id] = _Log(epoch, seq)
        self._changed.set()

    def _log(self, show_id: str) -> _Log:
        return self._logs.setdefault(show_id, _Log())

    async def _tell(self, listener: Listener, show_id: str, position: Position) -> None:
        log = self._log(show_id)
        self._watched[show_id] = log.position
        missed = log.after(position)
        if missed is None:
            listener.lost(show_id, log.position)
        elif missed:
            await listener.facts(show_id, log.position, missed)
