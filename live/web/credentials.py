"""What a caller carries: a bearer token in the header, a viewer's token in header or cookie."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response

from live.domain.access import Viewer
from live.web.cookies import read_cookie, set_cookie
from live.web.tokens import ViewerTokens

VIEWER_COOKIE = "viewer"
BEARER = "bearer "


def bearer_of(connection: HTTPConnection) -> str:
    """The token of `Authorization: Bearer …`, or an empty string."""
    return bearer_in(connection.headers)


def bearer_in(headers: Mapping[str, str]) -> str:
    """As `bearer_of`. What is empty here is no token anywhere: the caller is known by cookies alone."""
    header = headers.get("authorization", "")
    return header[len(BEARER) :].strip() if header[: len(BEARER)].casefold() == BEARER else ""


def viewer_of(connection: HTTPConnection, tokens: ViewerTokens, now: float) -> Viewer | None:
    """The viewer, by bearer token or else by the watch page's cookie; `now` in unix seconds."""
    token = bearer_of(connection) or read_cookie(connection, VIEWER_COOKIE)
    return tokens.read(token, now) if token else None


def remember_viewer(
    response: Response, connection: HTTPConnection, token: str, *, ttl_s: int
) -> None:
    """Gives the watch page's browser its viewer token."""
    set_cookie(response, connection, VIEWER_COOKIE, token, max_age_s=ttl_s)
