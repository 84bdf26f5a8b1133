"""The ledger's entries: the facts that moved stock, in the chain of their show."""

from collections.abc import AsyncIterator, Sequence

from sqlmodel import BigInteger, Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

PAGE = 2_000  # entries read at once


class LedgerEntry(SQLModel, table=True):
    """One stock-changing fact, as it happened. Never changed.

    `n` and `hash` are its place in the show's chain (`live/domain/chain.py`) and `body` its line there; a
    fact that moves no stock has none, and its `body` is its payload.
    """

    __tablename__ = "ledger"
    __table_args__ = {"sqlite_with_rowid": False}  # one B-tree instead of two

    show_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str
    at_ms: int = Field(sa_type=BigInteger)
    n: int | None = Field(default=None, sa_type=BigInteger)
    body: str
    hash: str | None = None


async def find_entry(session: AsyncSession, show_id: str, seq: int) -> LedgerEntry | None:
    return await session.get(LedgerEntry, (show_id, seq))


async def list_entries(
    session: AsyncSession, show_id: str, kinds: Sequence[str], after_seq: int = 0
) -> Sequence[LedgerEntry]:
    """What is of these kinds after `after_seq`, oldest first."""
    query = (
        select(LedgerEntry)
        .where(
            LedgerEntry.show_id == show_id,
            LedgerEntry.seq > after_seq,
            col(LedgerEntry.kind).in_(kinds),
        )
        .order_by(col(LedgerEntry.seq))
    )
    return (await session.exec(query)).all()


async def offer_entries(
    session: AsyncSession, show_id: str, after_seq: int
) -> Sequence[LedgerEntry]:
    """What happened to the show's offers themselves after `after_seq`: opened, paused, restocked, closed."""
    query = (
        select(LedgerEntry)
        .where(
            LedgerEntry.show_id == show_id,
            LedgerEntry.seq > after_seq,
            LedgerEntry.kind == "offer",
            col(LedgerEntry.n).is_not(None),
        )
        .order_by(col(LedgerEntry.seq))
    )
    return (await session.exec(query)).all()


async def chain_of(session: AsyncSession, show_id: str) -> AsyncIterator[Sequence[LedgerEntry]]:
    """The show's chain from its first entry, page by page; without the facts that move no stock."""
    seq = 0
    while True:
        query = (
            select(LedgerEntry)
            .where(LedgerEntry.show_id == show_id, LedgerEntry.seq > seq)
            .order_by(col(LedgerEntry.seq))
            .limit(PAGE)
        )
        page = (await session.exec(query)).all()
        if not page:
            return
        yield [entry for entry in page if entry.n is not None]
        seq = page[-1].seq
