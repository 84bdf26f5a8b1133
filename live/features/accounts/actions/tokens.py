"""API tokens: `lk_` and 256 random bits, shown once and stored as SHA-256."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from live.domain.access import Role
from live.errors import Conflict, FieldError, Invalid, NotFound
from live.features.accounts.actions.names import checked_name
from live.runtime import random_text
from live.store import audit, tokens
from live.store.db import Database
from live.store.tokens import ApiToken

PREFIX = "lk_"  # so that secret scanners and people know what they found
TOKEN_BYTES = 32
SYSTEM = "system"


def hash_token(token: str) -> str:
    """What is stored of a token; its own randomness makes salt and stretching needless."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def create_token(
    db: Database,
    *,
    role: str,
    name: str,
    now: datetime,
    room_id: str | None = None,
    actor: str = SYSTEM,
) -> str:
    """The token, which nobody can read again. Raises Invalid for an unknown role, an empty name."""
    known_role, name = _role(role), checked_name(name)
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken(
        id="t" + random_text(16),
        token_hash=hash_token(token),
        role=known_role,
        name=name,
        room_id=room_id,
        created_at=now,
    )
    async with db.write() as session:
        session.add(row)
        await session.flush()
        await audit.record(
            session, at=now, actor=actor, verb="token:create", subject=row.id,
            detail=known_role.value, room_id=room_id,
        )  # fmt: skip
    return token


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        reason = f"must be one of {', '.join(Role)}"
        raise Invalid([FieldError("role", reason)], f"The role {reason}.") from None


async def list_tokens(db: Database) -> Sequence[ApiToken]:
    """All that were ever made, newest first, the revoked ones too."""
    async with db.read() as session:
        return await tokens.list_api_tokens(session)


async def revoke_token(
    db: Database, *, id_or_name: str, now: datetime, actor: str = SYSTEM
) -> ApiToken:
    """Processes that know the token forget it within 5 seconds.

    Raises NotFound when no valid token is called so, Conflict `name_shared` when several are.
    """
    async with db.write() as session:
        valid = [row for row in await tokens.list_api_tokens(session) if row.revoked_at is None]
        found = [row for row in valid if row.id == id_or_name]
        found = found or [row for row in valid if row.name == id_or_name]
        if not found:
            raise NotFound("No valid token has that id or name.")
        if len(found) > 1:
            ids = ", ".join(row.id for row in found)
            raise Conflict(f"Several tokens have that name; give an id: {ids}.", code="name_shared")
        await tokens.revoke_api_token(session, found[0].id, now)
        await audit.record(session, at=now, actor=actor, verb="token:revoke", subject=found[0].id)
    return found[0]
