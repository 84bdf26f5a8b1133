"""The ledger: a show's log becomes rows, each fact exactly once, and `positions` says how far.

The position moves in the same transaction as the rows. So a crash between reading the log and the
commit leaves nothing, a crash after it leaves everything, and what is read twice is applied once.
A gap is never skipped: the drain must stop and call for help.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import BigInteger, Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.events import Fact
from live.errors import LiveError
from live.store.comments import Comment, Word
from live.store.cues import Cue
from live.store.fold import Batch, Row, fold
from live.store.moments import from_ms
from live.store.offers import Offer
from live.store.orders import Order
from live.store.shows import Show


class LedgerEntry(SQLModel, table=True):
    """One stock-changing fact, as it happened. Never changed."""

    __tablename__ = "ledger"
    __table_args__ = {"sqlite_with_rowid": False}  # one B-tree instead of two

    show_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str
    at_ms: int = Field(sa_type=BigInteger)
    payload: dict[str, object] = Field(sa_type=JSON)


class Position(SQLModel, table=True):
    """What of a show's log is committed: every fact up to `seq`, of the life `epoch`."""

    __tablename__ = "positions"

    show_id: str = Field(primary_key=True)
    epoch: str
    seq: int = Field(sa_type=BigInteger)
    updated_at: datetime  # by the log's own clock: when its last committed fact happened


class LedgerGap(LiveError):
    """A fact is missing between what is committed and what was read: stop, never skip."""

    code = "ledger_gap"
    status = 500


class EpochMismatch(LiveError):
    """The facts are of another life of the show than the one that SQL has open."""

    code = "epoch_mismatch"
    status = 500


class LedgerRace(LiveError):
    """Another writer moved the position meanwhile; nothing of this batch was applied."""

    code = "ledger_race"
    status = 500


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


POSITIONS, ENTRIES = _table(Position), _table(LedgerEntry)
OFFERS, ORDERS, SHOWS = _table(Offer), _table(Order), _table(Show)
COMMENTS, CUES, WORDS = _table(Comment), _table(Cue), _table(Word)

SETTLE = (
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("order_id"))
    .values(
        state=bindparam("state"),
        settled_at=bindparam("settled_at"),
        paid_at=func.coalesce(bindparam("paid_at", type_=ORDERS.c.paid_at.type), ORDERS.c.paid_at),
        late=or_(ORDERS.c.late, bindparam("late")),
    )
)
COUNT = (
    update(OFFERS)
    .where(OFFERS.c.id == bindparam("offer_id"))
    .values(
        left_units=bindparam("left_units"),
        held_units=bindparam("held_units"),
        paid_units=bindparam("paid_units"),
        expired_units=OFFERS.c.expired_units + bindparam("expired"),
        cancelled_units=OFFERS.c.cancelled_units + bindparam("cancelled"),
        refunded_units=OFFERS.c.refunded_units + bindparam("refunded"),
    )
)
SET_UP = (
    update(OFFERS)
    .where(OFFERS.c.id == bindparam("offer_id"))
    .values(
        state=bindparam("state"),
        quantity=bindparam("quantity"),
        restocked=bindparam("restocked"),
        opens_at=bindparam("opens_at"),
        closes_at=bindparam("closes_at"),
        rest_ms=bindparam("rest_ms"),
        pushed_at=func.coalesce(
            OFFERS.c.pushed_at, bindparam("pushed_at", type_=OFFERS.c.pushed_at.type)
        ),
    )
)
ACK = (
    update(CUES)
    .where(CUES.c.id == bindparam("cue_id"), CUES.c.acked_at.is_(None))
    .values(acked_at=bindparam("acked"))
)


async def find_position(session: AsyncSession, show_id: str) -> tuple[str, int] | None:
    """(epoch, seq of the last committed fact), or None when nothing was ever committed."""
    query = select(POSITIONS.c.epoch, POSITIONS.c.seq).where(POSITIONS.c.show_id == show_id)
    row = (await (await session.connection()).execute(query)).first()
    return None if row is None else (row.epoch, row.seq)


async def positions(session: AsyncSession) -> dict[str, tuple[str, int]]:
    """Show id → (epoch, seq), of all shows."""
    query = select(POSITIONS.c.show_id, POSITIONS.c.epoch, POSITIONS.c.seq)
    rows = (await (await session.connection()).execute(query)).all()
    return {row.show_id: (row.epoch, row.seq) for row in rows}


async def open_epoch(session: AsyncSession, show_id: str, epoch: str, now: datetime) -> int:
    """A new life of the show's log begins after what is committed; writers of the old one are fenced
    off (`EpochMismatch`). Returns the committed seq: the new log's first fact is the one after it."""
    connection = await session.connection()
    seq = (await _lock_position(connection, show_id, epoch, now))[1]
    await connection.execute(
        update(POSITIONS).where(POSITIONS.c.show_id == show_id).values(epoch=epoch, updated_at=now)
    )
    await connection.execute(update(SHOWS).where(SHOWS.c.id == show_id).values(epoch=epoch))
    return seq


async def apply_facts(
    session: AsyncSession, show_id: str, epoch: str, facts: Sequence[Fact]
) -> int:
    """Applies those facts that are not committed yet, in the caller's write transaction.

    `facts` are in the order of the log; those at or below the position are skipped. Returns how many
    were new. After any error the caller's transaction must be rolled back, as `Database.write()` does.

    Raises: LedgerGap, EpochMismatch, LedgerRace, FactMalformed.
    """
    if not facts:
        return 0
    connection = await session.connection()
    committed, seq = await _lock_position(connection, show_id, epoch, from_ms(facts[0].at_ms))
    if committed != epoch:
        raise EpochMismatch(
            f"Show {show_id}: the log is of epoch {epoch}, SQL has {committed} open."
        )
    fresh = _after(show_id, seq, facts)
    if not fresh:
        return 0
    await _write(connection, fold(show_id, fresh))
    moved = await connection.execute(
        update(POSITIONS)
        .where(POSITIONS.c.show_id == show_id, POSITIONS.c.epoch == epoch, POSITIONS.c.seq == seq)
        .values(seq=fresh[-1].seq, updated_at=from_ms(fresh[-1].at_ms))
    )
    if moved.rowcount != 1:
        raise LedgerRace(f"Show {show_id}: its position is no longer {seq}.")
    return len(fresh)


async def _lock_position(
    connection: AsyncConnection, show_id: str, epoch: str, now: datetime
) -> tuple[str, int]:
    """The show's row, locked until the transaction ends; made at seq 0 when there was none."""
    query = (
        select(POSITIONS.c.epoch, POSITIONS.c.seq)
        .where(POSITIONS.c.show_id == show_id)
        .with_for_update()
    )
    row = (await connection.execute(query)).first()
    if row is None:
        first = {"show_id": show_id, "epoch": epoch, "seq": 0, "updated_at": now}
        await _insert(connection, POSITIONS, [first])
        row = (await connection.execute(query)).one()
    return row.epoch, row.seq


def _after(show_id: str, seq: int, facts: Sequence[Fact]) -> list[Fact]:
    fresh: list[Fact] = []
    for fact in facts:
        if fact.seq <= seq:
            continue
        if fact.seq != seq + 1:
            raise LedgerGap(f"Show {show_id}: fact {seq + 1} is missing; read {fact.seq}.")
        fresh.append(fact)
        seq = fact.seq
    return fresh


async def _insert(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        await connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
    else:
        await connection.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)


async def _write(connection: AsyncConnection, batch: Batch) -> None:
    await _insert(connection, ENTRIES, batch.entries)
    await _insert(connection, ORDERS, list(batch.orders.values()))
    if batch.settled:
        await connection.execute(SETTLE, list(batch.settled.values()))
    await _write_offers(connection, batch)
    await _insert(connection, COMMENTS, batch.comments)
    await _insert(connection, CUES, batch.cues)
    if batch.acks:
        await connection.execute(ACK, batch.acks)
    if batch.words is not None:
        await connection.execute(delete(WORDS).where(WORDS.c.show_id == batch.show_id))
        words = [
            {"show_id": batch.show_id, "word": word, "position": place}
            for place, word in enumerate(batch.words)
        ]
        await _insert(connection, WORDS, words)
    await _write_show(connection, batch)


async def _write_offers(connection: AsyncConnection, batch: Batch) -> None:
    counts: list[Row] = []
    settings: list[Row] = []
    for offer_id, change in sorted(batch.offers.items()):
        counts.append(
            {
                "offer_id": offer_id,
                **change.numbers,
                "expired": change.expired,
                "cancelled": change.cancelled,
                "refunded": change.refunded,
            }
        )
        if change.settings is not None:
            pushed_at = None if change.pushed_ms is None else from_ms(change.pushed_ms)
            settings.append({"offer_id": offer_id, **change.settings, "pushed_at": pushed_at})
    if counts:
        await connection.execute(COUNT, counts)
    if settings:
        await connection.execute(SET_UP, settings)


async def _write_show(connection: AsyncConnection, batch: Batch) -> None:
    if not batch.show:
        return
    values = dict(batch.show)
    if "started_at" in values:
        values["started_at"] = func.coalesce(SHOWS.c.started_at, values["started_at"])
    await connection.execute(update(SHOWS).where(SHOWS.c.id == batch.show_id).values(**values))
