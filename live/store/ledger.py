"""The ledger: a show's log becomes rows, each fact exactly once, and `positions` says how far.

The position moves in the same transaction as the rows. So a crash between reading the log and the
commit leaves nothing, a crash after it leaves everything, and what is read twice is applied once.
A gap is never skipped: the drain must stop and call for help.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    Table,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import BigInteger, Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.chain import BEFORE_THE_FIRST
from live.domain.events import Fact
from live.errors import LiveError
from live.store.batch import Chain
from live.store.batch_rows import SHOWS, write_batch
from live.store.bulk import Columns, insert_rows, moments_of
from live.store.fold import fold
from live.store.moments import from_ms, to_ms


class Position(SQLModel, table=True):
    """What of a show's log is committed: every fact up to `seq`, of the life `epoch`; and where its
    chain of stock entries stands."""

    __tablename__ = "positions"

    show_id: str = Field(primary_key=True)
    epoch: str
    seq: int = Field(sa_type=BigInteger)
    updated_at: datetime  # by the log's own clock: when its last committed fact happened
    chain_n: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    chain_head: str = Field(
        default=BEFORE_THE_FIRST, sa_column_kwargs={"server_default": BEFORE_THE_FIRST}
    )
    salt: str | None = None  # of the buyers' marks


SALT_BYTES = 16


class Applied(NamedTuple):
    """Facts that were new, and the last entry of the show's chain after them."""

    facts: int
    chain_n: int
    chain_head: str


NOTHING_APPLIED = Applied(0, 0, BEFORE_THE_FIRST)


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


POSITIONS = _table(Position)
INTO_POSITIONS = Columns(POSITIONS, ("show_id", "epoch", "seq", "updated_at", "salt"))


async def find_position(session: AsyncSession, show_id: str) -> tuple[str, int] | None:
    """(epoch, seq of the last committed fact), or None when nothing was ever committed."""
    query = select(POSITIONS.c.epoch, POSITIONS.c.seq).where(POSITIONS.c.show_id == show_id)
    row = (await (await session.connection()).execute(query)).first()
    return None if row is None else (row.epoch, row.seq)


async def read_position(session: AsyncSession, show_id: str) -> Position | None:
    """All that is known of how far the show's log is committed."""
    return await session.get(Position, show_id)


async def find_chain(session: AsyncSession, show_id: str) -> tuple[int, str] | None:
    """(number, hash) of the last entry of the show's chain; None when nothing was ever committed."""
    query = select(POSITIONS.c.chain_n, POSITIONS.c.chain_head).where(
        POSITIONS.c.show_id == show_id
    )
    row = (await (await session.connection()).execute(query)).first()
    return None if row is None else (row.chain_n, row.chain_head)


async def positions(session: AsyncSession, *, archived: bool = True) -> dict[str, tuple[str, int]]:
    """Show id → (epoch, seq), of all shows; or (`archived` False) without those that Redis has let go."""
    query = select(POSITIONS.c.show_id, POSITIONS.c.epoch, POSITIONS.c.seq)
    if not archived:
        gone = select(SHOWS.c.id).where(SHOWS.c.archived_at.is_not(None))
        query = query.where(POSITIONS.c.show_id.not_in(gone))
    rows = (await (await session.connection()).execute(query)).all()
    return {row.show_id: (row.epoch, row.seq) for row in rows}


async def open_epoch(session: AsyncSession, show_id: str, epoch: str, now: datetime) -> int:
    """A new life of the show's log begins after what is committed; writers of the old one are fenced
    off (`EpochMismatch`), and an archived show is one no more. Returns the committed seq: the new log's
    first fact is the one after it."""
    connection = await session.connection()
    seq = (await _lock_position(connection, show_id, epoch, now)).seq
    await connection.execute(
        update(POSITIONS).where(POSITIONS.c.show_id == show_id).values(epoch=epoch, updated_at=now)
    )
    opened = update(SHOWS).where(SHOWS.c.id == show_id)
    await connection.execute(opened.values(epoch=epoch, archived_at=None))
    return int(seq)


async def apply_facts(
    session: AsyncSession, show_id: str, epoch: str, facts: Sequence[Fact]
) -> Applied:
    """Applies those facts that are not committed yet, in the caller's write transaction.

    `facts` are in the order of the log; those at or below the position are skipped. After any error the caller's transaction must be rolled back, as `Database.write()` does.

    Raises: LedgerGap, EpochMismatch, LedgerRace, FactMalformed.
    """
    if not facts:
        return NOTHING_APPLIED
    connection = await session.connection()
    before = await _lock_position(connection, show_id, epoch, from_ms(facts[0].at_ms))
    if before.epoch != epoch:
        raise EpochMismatch(
            f"Show {show_id}: the log is of epoch {epoch}, SQL has {before.epoch} open."
        )
    fresh = _after(show_id, before.seq, facts)
    if not fresh:
        return Applied(0, before.chain_n, before.chain_head)
    chain = Chain(before.salt or "", before.chain_n, before.chain_head)
    await write_batch(connection, fold(show_id, fresh, chain, moments_of(connection.dialect.name)))
    moved = await connection.execute(
        update(POSITIONS)
        .where(
            POSITIONS.c.show_id == show_id,
            POSITIONS.c.epoch == epoch,
            POSITIONS.c.seq == before.seq,
        )
        .values(
            seq=fresh[-1].seq,
            updated_at=from_ms(fresh[-1].at_ms),
            chain_n=chain.n,
            chain_head=chain.head,
        )
    )
    if moved.rowcount != 1:
        raise LedgerRace(f"Show {show_id}: its position is no longer {before.seq}.")
    return Applied(len(fresh), chain.n, chain.head)


async def _lock_position(
    connection: AsyncConnection, show_id: str, epoch: str, now: datetime
) -> Row[Any]:
    """The show's row, locked until the transaction ends; made at seq 0 when there was none."""
    query = select(POSITIONS).where(POSITIONS.c.show_id == show_id).with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        at = moments_of(connection.dialect.name)(to_ms(now))
        first = (show_id, epoch, 0, at, token_hex(SALT_BYTES))
        await insert_rows(connection, INTO_POSITIONS, [first])  # by another worker, perhaps
        row = (await connection.execute(query)).one()
    return row


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
