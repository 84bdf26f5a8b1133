"""Pages of a show for the crew: set-up, control room, host, summary."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.domain.show import ShowState
from live.errors import ChangedMeanwhile, NotSignedIn
from live.features.accounts.actions import require
from live.features.accounts.actions.devices import HOST_COOKIE
from live.features.ingest.actions import key_of
from live.features.line_ups import actions as line_ups
from live.features.overlay import actions as overlay
from live.features.overlay.forms import THEMES
from live.features.products.actions import Imported, imported_of
from live.features.reports.actions import report_of, settles_at
from live.features.screens.routes.common import (
    boards_of,
    crew,
    is_far,
    origin_of,
    server_now,
    stage_of,
)
from live.features.screens.routes.host_links import no_way_in
from live.features.shows.actions import facts_mark, starts_by_itself
from live.hotpath import tellings
from live.hub import Screen, audience_of
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.cookies import read_cookie
from live.web.language import language_of
from live.web.render import render


async def setup(request: Request) -> Response:
    show, _ = await crew(request, Permission.SHOW_EDIT)
    return await setup_page(request, show)


async def setup_page(
    request: Request,
    show: Show,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    doubtful: Sequence[str] = (),
    which: str = "",
    item: str = "",
    edit: str = "",
    is_changed: bool = False,
) -> Response:
    """Set-up; `which` form was refused, with what was typed and why, or because (`is_changed`) somebody else
    has changed meanwhile what it would change.

    `item`: the one whose sale stands in the editor; `edit`: the one whose line is a form;
    `doubtful`: what is to be confirmed of the sale, keys below `offers.doubt`.
    """
    runtime = runtime_of(request)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    board = await boards_of(request).board(show.id, fresh=True)
    origin = origin_of(request)
    token = await overlay.token_of(show.id, db=runtime.db, now=runtime.clock.now())
    asked = request.query_params
    auto_start = await starts_by_itself(show.id, db=runtime.db)
    ingest_key = key_of(show.id, board.rules.ingest_n, keys=runtime.ingest_keys)
    edit = edit or asked.get("edit", "")
    wanted = item or asked.get("item") or edit
    address = f"/shows/{show.id}/setup"
    kept = (("item", wanted), ("edit", edit), ("told", asked.get("told", "")))
    back = urlencode({name: value for name, value in kept if value})
    context = {
        "board": board,
        "form": form or {},
        "errors": errors or {},
        "which": which,
        "doubtful": doubtful,
        "import_result": await _imported(request, show.id),
        "said": asked.get("said", ""),
        "chosen": next((item for item in board.items if item.id == wanted), None),
        "edited": next((item for item in board.items if item.id == edit), None),
        "auto_start": auto_start,
        "me": actor.name,
        "facts_mark": facts_mark(show, auto_start=auto_start),
        "is_changed": is_changed,
        "templates": await line_ups.listed([show.room_id], db=runtime.db),
        "viewer_url": f"{origin}/watch/{show.slug}",
        "is_far": is_far(request),
        "path": f"{address}?{back}".rstrip("?"),
        "overlay_url": f"{origin}{overlay.path_of(show.id, token)}&lang={language_of(request)}",
        "themes": THEMES,
        "host_url": f"{origin}/shows/{show.id}/host",
        "ingest_url": f"{origin}/api/v1/ingest/{ingest_key}",
        "server_now": server_now(request),
    }
    status = ChangedMeanwhile.status if is_changed else 422 if errors or doubtful else 200
    return render(request, "screens/setup.html", context, status)


async def _imported(request: Request, show_id: str) -> Imported | None:
    """What the import brought that sent its reader here."""
    ticket = request.query_params.get("told", "")
    told = (
        await tellings.hear(runtime_of(request).redis, ShowId(show_id), ticket) if ticket else None
    )
    return imported_of(told) if told else None


async def control(request: Request) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    board = await boards_of(request).board(show.id, fresh=True)
    token = await overlay.token_of(
        show.id, db=runtime_of(request).db, now=runtime_of(request).clock.now()
    )
    context = {
        "board": board,
        "view": _view(request),
        "actor": actor,
        "overlay_path": overlay.path_of(show.id, token),
        "server_now": server_now(request),
    }
    return render(request, "screens/control_room.html", context)


def _view(request: Request) -> str:
    """Which comments were listed before a reload."""
    asked = audience_of(Screen.CONTROL, language_of(request), request.query_params.get("chat", ""))
    return asked.view if asked else ""


async def host(request: Request) -> Response:
    try:
        show, _ = await crew(request, Permission.SHOW_VIEW)
    except NotSignedIn:
        if not read_cookie(request, HOST_COOKIE):
            raise
        return no_way_in(request, "link_gone", NotSignedIn.status)  # a device that was shown out
    board = await boards_of(request).board(await stage_of(request, show.id), fresh=True)
    context = {"board": board, "own": show.id, "server_now": server_now(request)}
    return render(request, "screens/host.html", context)


async def summary(request: Request) -> Response:
    show, _ = await crew(request, Permission.REPORT_READ)
    runtime = runtime_of(request)
    board = await boards_of(request).board(show.id, fresh=True)
    if board.show.state == ShowState.PLANNED:
        return RedirectResponse(f"/shows/{show.id}/setup", status_code=303)
    report = await report_of(
        show, db=runtime.db, log=runtime.log, stock=runtime.stock, facts=runtime.facts
    )
    return render(
        request,
        "screens/summary.html",
        {
            "board": board,
            "summary": report,
            "settles_at": await settles_at(show, db=runtime.db),
            "server_now": server_now(request),
        },
    )


routes = [
    Route("/shows/{show_id}/setup", setup),
    Route("/shows/{show_id}/control", control),
    Route("/shows/{show_id}/host", host),
    Route("/shows/{show_id}/summary", summary),
]
