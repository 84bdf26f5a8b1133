"""Logins: an operator signed in on one browser. Only a hash of the cookie's token is stored."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession


class Login(SQLModel, table=True):
    __tablename__ = "logins"

    token_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="accounts.id", ondelete="CASCADE", index=True)
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime = Field(index=True)


async def find_login(session: AsyncSession, token_hash: str, now: datetime) -> Login | None:
    """The login of that token, unless it has run out."""
    query = select(Login).where(Login.token_hash == token_hash, Login.expires_at > now)
    return (await session.exec(query)).first()


async def list_logins(session: AsyncSession, account_id: str) -> Sequence[Login]:
    query = select(Login).where(Login.account_id == account_id).order_by(col(Login.seen_at).desc())
    return (await session.exec(query)).all()


async def touch_login(session: AsyncSession, token_hash: str, now: datetime) -> None:
    await session.exec(update(Login).where(col(Login.token_hash) == token_hash).values(seen_at=now))


async def delete_login(session: AsyncSession, token_hash: str) -> None:
    await session.exec(delete(Login).where(col(Login.token_hash) == token_hash))


async def delete_logins_of(session: AsyncSession, account_id: str) -> None:
    """Signs the account out everywhere."""
    await session.exec(delete(Login).where(col(Login.account_id) == account_id))


async def delete_expired_logins(session: AsyncSession, now: datetime) -> int:
    """How many had run out at `now` and are gone."""
    return (await session.exec(delete(Login).where(col(Login.expires_at) <= now))).rowcount
