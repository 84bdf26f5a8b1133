"""Errors as answers: RFC 9457 problems under /api/, a toast for htmx, a page for everybody else.

One place turns a LiveError into bytes. What nobody expected becomes a 500 that names its request
id, and the log line with that id has the cause; the answer never has it.
"""

import json
import logging
import math
import time
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from live.errors import (
    FieldError,
    Invalid,
    LiveError,
    Malformed,
    NotFound,
    NotNow,
    NotSignedIn,
    TooLarge,
)
from live.logs import cause_of
from live.web.fields import reason_in
from live.web.language import language_of
from live.web.local_paths import local_path
from live.web.render import address_of, draw
from live.web.words import is_known, translate

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
FAULT_S = 1.0  # between two log lines of the same fault
TOASTS = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}  # a refusal never replaces the form


class Unexpected(LiveError):
    """What we did not foresee; the log knows more."""

    code = "unexpected"


class WrongMethod(LiveError):
    code = "method_not_allowed"
    status = 405
    message = "This address does not take that method."


class Faults:
    """A dependency that is away fails every request of a burst: the log says it once a second."""

    def __init__(self) -> None:
        self._said_at: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def due(self, code: str) -> int:
        """How many faults of this code to report now; 0 while the last report is fresh."""
        self._unsaid[code] += 1
        now = time.monotonic()
        if now - self._said_at.get(code, float("-inf")) < FAULT_S:
            return 0
        self._said_at[code] = now
        return self._unsaid.pop(code)


_faults = Faults()  # of this process


def exception_handlers() -> dict[type[Exception], ExceptionHandler]:
    """For `Starlette(exception_handlers=…)`; `Boundary` takes what these do not."""
    return {LiveError: _on_live_error, HTTPException: _on_http_exception}


class Boundary:
    """ASGI middleware inside the Guard: an unforeseen error ends as a logged 500 with our headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if has_begun:
                raise  # half an answer cannot be mended; the server cuts the connection
            if not isinstance(error, LiveError):
                logger.exception("unexpected error", extra={"path": scope["path"]})
                error = Unexpected()
            await answer(HTTPConnection(scope), error)(scope, receive, send)


def answer(connection: HTTPConnection, error: LiveError) -> Response:
    """The refusal in the form that this caller reads."""
    if is_api(connection):
        return problem(error, request_id=request_id_of(connection))
    if isinstance(error, NotSignedIn):
        return _to_sign_in(connection)
    return _shown(connection, error)


def is_api(connection: HTTPConnection) -> bool:
    """True for the callers that read problems, not pages."""
    return str(connection.scope["path"]).startswith("/api/")


def is_htmx(connection: HTTPConnection) -> bool:
    """True if htmx asks, which puts the answer into the page it has."""
    return connection.headers.get("hx-request") == "true"


def request_id_of(connection: HTTPConnection) -> str:
    """The request's id in the log."""
    return str(connection.scope.get("live.request_id", ""))


def problem(error: LiveError, *, request_id: str = "") -> Response:
    """An RFC 9457 answer."""
    return Response(
        problem_body(error, request_id),
        status_code=error.status,
        media_type=PROBLEM,
        headers=_headers(error),
    )


def problem_body(error: LiveError, request_id: str = "") -> bytes:
    """The bytes of the problem document; its `code` is the stable part."""
    document: dict[str, object] = {
        "type": f"urn:live:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    if isinstance(error, Invalid):
        document["errors"] = [{"field": e.field, "reason": e.reason} for e in error.errors]
    if error.status >= 500 and request_id:
        document["request_id"] = request_id
    document |= error.members
    return json.dumps(document, ensure_ascii=False).encode()


def retry_after_s(error: LiveError) -> int | None:
    """Whole seconds to wait, never 0, if the error says so."""
    seconds = getattr(error, "retry_after_s", None)
    return None if seconds is None else max(1, math.ceil(seconds))


def _to_sign_in(connection: HTTPConnection) -> Response:
    """A stranger on a page signs in and comes back; htmx must be told to leave the page."""
    is_read = connection.scope.get("method") == "GET" and not is_htmx(connection)
    path = address_of(connection) if is_read else "/"
    address = "/sign-in" if path == "/" else f"/sign-in?next={quote(path, safe='/')}"
    if is_htmx(connection):
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse(address, status_code=303)


def _readable(connection: HTTPConnection) -> str:
    """The page to try again: this one or, after a form, the one that the form stood on."""
    if address := address_of(connection):
        return address
    came_from = urlsplit(connection.headers.get("referer", ""))
    return local_path(f"{came_from.path}?{came_from.query}".rstrip("?"))


def _shown(connection: HTTPConnection, error: LiveError) -> Response:
    lang = language_of(connection)
    path = str(connection.scope["path"])
    words: dict[str, object] = {
        "status": error.status,
        "title": _said(lang, f"errors.status_{error.status}", HTTPStatus(error.status).phrase),
        "message": _message(lang, error),
        "code": error.code,
        "retry_after": retry_after_s(error),
        "request_id": request_id_of(connection),
        "csrf_token": str(connection.scope.get("live.csrf", "")),
        "path": _readable(connection),
    }
    headers = _headers(error)
    if is_htmx(connection):
        wrong = error.errors if isinstance(error, Invalid) else ()
        fields = {one.field: reason_in(lang, one) for one in wrong}
        text = draw("errors/_toast.html", lang, fields=fields, **words)
        headers |= TOASTS
    else:
        if path.startswith("/watch/"):  # a customer, who knows nothing of a desk
            show = "/".join(path.split("/")[:3])
            text = draw("errors/watch.html", lang, show=show, **words)
        else:
            text = draw("errors/page.html", lang, **words)
    return Response(text, error.status, headers, media_type="text/html")


def _message(lang: str, error: LiveError) -> str:
    """In the reader's language if we have words for the code, else the error's own sentence."""
    message = _said(lang, f"errors.{error.code}", error.message, error.values)
    if isinstance(error, Invalid) and error.errors:
        return translate(lang, "common.then").join(_reason(lang, one) for one in error.errors)
    return message


def _reason(lang: str, error: FieldError) -> str:
    """The field by its name on the page, where it has one, and what is wrong with it."""
    reason = reason_in(lang, error)
    key = f"fields.{error.field}"
    if not is_known(key):
        return reason
    return translate(lang, "errors.of_field", field=translate(lang, key), reason=reason)


def _said(lang: str, key: str, otherwise: str, values: Mapping[str, object] | None = None) -> str:
    return translate(lang, key, **(values or {})) if is_known(key) else otherwise


def _headers(error: LiveError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, NotNow):
        headers["X-Live-Code"] = (
            error.code
        )  # for a page that reads no problems: a crowd, or a fault
    seconds = retry_after_s(error)
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def _of_http_exception(exception: HTTPException) -> LiveError:
    known: Mapping[int, type[LiveError]] = {
        400: Malformed,
        404: NotFound,
        405: WrongMethod,
        413: TooLarge,
    }
    if exception.status_code in known:
        return known[exception.status_code]()
    error = LiveError(exception.detail, code=f"http_{exception.status_code}")
    error.status = exception.status_code
    return error


def note_fault(error: LiveError, path: str, cause: BaseException | None) -> None:
    """A fault of ours, or of what we depend on, is said in the log, once a second at most."""
    if error.status >= 500 and (unsaid := _faults.due(error.code)):
        extra = {"code": error.code, "path": path, "times": unsaid}
        if cause is not None:
            extra["cause"] = cause_of(cause)
        logger.warning("request refused", extra=extra)
        logger.debug("refused because of this", exc_info=cause)


async def _on_live_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LiveError)
    note_fault(error, request.url.path, error.__cause__)
    return answer(request, error)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = answer(request, _of_http_exception(error))
    response.headers.update(error.headers or {})
    return response
