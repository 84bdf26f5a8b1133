"""Accounts of operators, and the staff of each room: who may do what where.

E-mail addresses are stored as `tidy_email` leaves them, so that one person has one account.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Account(SQLModel, table=True):
    __tablename__ = "accounts"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    is_active: bool = True
    created_at: datetime


class StaffMember(SQLModel, table=True):
    __tablename__ = "staff"

    account_id: str = Field(primary_key=True, foreign_key="accounts.id", ondelete="CASCADE")
    room_id: str = Field(primary_key=True, foreign_key="rooms.id", ondelete="CASCADE", index=True)
    role: str


def tidy_email(email: str) -> str:
    return email.strip().lower()


async def find_account(session: AsyncSession, account_id: str) -> Account | None:
    return await session.get(Account, account_id)


async def find_account_by_email(session: AsyncSession, email: str) -> Account | None:
    return (await session.exec(select(Account).where(Account.email == tidy_email(email)))).first()


async def list_accounts(session: AsyncSession) -> Sequence[Account]:
    return (await session.exec(select(Account).order_by(col(Account.email)))).all()


async def count_accounts(session: AsyncSession) -> int:
    return (await session.exec(select(func.count()).select_from(Account))).one()


async def find_role(session: AsyncSession, account_id: str, room_id: str) -> str | None:
    """The account's role in that room, or None for a stranger. Inactive accounts have none."""
    query = (
        select(StaffMember.role)
        .join(Account, col(Account.id) == StaffMember.account_id)
        .where(
            StaffMember.account_id == account_id, StaffMember.room_id == room_id, Account.is_active
        )
    )
    return (await session.exec(query)).first()


async def roles_of(session: AsyncSession, account_id: str) -> dict[str, str]:
    """Room id → role, for every room in which the account works."""
    query = select(StaffMember.room_id, StaffMember.role).where(
        StaffMember.account_id == account_id
    )
    return dict((await session.exec(query)).all())


async def list_staff(session: AsyncSession, room_id: str) -> Sequence[tuple[Account, str]]:
    query = (
        select(Account, StaffMember.role)
        .join(StaffMember, col(StaffMember.account_id) == Account.id)
        .where(StaffMember.room_id == room_id)
        .order_by(col(Account.email))
    )
    return [(account, role) for account, role in (await session.exec(query)).all()]
