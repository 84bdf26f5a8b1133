"""Drain a show's log into SQL; notice when Redis has lost something; rebuild it from SQL."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from math import ceil

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.attendance import Attendance
from live.domain.events import LATE_BEFORE, LATE_NOW, ON_TIME, Fact
from live.domain.ids import ShowId
from live.errors import LiveError, NotNow
from live.hotpath.logs import LogReader
from live.hotpath.restore import Image, Restorer
from live.hotpath.stock import Order
from live.runtime import new_epoch
from live.store import ledger
from live.store.archive import is_archived
from live.store.db import Database
from live.store.entries import offer_entries
from live.store.orders import find_order
from live.store.rebuild import OrderRecord, ShowRecord, show_state
from live.store.shows import list_shows_in, raise_attendance

logger = logging.getLogger(__name__)

# Facts in one transaction. Nobody else writes to SQLite meanwhile (a quarter of a second); but buyers' keys
# come in any order, so each transaction writes nearly every page of their index, however few its facts.
FACTS_MAX = 10_000
COPY_S = 5.0  # between two copies of who has watched: each is a write for every show on air
GRACE_MS = 120_000  # a hold that ran out while Redis was away gets so long to be paid


class Desk:
    """One worker's reading of the logs and its watch over Redis, which must not cross.

    Facts that were read but are not committed yet count as SQL's: a Redis that came back without them
    has lost them, though SQL does not say so yet. So no log is read while Redis is being judged.
    """

    def __init__(self, db: Database, facts: LogReader, restorer: Restorer) -> None:
        self._db = db
        self._facts = facts
        self._restorer = restorer
        self._reading = asyncio.Lock()
        self._in_hand: dict[ShowId, int] = {}  # the last fact read, while it is being committed
        self._on_air: frozenset[ShowId] = frozenset()
        self._copied_at: datetime | None = None
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

    async def mend(self, now: datetime) -> None:
        """Let those shows sell of which Redis holds all that SQL has, and put the others back.

        Archived shows stay away. Who has watched is kept in SQL on the way, for Redis may lose it.
        Raises StoreUnavailable, RedisUnavailable.
        """
        async with self._reading:
            lost, attended = await self._compare()
        for show in lost:
            async with self._reading:
                self._positions = None
                await rebuild(show, db=self._db, restorer=self._restorer, now=now)
        await self._copy(attended, now)

    async def _copy(self, attended: Mapping[ShowId, Attendance], now: datetime) -> None:
        """Who has watched, into SQL, every COPY_S."""
        since_s = (now - self._copied_at).total_seconds() if self._copied_at else COPY_S
        if attended and not 0 <= since_s < COPY_S:  # the clock may have been set back
            self._copied_at = now
            async with self._db.write() as session:
                for show, told in attended.items():
                    await raise_attendance(session, show, told)

    async def _compare(self) -> tuple[list[ShowId], dict[ShowId, Attendance]]:
        """Shows to put back; and of whom Redis knows more viewers than SQL does, what it knows."""
        in_hand = dict(self._in_hand)  # first: what is committed after this is in SQL when we look
        async with self._db.read() as session:
            states = ("live", "planned", "ended")
            wanted = {s: await list_shows_in(session, s, archived=False) for s in states}
            positions = await ledger.positions(session, archived=False)
        self._on_air = frozenset(ShowId(show.id) for show in wanted["live"])
        rows = {ShowId(row.id): row for state in states for row in wanted[state]}
        self.shows = list(rows)
        run, heads = await self._facts.heads(self.shows)
        lost, attended = [], {}
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
            if head.state == "recovering":
                await self._restorer.trust(show, run, epoch)
            if head.attendance.exceeds(row.attendance):
                attended[show] = head.attendance
            if row.attendance.exceeds(head.attendance):
                await self._restorer.raise_attendance(show, row.attendance)
        return lost, attended

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


def _parts(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """As few as there may be, of one size: the last one costs as much as the others."""
    size = ceil(len(facts) / ceil(len(facts) / FACTS_MAX))
    for start in range(0, len(facts), size):
        yield facts[start : start + size]


async def rebuild(show: ShowId, *, db: Database, restorer: Restorer, now: datetime) -> None:
    """Put the show back into Redis as SQL knows it, in a new epoch; unless it was archived since it was
    missed. Safe to run again after a crash.

    SQL is fenced first: a writer still holding facts of the old life is refused (EpochMismatch).
    """
    epoch = new_epoch()
    async with db.write() as session:
        if await is_archived(session, show):
            return
        await restorer.begin(show)
        await ledger.open_epoch(session, show, epoch, now)
        record = await show_state(session, show)
        last_ms = await _last_change(session, record) if record else 0
    if record is None:
        return
    image = image_of(record, epoch, max(int(now.timestamp() * 1000), last_ms), last_ms)
    await restorer.restore(show, image)
    logger.warning(
        "show rebuilt from the ledger", extra={"show": show, "seq": record.seq, "epoch": epoch}
    )


async def _last_change(session: AsyncSession, record: ShowRecord) -> int:
    """When the last entry of the show's stock was made, Redis time in ms; 0: there is none."""
    taken = await find_order(session, record.orders[-1].id) if record.orders else None
    entries = await offer_entries(session, record.show_id, taken.seq if taken else 0)
    times = [order.settled_ms or order.placed_ms for order in record.orders]
    return max([*times, *(entry.at_ms for entry in entries)], default=0)


def image_of(record: ShowRecord, epoch: str, now_ms: int, last_ms: int) -> Image:
    """What Redis has to hold for what SQL says. Its time goes on from `last_ms`: it must not run backwards
    from entry to entry, whatever the clock of its host does."""
    buckets: dict[str, int] = {}
    for bucket, pace in record.pace.items():
        counts = {"o": pace.orders, "u": pace.units, "p": pace.paid_orders}
        buckets |= {f"{kind}:{bucket}": count for kind, count in counts.items() if count}
    return Image(
        epoch=epoch,
        state=record.state,
        totals={
            "seq": record.seq,
            "now": last_ms,
            "orders": len(record.orders),
            "units": record.units,
            "gmv_placed": record.gmv_placed,
            "paid_orders": record.paid_orders,
            "gmv_paid": record.gmv_paid,
            "comments": record.comments,
            **record.moves,
            "chain_n": record.chain[0],
            "chain_head": record.chain[1],
        },
        offers={offer.id: _offer_fields(asdict(offer)) for offer in record.offers},
        orders=[_order(order, now_ms) for order in record.orders],
        buyer_units=record.buyer_units,
        chat=record.chat,
        pace=buckets,
        attendance=record.attendance,
    )


def _offer_fields(fields: dict[str, str | int]) -> dict[str, str | int]:
    stored = {
        name: value
        for name, value in fields.items()
        if name not in ("id", "item_id", "duration_ms")
    }
    if stored["state"] == "sold_out":
        # Redis stores what the operator decided; sold out follows from the numbers.
        stored["state"] = "open"
    return stored


def _order(record: OrderRecord, now_ms: int) -> Order:
    is_overdue = record.state == "held" and record.expires_ms < now_ms
    lateness = ON_TIME
    if record.late:
        lateness = LATE_BEFORE if record.state == "refunded" and record.paid_ms else LATE_NOW
    return Order(
        id=record.id,
        offer=record.offer_id,
        buyer=record.buyer,
        name=record.buyer_name,
        quantity=record.quantity,
        amount=record.amount,
        currency=record.currency,
        state=record.state,
        placed_ms=record.placed_ms,
        expires_ms=now_ms + GRACE_MS if is_overdue else record.expires_ms,
        answered_ms=record.expires_ms,
        key=record.key,
        attempt=record.attempt,
        lateness=lateness,
    )
