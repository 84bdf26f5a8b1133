"""The API of shows: create, read, edit, start, end, tally."""

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
    new = forms.new_show(await read_json(request), runtime.clock.now())
    show = await actions.create(
        new.facts,
        room_id=await actions.room_for(actor, new.room_id, db=runtime.db, now=runtime.clock.now()),
        is_demo=new.is_demo,
        by=actor,
        db=runtime.db,
        log=runtime.log,
        rulebook=runtime.rulebook,
        now=runtime.clock.now(),
    )
    return JSONResponse(show_json(show), 201)


async def show(request: Request) -> Response:
    return await (_edit(request) if request.method == "PATCH" else _read(request))


async def _read(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    head = await runtime.facts.head(ShowId(show.id))
    return JSONResponse(show_json(show, head.state if head else None))


async def _edit(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_EDIT, show.room_id)
    auto_start = await actions.starts_by_itself(show.id, db=runtime.db)
    seen = actions.facts_mark(show, auto_start=auto_start)
    now = runtime.clock.now()
    facts = forms.changed_facts(await read_json(request), show, now, auto_start=auto_start)
    changed = await actions.edit(
        ShowId(show.id), facts, seen=seen, by=actor, db=runtime.db, log=runtime.log
    )
    return JSONResponse(show_json(changed))


async def start(request: Request) -> Response:
    return await _move(request, "start")


async def end(request: Request) -> Response:
    return await _move(request, "end")


async def _move(request: Request, verb: str) -> Response:
    runtime = runtime_of(request)
    show = await actions.find(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.SHOW_RUN, show.room_id)
    state = await actions.move(show, verb, by=actor, db=runtime.db, log=runtime.log)
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


routes = [
    Route("/shows", create, methods=["POST"]),
    Route("/shows/{show_id}", show, methods=["GET", "PATCH"]),
    Route("/shows/{show_id}/start", start, methods=["POST"]),
    Route("/shows/{show_id}/end", end, methods=["POST"]),
    Route("/shows/{show_id}/tally", tally),
]
