"""Cues: short notes from the operator to the host's screen, and when the host had read them."""

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


async def find_cue(session: AsyncSession, cue_id: str) -> Cue | None:
    return await session.get(Cue, cue_id)


async def last_cue(session: AsyncSession, show_id: str) -> Cue | None:
    query = select(Cue).where(Cue.show_id == show_id)
    return (await session.exec(query.order_by(col(Cue.at).desc(), col(Cue.id).desc()))).first()


async def list_cues(session: AsyncSession, show_id: str, limit: int = 50) -> Sequence[Cue]:
    """Newest first."""
    query = select(Cue).where(Cue.show_id == show_id)
    query = query.order_by(col(Cue.at).desc(), col(Cue.id).desc()).limit(limit)
    return (await session.exec(query)).all()
