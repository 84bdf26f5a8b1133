"""The guard around every page: request id, security headers, and the refusal of forged writes.

Pure ASGI, outermost but for the server itself, so that error pages carry the headers too. What it
settles for the handlers inside: the scheme (https if `public_url` says so, whatever stands in
front), `scope["live.request_id"]` and `scope["live.csrf"]`, the token for this reader's forms.

A write (anything but GET, HEAD, OPTIONS) that comes with cookies must come from our own pages: by
Sec-Fetch-Site or Origin, and with the token in the header X-CSRF-Token or a form's `csrf_token`.
A write with a bearer token is no browser's doing by accident and is exempt.
"""

import re
import secrets
from collections import deque
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from live.errors import Forbidden, LiveError, Malformed
from live.logs import correlated
from live.web.cookies import is_secure, read_cookie, set_cookie
from live.web.credentials import bearer_in
from live.web.errors import answer, is_api
from live.web.tokens import Signer

SEED_COOKIE = "seed"  # what the CSRF token of a reader without a login is tied to
LOGIN_COOKIE = "login"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PEEK_MAX = 64 * 1024  # bytes of a form read ahead to find its token; pages put it first
RawHeaders = list[tuple[bytes, bytes]]
HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")  # two years
NO_STORE = (b"cache-control", b"no-store")  # pages carry tokens and live numbers
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_MULTIPART_TOKEN = re.compile(rb'name="csrf_token"\r\n\r\n([A-Za-z0-9_-]{1,100})\r\n')


class CrossSite(Forbidden):
    """A write that another site's page, or a page drawn for another login, has sent."""

    code = "cross_site"
    message = "This page is out of date. Reload it and try again."


class Guard:
    """ASGI middleware. `media_origins`: https origins that players may fetch segments from."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secret: str,
        public_url: str = "",
        is_secure: bool = False,
        media_origins: str = "https:",
    ) -> None:
        self._app = app
        self._signer = Signer(secret, "csrf")
        self._public_url = public_url
        self._is_secure = is_secure or public_url.startswith("https:")
        self._standing = standing_headers(media_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self._is_secure:
            scope["scheme"] = "https" if scope["type"] == "http" else "wss"
        scope["live.request_id"] = request_id(headers)
        with correlated(scope["live.request_id"]):
            if scope["type"] == "http":
                await self._guarded(scope, headers, receive, send)
            else:
                await self._app(scope, receive, send)

    async def _guarded(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        must_prove = must_prove_origin(scope, headers)
        new_seed = ""
        if must_prove or not is_api(connection):
            new_seed = self._tie_token(connection)
        dressed = _Dressing(connection, send, self._standing, new_seed).send
        try:
            if "\x00" in str(scope["path"]):  # no id holds one, and no database takes one
                raise Malformed
            if must_prove:
                receive = await self._proven(scope, headers, receive)
        except LiveError as error:
            await answer(connection, error)(scope, receive, dressed)
        else:
            await self._app(scope, receive, dressed)

    def _tie_token(self, connection: HTTPConnection) -> str:
        """Puts the reader's token into the scope; answers the seed of a reader who had nothing."""
        anchor = _anchor(connection)
        new_seed = "" if anchor else secrets.token_urlsafe(16)
        connection.scope["live.csrf"] = self._signer.sign(anchor or _of_seed(new_seed))
        return new_seed

    async def _proven(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        """`receive`, perhaps with a read-ahead body. Raises CrossSite."""
        if not is_same_site(headers, str(scope["scheme"]), self._public_url):
            raise CrossSite
        token = headers.get("x-csrf-token", "")
        if not token:
            token, receive = await _token_of_form(headers, receive)
        if not secrets.compare_digest(token.encode(), str(scope["live.csrf"]).encode()):
            raise CrossSite
        return receive


def standing_headers(media_origins: str = "https:", *, is_secure: bool = False) -> RawHeaders:
    """The headers of every answer. `is_secure`: of one that leaves over TLS."""
    headers = [
        (b"content-security-policy", content_policy(media_origins).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    ]
    return [*headers, HSTS] if is_secure else headers


def content_policy(media_origins: str = "https:") -> str:
    """The Content-Security-Policy of every answer."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
        f"media-src 'self' {media_origins} blob:; connect-src 'self' {media_origins}; "
        "worker-src 'self' blob:; frame-src 'self'; font-src 'self'; manifest-src 'self'; object-src 'none'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )


def must_prove_origin(scope: Scope, headers: Headers) -> bool:
    """True for a write that a browser might have been tricked into."""
    if scope["method"] in SAFE_METHODS:
        return False
    if bearer_in(headers):  # as `identify` reads it: without a token there, cookies will count
        return False
    return not str(scope["path"]).startswith("/api/") or "cookie" in headers


def is_same_site(headers: Mapping[str, str], scheme: str, public_url: str = "") -> bool:
    """True unless the browser says that another site's page sent this."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return False
    if "origin" not in headers:
        return True  # not a browser, or one that vouched by Sec-Fetch-Site; the token decides
    return origin_allowed(headers, headers.get("host", ""), public_url, scheme=scheme)


def origin_allowed(
    headers: Mapping[str, str], host: str, public_url: str = "", *, scheme: str = ""
) -> bool:
    """True if Origin is our own address: `public_url`'s, or the very host that was asked.

    No Origin means no browser (every browser sends one with a socket), and is allowed: such a
    client proves itself by its token. `null` (sandboxed frames, files) is never ours.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        sent, ours = urlsplit(origin), urlsplit(public_url)
    except ValueError:
        return False
    if public_url and (sent.scheme, sent.netloc) == (ours.scheme, ours.netloc):
        return True
    schemes = {"https": ("https",), "wss": ("https",)}.get(scheme, ("http", "https"))
    return bool(host) and sent.scheme in schemes and sent.netloc.casefold() == host.casefold()


def request_id(headers: Mapping[str, str]) -> str:
    """The caller's X-Request-Id if it is harmless in a log, else a new one."""
    given = headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _anchor(connection: HTTPConnection) -> str:
    """What ties a form's token to its reader: the login, else the seed."""
    login = read_cookie(connection, LOGIN_COOKIE)
    return f"login:{login}" if login else _of_seed(read_cookie(connection, SEED_COOKIE))


def _of_seed(seed: str) -> str:
    return f"seed:{seed}" if seed else ""


async def _token_of_form(headers: Headers, receive: Receive) -> tuple[str, Receive]:
    """The form's `csrf_token`, read ahead of the handler, and a `receive` that starts over."""
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return "", receive
    messages: list[Message] = []
    body = b""
    while len(body) <= PEEK_MAX:
        message = await receive()
        messages.append(message)
        body += message.get("body", b"")
        if kind == "multipart/form-data" and _MULTIPART_TOKEN.search(body):
            break
        if not message.get("more_body", False):
            break
    return _token_in(kind, body), _replaying(messages, receive)


def _token_in(kind: str, body: bytes) -> str:
    if kind == "multipart/form-data":
        found = _MULTIPART_TOKEN.search(body)
        return found.group(1).decode() if found else ""
    fields = parse_qs(body.decode("utf-8", "replace"))
    return fields.get("csrf_token", [""])[-1]


def _replaying(messages: list[Message], receive: Receive) -> Receive:
    waiting = deque(messages)

    async def replay() -> Message:
        return waiting.popleft() if waiting else await receive()

    return replay


class _Dressing:
    """Adds the headers, and a new reader's seed cookie, to the answer's start."""

    def __init__(
        self, connection: HTTPConnection, send: Send, standing: RawHeaders, new_seed: str
    ) -> None:
        self._connection = connection
        self._send = send
        self._standing = standing
        self._new_seed = new_seed

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = self._dressed(list(message.get("headers", ())))
        await self._send(message)

    def _dressed(self, headers: RawHeaders) -> RawHeaders:
        """The route's own headers win, save for the request id."""
        own = dict(headers)
        headers += [header for header in self._standing if header[0] not in own]
        headers.append((b"x-request-id", str(self._connection.scope["live.request_id"]).encode()))
        if is_secure(self._connection) and HSTS[0] not in own:
            headers.append(HSTS)
        if own.get(b"content-type", b"").startswith(b"text/html"):
            if NO_STORE[0] not in own:
                headers.append(NO_STORE)
            if self._new_seed:
                headers.append(self._seed_cookie())
        return headers

    def _seed_cookie(self) -> tuple[bytes, bytes]:
        carrier = Response()
        set_cookie(carrier, self._connection, SEED_COOKIE, self._new_seed, max_age_s=None)
        return b"set-cookie", carrier.headers["set-cookie"].encode("latin-1")
