"""Scheduled work of ours: what must happen at a time, kept until it has been done.

A job in a queue may be lost with the queue; a row here may not. `claim_due` hands a row to one worker.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession


class Scheduled(SQLModel, table=True):
    __tablename__ = "scheduled"

    id: str = Field(primary_key=True)
    show_id: str = Field(foreign_key="shows.id", ondelete="CASCADE", index=True)
    kind: str
    due_at: datetime = Field(index=True)
    done_at: datetime | None = None


async def claim_due(session: AsyncSession, now: datetime, limit: int = 20) -> Sequence[Scheduled]:
    """Due and not done, oldest first; locked for this transaction, so that no other worker sees them."""
    query = (
        select(Scheduled)
        .where(Scheduled.due_at <= now, col(Scheduled.done_at).is_(None))
        .order_by(col(Scheduled.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(query)).all()


async def list_scheduled(session: AsyncSession, show_id: str) -> Sequence[Scheduled]:
    query = select(Scheduled).where(Scheduled.show_id == show_id)
    return (await session.exec(query.order_by(col(Scheduled.due_at)))).all()


async def cancel_pending(session: AsyncSession, show_id: str, kind: str) -> None:
    """Take back what was not done yet."""
    change = delete(Scheduled).where(
        col(Scheduled.show_id) == show_id,
        col(Scheduled.kind) == kind,
        col(Scheduled.done_at).is_(None),
    )
    await session.exec(change)


async def is_pending(session: AsyncSession, show_id: str, kind: str) -> bool:
    """True when it was asked for and not done yet."""
    query = select(Scheduled).where(
        Scheduled.show_id == show_id, Scheduled.kind == kind, col(Scheduled.done_at).is_(None)
    )
    return (await session.exec(query)).first() is not None


async def is_missed(session: AsyncSession, show_id: str, kind: str) -> bool:
    """True when its time came, and it was not asked for again; whether it then happened, the show tells."""
    rows = [row for row in await list_scheduled(session, show_id) if row.kind == kind]
    return bool(rows) and all(row.done_at is not None for row in rows)


async def mark_done(session: AsyncSession, scheduled_id: str, now: datetime) -> bool:
    """False when somebody else had done it."""
    change = update(Scheduled).where(
        col(Scheduled.id) == scheduled_id, col(Scheduled.done_at).is_(None)
    )
    return (await session.exec(change.values(done_at=now))).rowcount == 1
