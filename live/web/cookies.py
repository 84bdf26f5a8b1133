"""Our cookies: HttpOnly, SameSite=Lax, and over https Secure with the `__Host-` prefix.

The prefix makes the browser refuse the cookie from a sister domain or over plain http. What the
connection's scheme is, `security.Guard` has settled before any handler runs.
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

SECURE_PREFIX = "__Host-"


def is_secure(connection: HTTPConnection) -> bool:
    """True if the reader's side of this connection is TLS."""
    return connection.scope.get("scheme") in ("https", "wss")


def read_cookie(connection: HTTPConnection, name: str) -> str:
    """The cookie's value, or an empty string."""
    return connection.cookies.get(_name(connection, name), "")


def set_cookie(
    response: Response, connection: HTTPConnection, name: str, value: str, *, max_age_s: int | None
) -> None:
    """Sets the cookie for the whole site; `max_age_s` None ends it with the browser."""
    response.set_cookie(
        _name(connection, name),
        value,
        max_age=max_age_s,
        path="/",
        secure=is_secure(connection),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, connection: HTTPConnection, name: str) -> None:
    """Makes the browser forget the cookie."""
    response.delete_cookie(
        _name(connection, name),
        path="/",
        secure=is_secure(connection),
        httponly=True,
        samesite="lax",
    )


def _name(connection: HTTPConnection, name: str) -> str:
    return SECURE_PREFIX + name if is_secure(connection) else name
