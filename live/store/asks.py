"""Asks: viewers' questions that the operator has sent over to the host, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Ask(SQLModel, table=True):
    __tablename__ = "asks"
    __table_args__ = (Index("ix_asks_show_id_at", "show_id", "at"),)

    comment: str = Field(primary_key=True)  # the comment that asks
    show_id: str
    name: str
    text: str
    by: str
    at: datetime
    answered_at: datetime | None = None
    dropped_at: datetime | None = None  # taken back by the operator
    tip: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})


async def find_ask(session: AsyncSession, comment_id: str) -> Ask | None:
    return await session.get(Ask, comment_id)


async def open_asks(session: AsyncSession, show_id: str, limit: int) -> Sequence[Ask]:
    """Neither answered nor taken back, oldest first."""
    query = select(Ask).where(
        Ask.show_id == show_id, col(Ask.answered_at).is_(None), col(Ask.dropped_at).is_(None)
    )
    return (await session.exec(query.order_by(col(Ask.at), col(Ask.comment)).limit(limit))).all()


async def recent_asks(session: AsyncSession, show_id: str, limit: int) -> Sequence[Ask]:
    """Newest first, whatever became of them."""
    query = select(Ask).where(Ask.show_id == show_id)
    query = query.order_by(col(Ask.at).desc(), col(Ask.comment).desc()).limit(limit)
    return (await session.exec(query)).all()
