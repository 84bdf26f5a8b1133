"""The API of offers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.ids import OfferId, ShowId
from live.features.accounts.actions import require
from live.features.offers import actions, forms
from live.features.offers.presenters import draft_json, offer_json
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.web.body import read_json


async def draft(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    actor = await require(request, Permission.OFFER_EDIT, show.room_id)
    new = forms.new_offer(await read_json(request), show.currency, runtime.settings.hold_default_s)
    made = await actions.draft(
        ShowId(show.id), new, by=actor, db=runtime.db, log=runtime.log, now=runtime.clock.now()
    )
    return JSONResponse(draft_json(made.offer, made.line, made.doubts, show.currency), 201)


async def read(request: Request) -> Response:
    runtime = runtime_of(request)
    offer_id = request.path_params["offer_id"]
    stock = await actions.read(offer_id, db=runtime.db, stock=runtime.stock)
    return JSONResponse(offer_json(offer_id, stock))


async def push(request: Request) -> Response:
    return await _move(request, "push")


async def pause(request: Request) -> Response:
    return await _move(request, "pause")


async def resume(request: Request) -> Response:
    return await _move(request, "resume")


async def close(request: Request) -> Response:
    return await _move(request, "close")


async def _move(request: Request, verb: str) -> Response:
    runtime = runtime_of(request)
    offer_id = OfferId(request.path_params["offer_id"])
    actor = await require(
        request, Permission.OFFER_PUSH, await actions.room_of(offer_id, db=runtime.db)
    )
    stock = await actions.move(
        verb, offer_id, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
    )
    return JSONResponse(offer_json(offer_id, stock))


async def take_back(request: Request) -> Response:
    runtime = runtime_of(request)
    offer_id = OfferId(request.path_params["offer_id"])
    actor = await require(
        request, Permission.OFFER_PUSH, await actions.room_of(offer_id, db=runtime.db)
    )
    done = await actions.take_back(
        offer_id,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse({**offer_json(offer_id, done.numbers), "draft": done.draft or None})


async def again(request: Request) -> Response:
    runtime = runtime_of(request)
    offer_id = OfferId(request.path_params["offer_id"])
    actor = await require(
        request, Permission.OFFER_PUSH, await actions.room_of(offer_id, db=runtime.db)
    )
    made = await actions.again(
        offer_id,
        by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log, now=runtime.clock.now(),
    )  # fmt: skip
    return JSONResponse({"id": made.id, "state": made.state, "quantity": made.quantity}, 201)


async def restock(request: Request) -> Response:
    runtime = runtime_of(request)
    offer_id = OfferId(request.path_params["offer_id"])
    actor = await require(
        request, Permission.STOCK_EDIT, await actions.room_of(offer_id, db=runtime.db)
    )
    delta = forms.restock_delta(await read_json(request))
    stock = await actions.restock(
        offer_id, delta, by=actor, db=runtime.db, stock=runtime.stock, log=runtime.log
    )
    return JSONResponse(offer_json(offer_id, stock))


routes = [
    Route("/shows/{show_id}/offers", draft, methods=["POST"]),
    Route("/offers/{offer_id}", read),
    Route("/offers/{offer_id}/restock", restock, methods=["POST"]),
    Route("/offers/{offer_id}/push", push, methods=["POST"]),
    Route("/offers/{offer_id}/pause", pause, methods=["POST"]),
    Route("/offers/{offer_id}/resume", resume, methods=["POST"]),
    Route("/offers/{offer_id}/close", close, methods=["POST"]),
    Route("/offers/{offer_id}/take-back", take_back, methods=["POST"]),
    Route("/offers/{offer_id}/again", again, methods=["POST"]),
]
