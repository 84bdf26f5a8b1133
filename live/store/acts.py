"""What the crew did to a show, and tried to: who, what, how it ended, how long it took."""

from collections.abc import Collection, Sequence

from sqlmodel import BigInteger, Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Act(SQLModel, table=True):
    """One act, as its fact told it. Never changed. Old ones have no `result` but "ok"."""

    __tablename__ = "acts"

    show_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at_ms: int = Field(sa_type=BigInteger)
    actor: str
    verb: str
    detail: str
    result: str
    why: str  # JSON: what the sentence for `result` has gaps for
    ms: int = Field(sa_type=BigInteger)


async def list_acts(
    session: AsyncSession, show_id: str, after_seq: int, limit: int
) -> Sequence[Act]:
    """Oldest first."""
    query = select(Act).where(Act.show_id == show_id, Act.seq > after_seq)
    return (await session.exec(query.order_by(col(Act.seq)).limit(limit))).all()


async def newest_acts(
    session: AsyncSession,
    show_id: str,
    limit: int,
    *,
    before_seq: int | None = None,
    actor: str | None = None,
    verbs: Collection[str] | None = None,
) -> Sequence[Act]:
    """Newest first; of that actor and of those verbs, where they are named."""
    query = select(Act).where(Act.show_id == show_id)
    if before_seq is not None:
        query = query.where(Act.seq < before_seq)
    if actor is not None:
        query = query.where(Act.actor == actor)
    if verbs is not None:
        query = query.where(col(Act.verb).in_(sorted(verbs)))
    return (await session.exec(query.order_by(col(Act.seq).desc()).limit(limit))).all()


async def actors_of(session: AsyncSession, show_id: str) -> Sequence[str]:
    """Everyone who did something, by name."""
    query = select(Act.actor).where(Act.show_id == show_id).distinct().order_by(Act.actor)
    return (await session.exec(query)).all()
