"""The question at every door: who is this, and may they?

actor = await require(request, Permission.OFFER_PUSH, show.room_id)
"""

from starlette.requests import HTTPConnection

from live.domain.access import Actor, Permission
from live.errors import Forbidden, NotSignedIn
from live.features.accounts.actions.denials import note_denied
from live.features.accounts.actions.identify import identify
from live.features.accounts.actions.pace import count
from live.runtime import runtime_of
from live.web.credentials import viewer_of
from live.web.security import SAFE_METHODS

SCOPE_KEY = "live.actor"  # asked once per request, whoever asks
COUNTED_KEY = "live.counted"  # one request is one write, however many permissions it needs


async def who(connection: HTTPConnection) -> Actor | None:
    """The operator behind the request; None for viewers and strangers."""
    if SCOPE_KEY not in connection.scope:
        runtime = runtime_of(connection)
        connection.scope[SCOPE_KEY] = await identify(connection, runtime.db, runtime.clock.now())
    actor: Actor | None = connection.scope[SCOPE_KEY]
    return actor


async def require(
    connection: HTTPConnection,
    permission: Permission,
    room_id: str | None = None,
    *,
    is_counted: bool = True,
) -> Actor:
    """The operator, who may do this (in that room, where one is named).

    A write counts against the rate of the one who sends it, unless the caller has a rate of its own for it.
    Raises NotSignedIn for strangers, TooFast, Forbidden for viewers and for those who may not: of the
    crew that goes on the show's record.
    """
    actor = await who(connection)
    if actor is None or not actor.is_at_home(connection.path_params.get("show_id")):
        raise Forbidden if _is_viewer(connection) else NotSignedIn
    if is_counted:
        _count_write(connection, actor)
    if not actor.may(permission, room_id):
        await note_denied(connection, actor, permission)
        raise Forbidden
    return actor


def _count_write(connection: HTTPConnection, actor: Actor) -> None:
    is_write = connection.scope.get("method", "GET") not in SAFE_METHODS  # a socket has no method
    if is_write and COUNTED_KEY not in connection.scope:
        connection.scope[COUNTED_KEY] = True
        count(runtime_of(connection), "write", actor.id)


def _is_viewer(connection: HTTPConnection) -> bool:
    """True for a known viewer of the API: signing in would not help them, so 403 and not 401."""
    if not str(connection.scope["path"]).startswith("/api/"):
        return False
    runtime = runtime_of(connection)
    now = runtime.clock.now().timestamp()
    return viewer_of(connection, runtime.viewer_tokens, now) is not None
