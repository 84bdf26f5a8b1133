"""Accounts and the rooms they work in. Every change is written to the audit log with it."""

import re
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Role
from live.errors import Conflict, FieldError, Invalid, NotFound
from live.features.accounts.actions.names import checked_name
from live.features.accounts.actions.passwords import hash_password, new_password
from live.runtime import random_text
from live.store import accounts, audit, logins, rooms
from live.store.accounts import Account, StaffMember
from live.store.db import Database
from live.store.rooms import Room

SYSTEM = "system"  # the actor when no person is: first run, the command line
# Enough to refuse what cannot be one; whether it is somebody's only a letter could tell.
EMAIL = re.compile(r"(?=.{3,254}$)[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
DEFAULT_ROOM_SLUG = "main"
DEFAULT_ROOM_TITLE = "主直播间"


class EmailTakenError(Conflict):
    """There is an account with this e-mail address."""

    code = "email_taken"
    message = "There is already an account with this e-mail address."


async def create_account(
    db: Database,
    *,
    email: str,
    name: str,
    password: str,
    room_id: str,
    role: Role,
    now: datetime,
    actor: str = SYSTEM,
) -> Account:
    """An account with a first role. Raises EmailTakenError, Invalid."""
    name = checked_name(name)
    if not EMAIL.fullmatch(accounts.tidy_email(email)):
        reason = "must be an e-mail address such as lin@shop.example"
        raise Invalid([FieldError("email", reason)], f"The e-mail address {reason}.")
    password_hash = await hash_password(password)  # before the transaction: it takes a while
    async with db.write() as session:
        if await accounts.find_account_by_email(session, email) is not None:
            raise EmailTakenError
        account = Account(
            id="a" + random_text(16),
            email=accounts.tidy_email(email),
            name=name,
            password_hash=password_hash,
            created_at=now,
        )
        session.add(account)
        await session.flush()
        session.add(StaffMember(account_id=account.id, room_id=room_id, role=role))
        await audit.record(
            session, at=now, actor=actor, verb="account:create", subject=account.id,
            detail=role.value, room_id=room_id,
        )  # fmt: skip
    return account


async def set_password(
    db: Database, *, account_id: str, password: str, now: datetime, actor: str = SYSTEM
) -> None:
    """A new password; every login of the account ends. Raises NotFound."""
    password_hash = await hash_password(password)
    async with db.write() as session:
        account = await accounts.find_account(session, account_id)
        if account is None:
            raise NotFound
        account.password_hash = password_hash
        session.add(account)
        await logins.delete_logins_of(session, account_id)
        await audit.record(
            session, at=now, actor=actor, verb="account:password", subject=account_id
        )


async def set_role(
    db: Database, *, account_id: str, room_id: str, role: Role | None, now: datetime, actor: str
) -> None:
    """The account's role in that room; None takes it away. Raises NotFound."""
    async with db.write() as session:
        if await accounts.find_account(session, account_id) is None:
            raise NotFound
        member = await session.get(StaffMember, (account_id, room_id))
        if role is None:
            if member is not None:
                await session.delete(member)
        else:
            member = member or StaffMember(account_id=account_id, room_id=room_id, role=role)
            member.role = role
            session.add(member)
        await audit.record(
            session, at=now, actor=actor, verb="staff:role", subject=account_id,
            detail=role.value if role else "none", room_id=room_id,
        )  # fmt: skip


async def ensure_default_room(session: AsyncSession, now: datetime) -> Room:
    """The room of a house that has made none of its own."""
    room = await rooms.find_room_by_slug(session, DEFAULT_ROOM_SLUG)
    if room is None:
        room = Room(id="r" + random_text(9), slug=DEFAULT_ROOM_SLUG, title=DEFAULT_ROOM_TITLE)
        session.add(room)
        await session.flush()
        await audit.record(
            session, at=now, actor=SYSTEM, verb="room:create", subject=room.id, room_id=room.id
        )
    return room


async def ensure_account(
    db: Database, *, email: str, name: str, now: datetime, password: str | None = None
) -> str | None:
    """On the first run, an owner of the default room: answers the password to show, once.

    None if there is an account already; nothing is changed then.
    """
    async with db.write() as session:
        room = await ensure_default_room(session, now)
        if await accounts.count_accounts(session) > 0:
            return None
    password = password or new_password()
    await create_account(
        db, email=email, name=name, password=password, room_id=room.id, role=Role.OWNER, now=now
    )
    return password
