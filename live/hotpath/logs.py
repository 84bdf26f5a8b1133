"""Reading a show's log: the ledger drains it into SQL, the screens keep up with it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from live.domain.attendance import Attendance
from live.domain.events import Fact, unpack
from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client, Script
from live.hotpath.presence import FIELDS as ATTENDANCE
from live.hotpath.presence import attendance_of

COMMITTED = Script("committed", plain=True)
KEEP_FACTS = 5_000  # facts kept behind what SQL has, so that a client away for a while can resume
ENTRIES_READ = 1_000  # of the log at once

HEAD = ("epoch", "state", "seq", "run", "layout")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a show's log stands. `epoch` changes when Redis was rebuilt; `state` is `recovering` until
    the worker trusts what this life of the server holds. `is_readable`: its keys are laid out as this
    version lays them out; else it must be rebuilt, once its log is in SQL."""

    epoch: str
    state: str
    seq: int
    is_readable: bool
    attendance: Attendance


class LogReader:
    """Reads that never change anything, and the trim that the ledger asks for."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def head(self, show: ShowId) -> Head | None:
        """None when Redis does not know the show."""
        return (await self.heads([show]))[1][show]

    async def heads(self, shows: Sequence[ShowId]) -> tuple[str, dict[ShowId, Head | None]]:
        """The server's run, and where each show stands in it: both of one life of the server, if
        `trust` finds it to be still the same."""
        commands = [
            command
            for show in shows
            for command in (
                ("HMGET", keys.meta(show), *HEAD),
                ("HMGET", keys.attendance(show), *ATTENDANCE),
            )
        ]
        told, *replies = await self._client.do_all([("INFO", "server"), *commands])
        parts = zip(shows, replies[::2], replies[1::2], strict=True)
        run = str(told["run_id"])
        return run, {show: _head(reply, attended, run) for show, reply, attended in parts}

    async def after(self, shows: Mapping[ShowId, int], entries: int) -> dict[ShowId, list[Fact]]:
        """Facts after the given seq of each show, at most `entries` log entries of each; no waiting."""
        if not shows:
            return {}
        commands = [
            ("XRANGE", keys.log(show), f"{seq + 1}-0", "+", "COUNT", entries)
            for show, seq in shows.items()
        ]
        replies = await self._client.do_all(commands)
        return {show: facts(reply) for show, reply in zip(shows, replies, strict=True) if reply}

    async def each_after(
        self, show: ShowId, seq: int, until_seq: int | None = None
    ) -> AsyncIterator[Fact]:
        """All facts after `seq`, up to another one or to the log's end."""
        while until_seq is None or seq < until_seq:
            newer = (await self.after({show: seq}, ENTRIES_READ)).get(show, [])
            if not newer:
                return
            seq = newer[-1].seq
            for fact in newer:
                if until_seq is None or fact.seq <= until_seq:
                    yield fact

    async def wait(self, shows: Mapping[ShowId, int], most_s: float) -> None:
        """Until one of the logs has a fact after the given seq, or `most_s` (less than the client's
        patience with a reply) have passed."""
        ids = [f"{seq}-0" for seq in shows.values()]
        names = [keys.log(show) for show in shows]
        block = ["BLOCK", int(most_s * 1000)]
        await self._client.do("XREAD", "COUNT", 1, *block, "STREAMS", *names, *ids)

    async def tail(self, show: ShowId, after_seq: int, entries: int) -> list[Fact]:
        """The newest facts after `after_seq`, oldest first: those of the last `entries` log entries."""
        key, first = keys.log(show), f"{after_seq + 1}-0"
        newer, middle = await self._client.do_all(
            [
                ("XREVRANGE", key, "+", f"({first}", "COUNT", entries),
                ("XREVRANGE", key, first, "-", "COUNT", 1),  # in whose middle we may be
            ]
        )
        reply = [*middle, *reversed(newer)] if len(newer) < entries else [*reversed(newer)]
        return [fact for fact in facts(reply) if fact.seq > after_seq]

    async def committed(
        self, show: ShowId, epoch: str, seq: int, chain_n: int, chain_head: str
    ) -> None:
        """SQL has everything up to `seq`: tell where its chain stands, and drop what it has, save the last
        KEEP_FACTS. Never call it with a seq that is not committed."""
        args = [epoch, chain_n, chain_head, seq - KEEP_FACTS]
        await self._client.run(COMMITTED, [keys.meta(show), keys.log(show)], args)

    async def sign_of_life(self) -> None:
        """A worker keeps the ledger; to be said again well before WORKER_MS are over."""
        await self._client.do("SET", keys.WORKER, 1, "PX", keys.WORKER_MS)

    async def worker_age_ms(self) -> int | None:
        """Since the last sign of life of any worker; None when that is longer ago than WORKER_MS."""
        rest = int(await self._client.do("PTTL", keys.WORKER))
        return None if rest < 0 else keys.WORKER_MS - rest

    async def fact(self, show: ShowId, seq: int) -> Fact | None:
        """One fact; None when it is not in the log (any more)."""
        reply = await self._client.do("XREVRANGE", keys.log(show), f"{seq}-0", "-", "COUNT", 1)
        return next((fact for fact in facts(reply) if fact.seq == seq), None)

    async def length(self, show: ShowId) -> int:
        return int(await self._client.do("XLEN", keys.log(show)))


def _head(
    reply: Sequence[bytes | None], attended: Sequence[bytes | None], server_run: str
) -> Head | None:
    epoch, state, seq, run, layout = reply
    if epoch is None or state is None:
        return None
    is_readable = layout is not None and layout.decode() == keys.LAYOUT
    is_trusted = is_readable and run is not None and run.decode() == server_run
    said = state.decode() if is_trusted else "recovering"
    return Head(epoch.decode(), said, int(float(seq or 0)), is_readable, attendance_of(attended))


def facts(reply: Sequence[tuple[bytes, Any]]) -> list[Fact]:
    """The facts in a stream reply, in order."""
    found: list[Fact] = []
    for entry_id, fields in reply:
        found += unpack(entry_id, fields.get(b"t", b""), msgpack.unpackb(fields[b"f"]))
    return found
