"""What every page door needs: the boards of this process, and a show that the visitor may see."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from live.domain.access import Actor, Permission
from live.errors import NotNow
from live.features.accounts.actions import require
from live.features.screens.presenters.board import Boards
from live.features.shows import actions as shows
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.errors import TOASTS, is_htmx
from live.web.language import language_of
from live.web.render import draw

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
UNDO_MS = 3_000
OFFER_MS = 20_000  # to read what else could be done, and to think about it
Undo = tuple[str, Mapping[str, str]]  # where to post what


def boards_of(connection: HTTPConnection) -> Boards:
    """The boards of this process."""
    boards: Boards = connection.app.state.boards
    return boards


async def crew(request: Request, permission: Permission) -> tuple[Show, Actor]:
    """The show in the address, and the crew member who may do this to it."""
    show = await shows.find(request.path_params["show_id"], db=runtime_of(request).db)
    return show, await require(request, permission, show.room_id)


async def stage_of(request: Request, show_id: str) -> str:
    """The show that a screen connected to this one shows: itself while nobody can say."""
    runtime = runtime_of(request)
    with suppress(NotNow):
        return await shows.stage_of(show_id, db=runtime.db, facts=runtime.facts)
    return show_id


def origin_of(request: Request) -> str:
    """Scheme and host as people type them."""
    public = runtime_of(request).settings.public_url
    return public or str(request.base_url).rstrip("/")


def is_far(request: Request) -> bool:
    """True if other computers, and phones, can open the addresses that this reader is shown."""
    return bool(runtime_of(request).settings.public_url) or request.url.hostname not in LOOPBACK


def server_now(request: Request) -> str:
    return runtime_of(request).clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def said(
    request: Request,
    path: str,
    text: str,
    *,
    undo: Sequence[Undo] = (),
    for_ms: int = UNDO_MS,
    beside: str = "",
) -> Response:
    """As `after`, with a toast that says what was done, and for so long can take it back. `beside`: HTML that
    finds its place on the page by itself."""
    if not is_htmx(request):
        return RedirectResponse(path, status_code=303)
    context = {"message": text, "undo": undo, "for_ms": for_ms, "label": ""}
    toast = draw("shared/_said.html", language_of(request), **context)
    return HTMLResponse(toast + beside, headers=TOASTS)


def refused_but(request: Request, text: str, label: str, then: Undo) -> Response:
    """A refusal for htmx, as a toast that offers what would help: `then`, on a button with this label."""
    context = {"message": text, "undo": [then], "for_ms": OFFER_MS, "label": label}
    return HTMLResponse(
        draw("shared/_said.html", language_of(request), **context), 409, headers=TOASTS
    )


def after(request: Request, path: str) -> Response:
    """htmx gets nothing to swap (the socket brings the news); a plain form goes on to `path`."""
    if is_htmx(request):
        return Response(status_code=204)
    return RedirectResponse(path, status_code=303)


def on_to(request: Request, address: str) -> Response:
    """The browser goes there."""
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
