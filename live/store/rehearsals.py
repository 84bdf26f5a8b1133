"""Rehearsals (彩排): which shows are one, the crowds that were in them, and the card that each ended with."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.moderation import BY_SHOP
from live.domain.show import ShowState
from live.store.comments import Comment
from live.store.moments import unix_seconds
from live.store.orders import Order
from live.store.shows import Show


class CrowdRun(SQLModel, table=True):
    """One crowd from start to end. `wanted`: what it was to be; `seen`: what it has told so far. `ended_by` is
    empty while it runs, and for ever where the process that kept it was killed."""

    __tablename__ = "crowd_runs"

    id: str = Field(primary_key=True)
    show_id: str = Field(foreign_key="shows.id", ondelete="CASCADE", index=True)
    by: str
    started_at: datetime
    ended_at: datetime | None = None
    ended_by: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    wanted: dict[str, object] = Field(sa_type=sa.JSON)
    seen: dict[str, object] = Field(sa_type=sa.JSON)


class RehearsalCard(SQLModel, table=True):
    """What a rehearsal came to, as of the fact `seq`."""

    __tablename__ = "rehearsal_cards"

    show_id: str = Field(primary_key=True, foreign_key="shows.id", ondelete="CASCADE")
    seq: int = Field(sa_type=sa.BigInteger)
    made_at: datetime
    is_go: bool
    body: dict[str, object] = Field(sa_type=sa.JSON)


async def newest_rehearsals(
    session: AsyncSession, show_ids: Collection[str], *, state: str | None = None
) -> Mapping[str, Show]:
    """Show → its last rehearsal, or its last one in that state."""
    query = select(Show).where(col(Show.rehearsal_of).in_(sorted(show_ids)))
    if state is not None:
        query = query.where(Show.state == state)
    rows = (await session.exec(query.order_by(col(Show.created_at), col(Show.id)))).all()
    return {str(row.rehearsal_of): row for row in rows}


async def ended_without_card(session: AsyncSession) -> Sequence[Show]:
    """Rehearsals that are over and have no card yet, oldest first."""
    has_card = select(RehearsalCard.show_id).where(RehearsalCard.show_id == Show.id).exists()
    query = (
        select(Show)
        .where(col(Show.rehearsal_of).is_not(None), Show.state == ShowState.ENDED)
        .where(sa.not_(has_card))
        .order_by(col(Show.created_at))
    )
    return (await session.exec(query)).all()


async def find_card(session: AsyncSession, show_id: str) -> RehearsalCard | None:
    return await session.get(RehearsalCard, show_id)


async def find_cards(
    session: AsyncSession, show_ids: Collection[str]
) -> Mapping[str, RehearsalCard]:
    """Rehearsal → its card, where there is one."""
    query = select(RehearsalCard).where(col(RehearsalCard.show_id).in_(sorted(show_ids)))
    return {row.show_id: row for row in (await session.exec(query)).all()}


async def save_card(session: AsyncSession, card: RehearsalCard) -> None:
    """Replaces an earlier one: holds that ran out meanwhile change what is told of the stock."""
    await session.merge(card)


async def list_runs(session: AsyncSession, show_id: str) -> Sequence[CrowdRun]:
    """Oldest first."""
    query = select(CrowdRun).where(CrowdRun.show_id == show_id)
    return (await session.exec(query.order_by(col(CrowdRun.started_at), col(CrowdRun.id)))).all()


async def count_orders_of(session: AsyncSession, show_id: str, buyers: str) -> int:
    """Orders of all buyers whose id begins so."""
    query = select(func.count()).where(
        Order.show_id == show_id, col(Order.buyer).startswith(buyers, autoescape=True)
    )
    return (await session.exec(query)).one()


async def orders_by_second(session: AsyncSession, show_id: str) -> Mapping[str, Mapping[int, int]]:
    """Offer → unix second → orders placed in it. What was refused is not stored, and not here."""
    second = unix_seconds(session, col(Order.placed_at)).label("second")
    query = (
        sa.select(col(Order.offer_id), second, sa.func.count())
        .where(col(Order.show_id) == show_id)
        .group_by(col(Order.offer_id), second)
    )
    found: dict[str, dict[int, int]] = {}
    for offer_id, at, n in (await (await session.connection()).execute(query)).all():
        found.setdefault(offer_id, {})[int(at)] = int(n)
    return found


async def comments_by_second(session: AsyncSession, show_id: str) -> Mapping[int, int]:
    """Unix second → comments that came in in it."""
    second = unix_seconds(session, col(Comment.at)).label("second")
    query = (
        sa.select(second, sa.func.count()).where(col(Comment.show_id) == show_id).group_by(second)
    )
    rows = (await (await session.connection()).execute(query)).all()
    return {int(at): int(n) for at, n in rows}


async def shows_with_orders(
    session: AsyncSession, room_id: str, limit: int
) -> Sequence[tuple[Show, int]]:
    """Ended shows of the room that sold something, newest first, with the number of their orders."""
    query = (
        select(Show, func.count())
        .join(Order, col(Order.show_id) == Show.id)
        .where(Show.room_id == room_id, col(Show.rehearsal_of).is_(None))
        .where(Show.state == ShowState.ENDED)
        .group_by(col(Show.id))
        .order_by(col(Show.created_at).desc())
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def held_comments_of(session: AsyncSession, show_id: str, limit: int) -> Sequence[Comment]:
    """What came in and had to wait for somebody, whatever became of it; oldest first."""
    query = select(Comment).where(
        Comment.show_id == show_id, col(Comment.why).not_in(("", BY_SHOP))
    )
    return (await session.exec(query.order_by(col(Comment.seq)).limit(limit))).all()
