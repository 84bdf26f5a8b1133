"""Signing in and out on a page.

A login is a fresh random token each time (nothing from before sign-in survives it), known to SQL by
its hash only, and ends 12 hours after its last use or 7 days after it began.
"""

import logging
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from live.domain.access import Role
from live.errors import TooFast
from live.features.accounts.actions.passwords import hash_password, is_outdated, is_password
from live.features.accounts.actions.tokens import hash_token
from live.store import accounts, audit, logins
from live.store.accounts import Account
from live.store.db import Database
from live.store.logins import Login
from live.web.rate_limits import RateLimits

logger = logging.getLogger(__name__)

# A long show with its rehearsal, and not the next day's; an open control room counts as use.
IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
TOUCH_EVERY = timedelta(minutes=5)  # last use is kept this exactly: reading a page rarely writes
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """A login that is still good, and what its account may."""

    account: Account
    roles: dict[str, Role]


async def sign_in(
    db: Database,
    limits: RateLimits,
    *,
    email: str,
    password: str,
    sender: str,
    old_token: str,
    now: datetime,
) -> str | None:
    """The new login's token, or None for a wrong e-mail or password (which of them, nobody learns).

    Raises TooFast after too many tries from `sender` or at this account.
    """
    began = time.perf_counter()
    _check_pace(limits, sender, email, now)
    async with db.read() as session:
        account = await accounts.find_account_by_email(session, email)
    is_usable = account is not None and account.is_active
    is_right = await is_password(account.password_hash if account else None, password)
    if account is None or not (is_right and is_usable):
        logger.info("sign-in refused", extra={"account": _id_of(account)})
        async with db.write() as session:
            await audit.record(
                session, at=now, actor=_id_of(account), verb="account:sign_in",
                subject=_id_of(account), result="wrong_password", ms=_ms(began),
            )  # fmt: skip
        return None
    better = await hash_password(password) if is_outdated(account.password_hash) else None
    return await _begin(db, account, better, old_token, now, began)


def _id_of(account: Account | None) -> str:
    return account.id if account else "unknown"


def _ms(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def tries_left(limits: RateLimits, *, email: str, sender: str, now: datetime) -> int:
    """How often that address may be tried from there before there is a wait."""
    return min(limits.left(kind, key, now.timestamp()) for kind, key in _pace(sender, email))


async def sign_out(db: Database, token: str, now: datetime) -> None:
    """Ends the login of that token."""
    began, token_hash = time.perf_counter(), hash_token(token)
    async with db.write() as session:
        login = await logins.find_login(session, token_hash, now)
        await logins.delete_login(session, token_hash)
        if login is not None:
            await audit.record(
                session, at=now, actor=login.account_id, verb="account:sign_out",
                subject=login.account_id, ms=_ms(began),
            )  # fmt: skip


async def find_login(db: Database, token: str, now: datetime) -> KnownLogin | None:
    """The login, unless it has run out or its account was switched off; notes that it was used."""
    token_hash = hash_token(token)
    async with db.read() as session:
        login = await logins.find_login(session, token_hash, now)
        if login is None or now - login.seen_at > IDLE:
            return None
        account = await accounts.find_account(session, login.account_id)
        if account is None or not account.is_active:
            return None
        roles = await accounts.roles_of(session, account.id)
    if now - login.seen_at > TOUCH_EVERY:
        async with db.write() as session:
            await logins.touch_login(session, token_hash, now)
    return KnownLogin(account, {room_id: Role(role) for room_id, role in roles.items()})


def _check_pace(limits: RateLimits, sender: str, email: str, now: datetime) -> None:
    seconds = now.timestamp()
    wait_s = max(limits.allow(kind, key, seconds) for kind, key in _pace(sender, email))
    if wait_s:
        raise TooFast(wait_s)


def _pace(sender: str, email: str) -> tuple[tuple[str, str], ...]:
    return (("sign_in", sender), ("sign_in_email", accounts.tidy_email(email)))


async def _begin(
    db: Database, account: Account, better_hash: str | None, old_token: str, now: datetime,
    began: float,
) -> str:  # fmt: skip
    token = secrets.token_urlsafe(TOKEN_BYTES)
    async with db.write() as session:
        await logins.delete_expired_logins(session, now)
        if old_token:
            await logins.delete_login(session, hash_token(old_token))
        if better_hash is not None:
            account.password_hash = better_hash
            session.add(account)
        session.add(
            Login(
                token_hash=hash_token(token),
                account_id=account.id,
                csrf="",
                created_at=now,
                seen_at=now,
                expires_at=now + ABSOLUTE,
            )
        )
        await audit.record(
            session, at=now, actor=account.id, verb="account:sign_in", subject=account.id,
            ms=_ms(began),
        )  # fmt: skip
    return token
