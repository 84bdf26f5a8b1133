"""Tokens of programs: API tokens (hash only) and overlay tokens.

An overlay token is kept as it is: its URL is shown to the operator again and again, and all it opens
is a read-only picture of one show that is public anyway.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from live.store.shows import Show


class ApiToken(SQLModel, table=True):
    __tablename__ = "api_tokens"

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    role: str
    name: str
    room_id: str | None = Field(default=None, foreign_key="rooms.id", ondelete="CASCADE")
    created_at: datetime
    revoked_at: datetime | None = None


class OverlayToken(SQLModel, table=True):
    __tablename__ = "overlay_tokens"

    token: str = Field(primary_key=True)
    show_id: str = Field(foreign_key="shows.id", ondelete="CASCADE", index=True)
    created_at: datetime
    revoked_at: datetime | None = None


async def find_api_token(session: AsyncSession, token_hash: str) -> ApiToken | None:
    """The token, unless it was revoked."""
    query = select(ApiToken).where(
        ApiToken.token_hash == token_hash, col(ApiToken.revoked_at).is_(None)
    )
    return (await session.exec(query)).first()


async def list_api_tokens(session: AsyncSession) -> Sequence[ApiToken]:
    return (await session.exec(select(ApiToken).order_by(col(ApiToken.created_at).desc()))).all()


async def revoke_api_token(session: AsyncSession, token_id: str, now: datetime) -> bool:
    """False when there is no such token, or it was revoked before."""
    change = (
        update(ApiToken)
        .where(col(ApiToken.id) == token_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    return (await session.exec(change)).rowcount == 1


async def find_overlay_token(session: AsyncSession, token: str) -> OverlayToken | None:
    """The token, unless it was revoked."""
    query = select(OverlayToken).where(
        OverlayToken.token == token, col(OverlayToken.revoked_at).is_(None)
    )
    return (await session.exec(query)).first()


async def find_overlay_token_of(session: AsyncSession, show_id: str) -> OverlayToken | None:
    """The show's newest token that still opens its overlay."""
    query = (
        select(OverlayToken)
        .where(OverlayToken.show_id == show_id, col(OverlayToken.revoked_at).is_(None))
        .order_by(col(OverlayToken.created_at).desc())
    )
    return (await session.exec(query)).first()


async def replace_overlay_tokens(
    session: AsyncSession, show_id: str, token: str, now: datetime
) -> None:
    """From now on `token` opens the show's overlay, and no other. Of two who do this at once one waits."""
    await session.get(Show, show_id, with_for_update=True)
    change = update(OverlayToken).where(
        col(OverlayToken.show_id) == show_id, col(OverlayToken.revoked_at).is_(None)
    )
    await session.exec(change.values(revoked_at=now))
    session.add(OverlayToken(token=token, show_id=show_id, created_at=now))
