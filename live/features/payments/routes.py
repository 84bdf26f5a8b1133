"""The API of settling orders."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.ids import OfferId, show_of
from live.errors import NotFound
from live.features.accounts.actions import require, who
from live.features.accounts.actions.audience import viewer_or_none
from live.features.offers import actions as offers
from live.features.orders.presenters import order_json
from live.features.payments import actions, forms
from live.features.shows.actions import find as find_show
from live.hotpath.stock import Order
from live.runtime import Runtime, runtime_of
from live.web.body import read_json


async def pay(request: Request) -> Response:
    return await _settle(request, "pay")


async def cancel(request: Request) -> Response:
    return await _settle(request, "cancel")


async def extend(request: Request) -> Response:
    runtime = runtime_of(request)
    order_id = request.path_params["order_id"]
    seen_ms = forms.seen_end(await read_json(request, may_be_empty=True))
    viewer = viewer_or_none(request)
    if viewer is not None:
        try:
            order = await actions.extend(
                order_id, viewer.id, seen_ms=seen_ms, stock=runtime.stock, db=runtime.db
            )
            return JSONResponse(order_json(order, for_operator=False))
        except NotFound:
            if await who(request) is None:
                raise
    actor = await _crew(request, order_id)
    order = await actions.extend_by_hand(
        order_id, seen_ms=seen_ms, by=actor,
        stock=runtime.stock, db=runtime.db, log=runtime.log,
    )  # fmt: skip
    return JSONResponse(order_json(order, for_operator=True))


async def _crew(request: Request, order_id: str) -> Actor:
    """Who of the crew asks, if they may settle this order. Raises NotFound, NotSignedIn, Forbidden."""
    show = await find_show(show_of(order_id), db=runtime_of(request).db)
    return await require(request, Permission.ORDER_SETTLE, show.room_id)


async def _settle(request: Request, verb: str) -> Response:
    runtime = runtime_of(request)
    order_id = request.path_params["order_id"]
    viewer = viewer_or_none(request)
    if viewer is not None:  # only operators have rooms: a viewer pays while the database is away
        try:
            order = await _settled(runtime, verb, order_id, viewer.id)
            return JSONResponse(order_json(order, for_operator=False))
        except NotFound:  # not theirs; but a browser may hold a login beside a viewer's cookie
            if await who(request) is None:
                raise
    actor = await _crew(request, order_id)
    order = await actions.settle_by_hand(
        verb, order_id, by=actor,
        stock=runtime.stock, db=runtime.db, facts=runtime.facts, log=runtime.log,
        clock=runtime.clock,
    )  # fmt: skip
    return JSONResponse(order_json(order, for_operator=True))


async def void(request: Request) -> Response:
    runtime = runtime_of(request)
    offer_id = OfferId(request.path_params["offer_id"])
    room = await offers.room_of(offer_id, db=runtime.db)
    actor = await require(request, Permission.ORDER_SETTLE, room)
    done = await actions.void(
        offer_id, by=actor,
        stock=runtime.stock, db=runtime.db, facts=runtime.facts, log=runtime.log,
        clock=runtime.clock,
    )  # fmt: skip
    return JSONResponse({"offer_id": offer_id, **asdict(done)})


async def _settled(runtime: Runtime, verb: str, order_id: str, buyer: str) -> Order:
    return await actions.settle(
        verb, order_id, buyer,
        stock=runtime.stock, db=runtime.db, facts=runtime.facts, clock=runtime.clock,
    )  # fmt: skip


routes = [
    Route("/offers/{offer_id}/void", void, methods=["POST"]),
    Route("/orders/{order_id}/pay", pay, methods=["POST"]),
    Route("/orders/{order_id}/cancel", cancel, methods=["POST"]),
    Route("/orders/{order_id}/extend", extend, methods=["POST"]),
]
