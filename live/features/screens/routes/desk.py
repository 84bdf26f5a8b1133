"""Pages of the crew: the list of shows, set-up, control room, host, summary."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.show import ShowState
from live.features.accounts.actions import require
from live.features.products.actions import Imported
from live.features.reports.actions import report_of, reports_of, settles_at
from live.features.screens.actions import overlay_token
from live.features.screens.routes.common import boards_of, crew, server_now
from live.features.shows.actions import rooms_for, starts_by_itself
from live.runtime import runtime_of
from live.store import shows
from live.store.shows import Show
from live.web.render import render


async def home(request: Request) -> Response:
    return await home_page(request)


async def home_page(
    request: Request, form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Response:
    """The list of shows; `form` and `errors` keep what was typed into a refused new show."""
    runtime = runtime_of(request)
    actor = await require(request, Permission.SHOW_VIEW)
    async with runtime.db.read() as session:
        rows = await shows.list_shows(session, actor.rooms_where(Permission.SHOW_VIEW))
    told = [show for show in rows if actor.may(Permission.REPORT_READ, show.room_id)]
    reports = await reports_of(
        told, db=runtime.db, log=runtime.log, stock=runtime.stock, facts=runtime.facts
    )
    context = {
        "shows": rows,
        "reports": reports,
        "rooms": await rooms_for(actor, db=runtime.db, now=runtime.clock.now()),
        "form": form or {},
        "errors": errors or {},
        "actor": actor,
        "server_now": server_now(request),
    }
    return render(request, "screens/home.html", context, 422 if errors else 200)


async def setup(request: Request) -> Response:
    show, _ = await crew(request, Permission.SHOW_EDIT)
    return await setup_page(request, show)


async def setup_page(
    request: Request,
    show: Show,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    import_result: Imported | None = None,
    which: str = "",
    edit: str = "",
) -> Response:
    """Set-up; `which` form was refused, with what was typed and why; or what an import brought.

    `edit`: the item whose line is a form.
    """
    runtime = runtime_of(request)
    board = await boards_of(request).board(show.id)
    origin = (
        str(request.base_url).rstrip("/")
        if not runtime.settings.public_url
        else runtime.settings.public_url
    )
    token = await overlay_token(show.id, db=runtime.db, now=runtime.clock.now())
    edit = edit or request.query_params.get("edit", "")
    wanted = request.query_params.get("item") or (form or {}).get("item_id") or edit
    context = {
        "board": board,
        "form": form or {},
        "errors": errors or {},
        "which": which,
        "import_result": import_result,
        "chosen": next((item for item in board.items if item.id == wanted), None),
        "edited": next((item for item in board.items if item.id == edit), None),
        "auto_start": await starts_by_itself(show.id, db=runtime.db),
        "viewer_url": f"{origin}/watch/{show.slug}",
        "overlay_url": f"{origin}/overlay/{show.id}?token={token}",
        "host_url": f"{origin}/shows/{show.id}/host",
        "server_now": server_now(request),
    }
    return render(request, "screens/setup.html", context, 422 if errors else 200)


async def control(request: Request) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    board = await boards_of(request).board(show.id)
    context = {"board": board, "actor": actor, "server_now": server_now(request)}
    return render(request, "screens/control_room.html", context)


async def host(request: Request) -> Response:
    show, _ = await crew(request, Permission.SHOW_VIEW)
    board = await boards_of(request).board(show.id)
    return render(request, "screens/host.html", {"board": board, "server_now": server_now(request)})


async def summary(request: Request) -> Response:
    show, _ = await crew(request, Permission.REPORT_READ)
    runtime = runtime_of(request)
    board = await boards_of(request).board(show.id)
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
    Route("/", home),
    Route("/shows/{show_id}/setup", setup),
    Route("/shows/{show_id}/control", control),
    Route("/shows/{show_id}/host", host),
    Route("/shows/{show_id}/summary", summary),
]
