"""Pages of rehearsals: begin one, send a crowd into it, read what it came to."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.crowd import LENGTH_MAX_S, SIZES, Mood
from live.domain.show import ShowState
from live.features.rehearsals import actions
from live.features.rehearsals.forms import wanted_crowd
from live.features.screens.presenters.rehearsal import line_view, run_views
from live.features.screens.routes.common import after, boards_of, crew, server_now
from live.runtime import runtime_of
from live.store import rehearsals
from live.web.body import read_form
from live.web.language import language_of
from live.web.render import draw, render

MINUTES = (5, 15, LENGTH_MAX_S // 60)


async def begin(request: Request) -> Response:
    """On to the control room of the rehearsal: it goes on air from there, as the real show will."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.SHOW_EDIT)
    made = await actions.begin(
        show,
        by=actor, db=runtime.db, log=runtime.log, rulebook=runtime.rulebook, facts=runtime.facts,
        now=runtime.clock.now(),
    )  # fmt: skip
    return RedirectResponse(f"/shows/{made.id}/control", status_code=303)


async def crowd_form(request: Request) -> Response:
    show, _ = await crew(request, Permission.SHOW_RUN)
    sources = await actions.sources_for(show.room_id, db=runtime_of(request).db)
    context = {
        "show": show, "sources": sources, "sizes": SIZES, "moods": list(Mood), "minutes": MINUTES,
    }  # fmt: skip
    return HTMLResponse(draw("rehearsals/_crowd.html", language_of(request), **context))


async def send_crowd(request: Request) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    wanted = wanted_crowd((await read_form(request)).fields, is_form=True)
    crowds: actions.Crowds = request.app.state.crowds
    await crowds.start(show, wanted, by=actor)
    return after(request, f"/shows/{show.id}/control")


async def end_crowd(request: Request) -> Response:
    show, actor = await crew(request, Permission.SHOW_RUN)
    crowds: actions.Crowds = request.app.state.crowds
    await crowds.stop(show, by=actor)
    return after(request, f"/shows/{show.id}/control")


async def card(request: Request) -> Response:
    runtime, lang = runtime_of(request), language_of(request)
    show, _ = await crew(request, Permission.REPORT_READ)
    board = await boards_of(request).board(show.id, fresh=True)
    if show.rehearsal_of is not None and board.show.state == ShowState.PLANNED:
        return RedirectResponse(f"/shows/{show.id}/control", status_code=303)
    told = await actions.card_of(
        show, db=runtime.db, redis=runtime.redis, stock=runtime.stock, facts=runtime.facts,
        now=runtime.clock.now(),
    )  # fmt: skip
    is_there = await actions.crowd_in(show.id, redis=runtime.redis) is not None
    async with runtime.db.read() as session:
        runs = await rehearsals.list_runs(session, show.id)
    context = {
        "board": board,
        "card": told,
        "lines": [line_view(line, lang) for line in told.lines],
        "runs": run_views(runs, lang, is_there=is_there),
        "real_id": show.rehearsal_of,
        "server_now": server_now(request),
    }
    return render(request, "rehearsals/card.html", context)


routes = [
    Route("/shows/{show_id}/rehearse", begin, methods=["POST"]),
    Route("/shows/{show_id}/crowd", crowd_form),
    Route("/shows/{show_id}/crowd", send_crowd, methods=["POST"]),
    Route("/shows/{show_id}/crowd/stop", end_crowd, methods=["POST"]),
    Route("/shows/{show_id}/rehearsal", card),
]
