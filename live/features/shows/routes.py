"""The API of shows: create, read, edit, start, end, cues, tally."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import ShowId
from live.errors import Recovering
from live.features.accounts.actions import require
from live.features.archive.actions import totals_of
from live.features.shows import actions, forms
from live.features.shows.presenters import show_json, tally_json
from live.runtime import runtime_of
from live.store import offers
from live.web.body import read_json


async def create(request: Request) -> Response:
    runtime = runtime_of(request)
    actor = await require(request, Permission.SHOW_EDIT)
    values = await read_json(request)
    facts, wanted = forms.show_facts(values, runtime.clock.now()), forms.room_wanted(values)
    show = await actions.create(
        facts,
        room_id=await actions.room_for(actor, wanted, db=runtime.db, now=runtime.clock.now()),
        is_demo=values.get("demo") is True,
        db=runtime.db,
        log=runtime.log,
        rulebook=runtime.rulebook,
        now=runtime.clock.now(),
    )
    return JSONResponse(show_json(show), 201)


async def read(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    head = await runtime.facts.head(ShowId(show.id))
    return JSONResponse(show_json(show, head.state if head else None))


async def start(request: Request) -> Response:
    return await _move(request, "start")


async def end(request: Request) -> Response:
    return await _move(request, "end")


async def _move(request: Request, verb: str) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_RUN, show.room_id)
    state = await actions.move(show, verb, by=actor, log=runtime.log)
    return JSONResponse({"id": show.id, "state": state})


async def tally(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.TALLY_READ, show.room_id)
    totals = await totals_of(show, db=runtime.db, log=runtime.log)
    if totals is None:
        raise Recovering
    async with runtime.db.read() as session:
        rows = await offers.list_offers(session, show.id)
    now = await runtime.stock.read_all([row.id for row in rows])
    stocks = [stock or offers.stock_of(row) for row, stock in zip(rows, now, strict=True)]
    held, paid = sum(s.held for s in stocks), sum(s.paid for s in stocks)
    return JSONResponse(tally_json(totals, held, paid, show.currency))


async def cues(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.CUE_SEND, show.room_id)
    text = forms.cue_text(await read_json(request))
    cue_id = await actions.send_cue(ShowId(show.id), text, by=actor, log=runtime.log)
    return JSONResponse({"id": cue_id}, 201)


routes = [
    Route("/shows", create, methods=["POST"]),
    Route("/shows/{show_id}", read),
    Route("/shows/{show_id}/start", start, methods=["POST"]),
    Route("/shows/{show_id}/end", end, methods=["POST"]),
    Route("/shows/{show_id}/tally", tally),
    Route("/shows/{show_id}/cues", cues, methods=["POST"]),
]
