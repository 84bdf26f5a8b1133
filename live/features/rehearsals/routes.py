"""The API of rehearsals: begin one, its crowd, its card."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.features.accounts.actions import require
from live.features.rehearsals import actions, forms
from live.features.rehearsals.presenters import card_json, crowd_json
from live.features.shows.actions import find as find_show
from live.features.shows.presenters import show_json
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.body import read_json
from live.web.resource import resource


async def _show(request: Request, permission: Permission) -> tuple[Show, Actor]:
    show = await find_show(request.path_params["show_id"], db=runtime_of(request).db)
    return show, await require(request, permission, show.room_id)


async def begin(request: Request) -> Response:
    runtime = runtime_of(request)
    show, actor = await _show(request, Permission.SHOW_EDIT)
    made = await actions.begin(
        show,
        by=actor, db=runtime.db, log=runtime.log, rulebook=runtime.rulebook, facts=runtime.facts,
        now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse(show_json(made), 201)


async def card(request: Request) -> Response:
    runtime = runtime_of(request)
    show, _ = await _show(request, Permission.REPORT_READ)
    told = await actions.card_of(
        show, db=runtime.db, redis=runtime.redis, stock=runtime.stock, facts=runtime.facts,
        now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse(card_json(show.id, str(show.rehearsal_of), told))


async def crowd(request: Request) -> Response:
    show, _ = await _show(request, Permission.SHOW_RUN)
    return JSONResponse(
        crowd_json(await actions.crowd_in(show.id, redis=runtime_of(request).redis))
    )


async def send_crowd(request: Request) -> Response:
    show, actor = await _show(request, Permission.SHOW_RUN)
    wanted = forms.wanted_crowd(await read_json(request, may_be_empty=True))
    crowds: actions.Crowds = request.app.state.crowds
    await crowds.start(show, wanted, by=actor)
    return JSONResponse(
        crowd_json(await actions.crowd_in(show.id, redis=runtime_of(request).redis)), 201
    )


async def end_crowd(request: Request) -> Response:
    show, actor = await _show(request, Permission.SHOW_RUN)
    crowds: actions.Crowds = request.app.state.crowds
    await crowds.stop(show, by=actor)
    return JSONResponse({"id": show.id})


routes = [
    Route("/shows/{show_id}/rehearse", begin, methods=["POST"]),
    Route("/shows/{show_id}/rehearsal", card),
    resource("/shows/{show_id}/crowd", GET=crowd, POST=send_crowd, DELETE=end_crowd),
]
