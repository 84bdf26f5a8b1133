"""The rules of a show's chat, written by the ledger. A show without a row has none."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.ids import ShowId
from live.domain.moderation import ChatRules
from live.domain.show import ShowState
from live.store.shows import Show


class ChatRulesRow(SQLModel, table=True):
    __tablename__ = "chat_rules"

    show_id: str = Field(primary_key=True)
    premoderation: bool
    slow_s: int
    links_off: bool
    blocked: list[str] = Field(sa_type=sa.JSON)
    tally_window_s: int | None
    ingest_n: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    by: str
    at: datetime


async def find_rules(session: AsyncSession, show_id: str) -> ChatRules:
    """As they were set last."""
    row = await session.get(ChatRulesRow, show_id)
    return ChatRules() if row is None else _rules(row)


async def find_candidates(
    session: AsyncSession, room_id: str, most: int = 10, *, rehearsal_of: str | None = None
) -> list[tuple[ShowId, ChatRules | None]]:
    """Shows of the room whose rules are known here, or may be on their way; the newest first. What was tried in
    a rehearsal stays there; the rules of one are those of the show that it is `rehearsal_of`."""
    query = (
        select(Show.id, ChatRulesRow)
        .join(ChatRulesRow, col(Show.id) == ChatRulesRow.show_id, isouter=True)
        .where(Show.room_id == room_id, col(Show.rehearsal_of).is_(None))
        .where(col(ChatRulesRow.show_id).is_not(None) | (col(Show.state) != ShowState.ENDED))
        .order_by(col(Show.created_at).desc(), col(Show.id).desc())
        .limit(most)
    )
    if rehearsal_of is not None:
        query = query.where(Show.id == rehearsal_of)
    rows = (await session.exec(query)).all()
    return [(ShowId(show_id), None if row is None else _rules(row)) for show_id, row in rows]


def _rules(row: ChatRulesRow) -> ChatRules:
    return ChatRules(
        premoderation=row.premoderation,
        slow_s=row.slow_s,
        links_off=row.links_off,
        blocked=tuple(row.blocked),
        tally_window_s=row.tally_window_s,
        ingest_n=row.ingest_n,
    )
