"""API tokens: `lk_` and 256 random bits, shown once and stored as SHA-256."""

import hashlib
import secrets
from datetime import datetime

from live.domain.access import Role
from live.errors import FieldError, Invalid
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
    """The token, which nobody can read again. Raises Invalid for an unknown role."""
    known_role = _role(role)
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


async def revoke_token(db: Database, *, token_id: str, now: datetime, actor: str = SYSTEM) -> bool:
    """False if there is no such token. Processes that know it forget it within 5 seconds."""
    async with db.write() as session:
        was_valid = await tokens.revoke_api_token(session, token_id, now)
        if was_valid:
            await audit.record(session, at=now, actor=actor, verb="token:revoke", subject=token_id)
    return was_valid
