"""The first page of the crew: their shows, and the form of a new one."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.ids import ShowId
from live.features.accounts.actions import require
from live.features.rehearsals.actions import latest_of, prepared_of
from live.features.reports.actions import reports_of
from live.features.screens.routes.common import crew, on_to, said, server_now
from live.features.shows import actions
from live.features.shows.actions import rooms_for
from live.runtime import runtime_of
from live.store import shows
from live.store.shows import Show
from live.web.language import language_of
from live.web.render import draw, render
from live.web.words import translate

PAGE = 50


async def home(request: Request) -> Response:
    return await home_page(request)


async def home_page(
    request: Request, form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Response:
    """The list of shows; `form` and `errors` keep what was typed into a refused new show."""
    runtime = runtime_of(request)
    actor = await require(request, Permission.SHOW_VIEW)
    rooms = actor.rooms_where(Permission.SHOW_VIEW)
    async with runtime.db.read() as session:
        count = await shows.count_shows(session, rooms)
        last = max((count - 1) // PAGE, 0)
        page = min(_page_asked(request), last)
        rows = await shows.list_shows(session, rooms, limit=PAGE, offset=PAGE * page)
    told = [show for show in rows if actor.may(Permission.REPORT_READ, show.room_id)]
    reports = await reports_of(
        told, db=runtime.db, log=runtime.log, stock=runtime.stock, facts=runtime.facts
    )
    context = {
        "shows": rows,
        "count": count,
        "older": f"/?page={page + 2}" if page < last else "",
        "newest": "/" if page else "",
        "reports": reports,
        "rehearsals": await latest_of(rows, db=runtime.db),
        "prepared": await prepared_of(rows, db=runtime.db),
        "rooms": await rooms_for(actor, db=runtime.db, now=runtime.clock.now()),
        "form": form or {},
        "errors": errors or {},
        "actor": actor,
        "path": "/",
        "server_now": server_now(request),
    }
    return render(request, "screens/home.html", context, 422 if errors else 200)


def _page_asked(request: Request) -> int:
    """From 0 on; what is no number is the first."""
    asked = request.query_params.get("page", "")
    return max(int(asked) - 1, 0) if re.fullmatch("[0-9]{1,6}", asked) else 0


async def put_away(request: Request) -> Response:
    """A planned show leaves the list, where it stands and in SQL; for three seconds it can be had back."""
    show, actor = await _put(request, is_away=True)
    async with runtime_of(request).db.read() as session:
        count = await shows.count_shows(session, actor.rooms_where(Permission.SHOW_VIEW))
    lang = language_of(request)
    beside = draw("shows/_put_away.html", lang, show_id=show.id, count=count)
    text = translate(lang, "home.put_away_done", title=show.title)
    return said(request, "/", text, undo=[(f"/shows/{show.id}/bring-back", {})], beside=beside)


async def bring_back(request: Request) -> Response:
    await _put(request, is_away=False)
    return on_to(request, "/")


async def _put(request: Request, *, is_away: bool) -> tuple[Show, Actor]:
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    await actions.put_away(
        ShowId(show.id), is_away, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    return show, actor


routes = [
    Route("/", home),
    Route("/shows/{show_id}/put-away", put_away, methods=["POST"]),
    Route("/shows/{show_id}/bring-back", bring_back, methods=["POST"]),
]
