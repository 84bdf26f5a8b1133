"""Drain a show's log into SQL; notice when Redis has lost something."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import ceil

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.attendance import Attendance
from live.domain.events import Fact
from live.domain.ids import ShowId
from live.errors import LiveError, NotNow
from live.features.ledger.actions.rebuild import rebuild
from live.hotpath.logs import LogReader
from live.hotpath.restore import Restorer
from live.hotpath.wait import WaitList
from live.store import ledger
from live.store.db import Database
from live.store.moments import to_ms
from live.store.shows import list_shows_in, raise_attendance

logger = logging.getLogger(__name__)

# Facts in one transaction. Nobody else writes to SQLite meanwhile (a quarter of a second); but buyers' keys
# come in any order, so each transaction writes nearly every page of their index, however few its facts.
FACTS_MAX = 10_000
COPY_S = 5.0  # between two copies of who has watched: each is a write for every show on air


class Desk:
    """One worker's reading of the logs and its watch over Redis, which must not cross.

    Facts that were read but are not committed yet count as SQL's: a Redis that came back without them
    has lost them, though SQL does not say so yet. So no log is read while Redis is being judged.
    """

    def __init__(self, db: Database, facts: LogReader, restorer: Restorer, waits: WaitList) -> None:
        self._db = db
        self._facts = facts
        self._restorer = restorer
        self._waits = waits
        self._reading = asyncio.Lock()
        self._in_hand: dict[ShowId, int] = {}  # the last fact read, while it is being committed
        self._on_air: frozenset[ShowId] = frozenset()
        self._copied_at: datetime | None = None
        # Shows on air → the last fact that SQL had of each, in ms of Redis, when this desk first looked.
        self._first_seen: dict[ShowId, int] | None = None
        self.shows: Sequence[ShowId] = ()  # all that Redis should hold, at the last look
        # As this desk knows them: another worker may be further, and `apply_facts` sorts that out.
        self._positions: dict[ShowId, tuple[str, int]] | None = None

    async def drain(self, entries: int, *, everything: bool) -> int:
        """One round: what each log has after its position goes into SQL; returns facts written.

        Each show is a transaction of its own, so one that cannot be written holds up no other.
        `everything`: also of shows that are not on air. Raises what kept the last such show from being
        written: LedgerGap, EpochMismatch, FactMalformed; and StoreUnavailable, RedisUnavailable.
        """
        async with self._reading:
            if everything or self._positions is None:
                self._positions = await self._read_positions()
            positions = self._positions
            after = {
                show: seq
                for show, (_, seq) in positions.items()
                if everything or show in self._on_air
            }
            batches = await self._facts.after(after, entries)
            self._in_hand = {show: batch[-1].seq for show, batch in batches.items()}
        is_whole = False
        try:
            # Before the commit: what is not committed is read again, and whoever was forgotten with it.
            await self._waits.serve(_orders(batches))
            written = await self._write(batches, {show: positions[show][0] for show in batches})
            is_whole = True
        finally:
            self._in_hand = {}
            if not is_whole:
                self._positions = None
        for show, batch in batches.items():
            positions[show] = (positions[show][0], batch[-1].seq)
        return written

    async def wait(self, most_s: float) -> None:
        """Until a show on air has facts for `drain`, or `most_s` have passed. Raises RedisUnavailable."""
        known = self._positions or {}
        after = {show: seq for show, (_, seq) in known.items() if show in self._on_air}
        if after:
            await self._facts.wait(after, most_s)
        else:
            await asyncio.sleep(most_s)

    async def behind(self) -> int:
        """Facts of shows on air that this desk has not written. Raises RedisUnavailable."""
        known = self._positions or {}
        _, heads = await self._facts.heads(list(self._on_air))
        return sum(head.seq - known.get(show, ("", 0))[1] for show, head in heads.items() if head)

    async def mend(self, now: datetime) -> dict[ShowId, int]:
        """Let those shows sell of which Redis holds all that SQL has, and put the others back.

        Returns which could not sell until now, and the last fact that was known of each when this desk began,
        in ms of Redis. Archived shows stay away. Who has watched is kept in SQL on the way, for Redis may
        lose it. Raises StoreUnavailable, RedisUnavailable.
        """
        if self._first_seen is None:
            async with self._db.read() as session:
                self._first_seen = await _last_told(session)
        first_seen, now_ms = self._first_seen, int(now.timestamp() * 1000)
        async with self._reading:
            lost, trusted, attended = await self._compare()
        for show in lost:
            async with self._reading:
                self._positions = None
                await rebuild(show, db=self._db, restorer=self._restorer, now=now)
        await self._copy(attended, now)
        return {show: first_seen.get(show, now_ms) for show in (*trusted, *lost)}

    @property
    def on_air(self) -> frozenset[ShowId]:
        """The shows on air at the last look."""
        return self._on_air

    async def _copy(self, attended: Mapping[ShowId, Attendance], now: datetime) -> None:
        """Who has watched, into SQL, every COPY_S."""
        since_s = (now - self._copied_at).total_seconds() if self._copied_at else COPY_S
        if attended and not 0 <= since_s < COPY_S:  # the clock may have been set back
            self._copied_at = now
            async with self._db.write() as session:
                for show, told in attended.items():
                    await raise_attendance(session, show, told)

    async def _compare(self) -> tuple[list[ShowId], list[ShowId], dict[ShowId, Attendance]]:
        """Shows to put back; those that may sell again since this look; and of whom Redis knows more viewers
        than SQL does, what it knows."""
        in_hand = dict(self._in_hand)  # first: what is committed after this is in SQL when we look
        async with self._db.read() as session:
            states = ("live", "planned", "ended")
            wanted = {s: await list_shows_in(session, s, archived=False) for s in states}
            positions = await ledger.positions(session, archived=False)
        self._on_air = frozenset(ShowId(show.id) for show in wanted["live"])
        rows = {ShowId(row.id): row for state in states for row in wanted[state]}
        self.shows = list(rows)
        run, heads = await self._facts.heads(self.shows)
        lost, trusted, attended = [], [], {}
        for show, row in rows.items():
            epoch, seq = positions.get(show, ("", 0))
            head = heads[show]
            if head is None or head.epoch != epoch or head.seq < max(seq, in_hand.get(show, 0)):
                lost.append(show)
                continue
            if not head.is_readable:
                if head.seq == seq:  # all that it holds is in SQL: it can be laid out anew
                    lost.append(show)
                continue
            if head.state == "recovering" and await self._restorer.trust(show, run, epoch):
                trusted.append(show)
            if head.attendance.exceeds(row.attendance):
                attended[show] = head.attendance
            if row.attendance.exceeds(head.attendance):
                await self._restorer.raise_attendance(show, row.attendance)
        return lost, trusted, attended

    async def _read_positions(self) -> dict[ShowId, tuple[str, int]]:
        async with self._db.read() as session:
            found = await ledger.positions(session, archived=False)
        return {ShowId(show): position for show, position in found.items()}

    async def _write(
        self, batches: Mapping[ShowId, Sequence[Fact]], epochs: Mapping[ShowId, str]
    ) -> int:
        written, trouble = 0, None
        for show, batch in batches.items():
            try:
                for part in _parts(batch):
                    async with self._db.write() as session:
                        applied = await ledger.apply_facts(session, show, epochs[show], part)
                    written += applied.facts
                    if applied.facts:
                        end = part[-1].seq
                        await self._facts.committed(show, epochs[show], end, *applied[1:])
            except NotNow:
                raise
            except LiveError as error:
                trouble = error
                continue
        if trouble is not None:
            raise trouble
        return written


async def _last_told(session: AsyncSession) -> dict[ShowId, int]:
    on_air = await list_shows_in(session, "live", archived=False)
    positions = {show.id: await ledger.read_position(session, show.id) for show in on_air}
    return {ShowId(show): to_ms(p.updated_at) for show, p in positions.items() if p is not None}


def _orders(batches: Mapping[ShowId, Sequence[Fact]]) -> dict[str, dict[str, int]]:
    """Offer → buyer → when they last took units of it."""
    taken: dict[str, dict[str, int]] = {}
    for batch in batches.values():
        for fact in batch:
            if fact.kind == "take" and fact.order is not None:
                taken.setdefault(fact.order.offer, {})[fact.order.buyer] = fact.at_ms
    return taken


def _parts(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """As few as there may be, of one size: the last one costs as much as the others."""
    size = ceil(len(facts) / ceil(len(facts) / FACTS_MAX))
    for start in range(0, len(facts), size):
        yield facts[start : start + size]
