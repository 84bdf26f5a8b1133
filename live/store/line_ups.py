"""Line-ups kept as templates, by room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class LineUp(SQLModel, table=True):
    """`body`: `domain/line_up.py`'s lines, packed; prices in minor units of `currency`."""

    __tablename__ = "line_ups"

    id: str = Field(primary_key=True)
    room_id: str = Field(foreign_key="rooms.id", ondelete="CASCADE", index=True)
    name: str
    currency: str
    body: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    by: str
    created_at: datetime


async def find_line_up(session: AsyncSession, line_up_id: str) -> LineUp | None:
    return await session.get(LineUp, line_up_id)


async def list_line_ups(session: AsyncSession, rooms: Sequence[str]) -> Sequence[LineUp]:
    """Newest first."""
    query = select(LineUp).where(col(LineUp.room_id).in_(rooms))
    return (await session.exec(query.order_by(col(LineUp.created_at).desc(), LineUp.id))).all()


async def all_line_ups(session: AsyncSession) -> Sequence[LineUp]:
    """Of all rooms."""
    return (await session.exec(select(LineUp))).all()
