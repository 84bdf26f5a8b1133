"""Viewers: known by a signed token alone, from the API or from the page's cookie; no SQL."""

from starlette.requests import HTTPConnection

from live.domain.access import Viewer
from live.errors import Forbidden, NotSignedIn
from live.features.accounts.actions.guard import who
from live.features.accounts.actions.pace import count
from live.runtime import new_viewer_id, runtime_of
from live.web import credentials
from live.web.rate_limits import sender_of

VIEWER_TTL_S = 30 * 24 * 3600  # a viewer who comes back next week still owns their orders


def new_viewer(connection: HTTPConnection, name: str) -> tuple[str, str]:
    """(id, token) of a new viewer."""
    runtime = runtime_of(connection)
    viewer_id = new_viewer_id()
    now = runtime.clock.now().timestamp()
    return viewer_id, runtime.viewer_tokens.make(viewer_id, name, now, VIEWER_TTL_S)


def renamed(connection: HTTPConnection, viewer: Viewer, name: str) -> tuple[str, int]:
    """(token, seconds that it is good for): the same viewer under another name, for no longer than before."""
    runtime = runtime_of(connection)
    now = runtime.clock.now().timestamp()
    ttl_s = viewer.expires_at - int(now)
    return runtime.viewer_tokens.make(viewer.id, name, now, ttl_s), ttl_s


def viewer_or_none(connection: HTTPConnection) -> Viewer | None:
    """The viewer behind a bearer token or, without one, the page's cookie."""
    runtime = runtime_of(connection)
    return credentials.viewer_of(connection, runtime.viewer_tokens, runtime.clock.now().timestamp())


def viewer_of_token(connection: HTTPConnection, token: str) -> Viewer | None:
    """The viewer whom the token names, if it is ours (or the shop's) and has not run out."""
    runtime = runtime_of(connection)
    return runtime.viewer_tokens.read(token, runtime.clock.now().timestamp())


async def viewer_of(connection: HTTPConnection) -> Viewer:
    """Raises NotSignedIn; Forbidden for an operator, who does not buy or speak as a viewer."""
    viewer = viewer_or_none(connection)
    if viewer is None:
        raise Forbidden("Only viewers do this.") if await who(connection) else NotSignedIn
    return viewer


def limit(connection: HTTPConnection, kind: str, key: str | None = None, *, many: int = 1) -> None:
    """Count one more of `kind` (or `many`) for this viewer (or address). Raises TooFast."""
    count(runtime_of(connection), kind, key or sender_of(connection), many)
