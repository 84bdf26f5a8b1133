"""From what a caller carries to who they are: API token first, else the page's login, else the host's device.

A bearer token that is wrong is not forgiven for a good cookie beside it.
"""

from datetime import datetime, timedelta

from starlette.requests import HTTPConnection

from live.domain.access import Actor, Role, strongest
from live.features.accounts.actions.devices import HOST_COOKIE, actor_of_device
from live.features.accounts.actions.logins import find_login
from live.features.accounts.actions.tokens import PREFIX, hash_token
from live.store.db import Database
from live.store.tokens import find_api_token
from live.web.cookies import read_cookie
from live.web.credentials import bearer_of
from live.web.security import LOGIN_COOKIE

KNOWN_FOR = timedelta(seconds=5)  # how long a revoked token may still be believed
KNOWN_MAX = 1_000  # tokens; a house has a handful


class KnownTokens:
    """Actors by their token's hash, so that a busy program costs one query in five seconds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Actor, datetime]] = {}

    def get(self, token_hash: str, now: datetime) -> Actor | None:
        actor, learnt_at = self._known.get(token_hash, (None, now))
        return actor if timedelta(0) <= now - learnt_at < KNOWN_FOR else None

    def put(self, token_hash: str, actor: Actor, now: datetime) -> None:
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[token_hash] = (actor, now)


_known_tokens = KnownTokens()  # of this process; keys are hashes of random tokens


async def identify(connection: HTTPConnection, db: Database, now: datetime) -> Actor | None:
    """The operator behind a request or socket, or None. Raises StoreUnavailable."""
    bearer = bearer_of(connection)
    if bearer:
        return await actor_of_token(db, bearer, now)
    login = read_cookie(connection, LOGIN_COOKIE)
    actor = await actor_of_login(db, login, now) if login else None
    if actor is None and (device := read_cookie(connection, HOST_COOKIE)):
        return await actor_of_device(db, device, now)
    return actor


async def actor_of_token(db: Database, token: str, now: datetime) -> Actor | None:
    """The program with that API token (also for sockets, whose token travels elsewhere)."""
    if not token.startswith(PREFIX):
        return None
    token_hash = hash_token(token)
    actor = _known_tokens.get(token_hash, now)
    if actor is None:
        async with db.read() as session:
            row = await find_api_token(session, token_hash)
        if row is None:
            return None
        actor = Actor("token", row.id, row.name, Role(row.role), row.room_id)
        _known_tokens.put(token_hash, actor, now)
    return actor


async def actor_of_login(db: Database, token: str, now: datetime) -> Actor | None:
    """The person with that login."""
    login = await find_login(db, token, now)
    if login is None:
        return None
    rooms = tuple(sorted(login.roles.items()))
    role = strongest(login.roles.values())
    return Actor("account", login.account.id, login.account.name, role, rooms=rooms)
