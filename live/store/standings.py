"""Viewers whom the crew has muted, banned or shadow-banned in a show, written by the ledger.

Who was set free again keeps a row that says so.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import BigInteger, Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.moderation import Standing, StandingKind


class StandingRow(SQLModel, table=True):
    __tablename__ = "standings"

    show_id: str = Field(primary_key=True)
    viewer: str = Field(primary_key=True)
    name: str
    standing: str
    until_ms: int = Field(sa_type=BigInteger)  # of one muted, Redis time
    by: str
    at: datetime


async def list_standings(session: AsyncSession, show_id: str) -> Mapping[str, Standing]:
    """Viewer → standing, of all who are not free; mutes that are over, too."""
    query = select(StandingRow).where(StandingRow.show_id == show_id)
    rows = (await session.exec(query)).all()
    return {
        row.viewer: Standing(StandingKind(row.standing), row.until_ms)
        for row in rows
        if row.standing != StandingKind.FREE
    }
