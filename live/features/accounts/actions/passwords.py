"""Passwords: argon2id in a thread, two at a time, and as slow for nobody's as for somebody's."""

import secrets

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSWORD_MIN = 10  # characters
PASSWORD_MAX = 200  # characters; longer ones only burn time
HASHES_AT_ONCE = 2  # 64 MiB and a core each: a rush of sign-ins must not starve the sale

# The hash of a password that was thrown away, made with the hasher's present parameters.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$Yy36n0HxOshtsNF+DW2LJA"
    "$w5Crf3M0hC2rJzeEs4zNKOPxqSVdFUPnvTCi6t9fIV0"
)

_hasher = PasswordHasher()
_limiter = CapacityLimiter(HASHES_AT_ONCE)


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return await to_thread.run_sync(_hasher.hash, password, limiter=_limiter)


async def is_password(password_hash: str | None, password: str) -> bool:
    """True if it is the password; None (no such account) takes as long and is false."""
    is_right = await to_thread.run_sync(
        _matches, password_hash or NOBODYS_HASH, password, limiter=_limiter
    )
    return is_right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """True if the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def new_password() -> str:
    """A password to be shown once: 95 bits, readable aloud in groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))
    return "-".join(groups)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
