"""Cues: short notes from the operator to the host's screen, when it showed them and when the host had read them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Cue(SQLModel, table=True):
    __tablename__ = "cues"
    __table_args__ = (Index("ix_cues_show_id_at", "show_id", "at"),)

    id: str = Field(primary_key=True)
    show_id: str
    text: str
    by: str
    at: datetime
    acked_at: datetime | None = None
    seen_at: datetime | None = None  # the host's screen had it up
    dropped_at: datetime | None = None  # taken back before it was acknowledged


async def find_cue(session: AsyncSession, cue_id: str) -> Cue | None:
    return await session.get(Cue, cue_id)


async def open_cues(session: AsyncSession, show_id: str, limit: int) -> Sequence[Cue]:
    """Neither acknowledged nor taken back, oldest first."""
    query = select(Cue).where(
        Cue.show_id == show_id, col(Cue.acked_at).is_(None), col(Cue.dropped_at).is_(None)
    )
    return (await session.exec(query.order_by(col(Cue.at), col(Cue.id)).limit(limit))).all()


async def recent_cues(session: AsyncSession, show_id: str, limit: int) -> Sequence[Cue]:
    """Newest first, whatever became of them."""
    query = select(Cue).where(Cue.show_id == show_id)
    query = query.order_by(col(Cue.at).desc(), col(Cue.id).desc()).limit(limit)
    return (await session.exec(query)).all()
