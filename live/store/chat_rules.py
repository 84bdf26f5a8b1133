"""The rules of a show's chat, written by the ledger. A show without a row has none."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.moderation import ChatRules
from live.store.shows import Show


class ChatRulesRow(SQLModel, table=True):
    __tablename__ = "chat_rules"

    show_id: str = Field(primary_key=True)
    premoderation: bool
    slow_s: int
    links_off: bool
    blocked: list[str] = Field(sa_type=sa.JSON)
    tally_window_s: int | None
    by: str
    at: datetime


async def find_rules(session: AsyncSession, show_id: str) -> ChatRules:
    """As they were set last."""
    row = await session.get(ChatRulesRow, show_id)
    return ChatRules() if row is None else _rules(row)


async def newest_rules(session: AsyncSession, room_id: str) -> ChatRules | None:
    """Of the newest show of the room that has any."""
    query = (
        select(ChatRulesRow)
        .join(Show, col(Show.id) == ChatRulesRow.show_id)
        .where(Show.room_id == room_id)
        .order_by(col(Show.created_at).desc(), col(Show.id).desc())
        .limit(1)
    )
    row = (await session.exec(query)).first()
    return None if row is None else _rules(row)


def _rules(row: ChatRulesRow) -> ChatRules:
    return ChatRules(
        premoderation=row.premoderation,
        slow_s=row.slow_s,
        links_off=row.links_off,
        blocked=tuple(row.blocked),
        tally_window_s=row.tally_window_s,
    )
