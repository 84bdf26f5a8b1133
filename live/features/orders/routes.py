"""The API of orders: place, read, list; and to be told when a sale has units again."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.order import OrderState
from live.features.accounts.actions import require
from live.features.accounts.actions.audience import limit, viewer_of
from live.features.orders import actions, forms
from live.features.orders.actions import Door
from live.features.orders.presenters import order_json, place_json, taken_bytes
from live.features.shows.actions import find as find_show
from live.runtime import runtime_of
from live.store import orders
from live.web.body import read_json
from live.web.fields import Fields


async def place(request: Request) -> Response:
    viewer = await viewer_of(request)
    key = forms.idempotency_key(request.headers.get("idempotency-key"))
    quantity = forms.quantity(await read_json(request))
    door: Door = request.app.state.door
    outcome = await door.place(viewer, request.path_params["offer_id"], quantity, key)
    return Response(taken_bytes(actions.accepted(outcome)), 201, media_type="application/json")


async def read(request: Request) -> Response:
    order, is_operator = await actions.order_for(request)
    return JSONResponse(order_json(order, for_operator=is_operator))


async def listing(request: Request) -> Response:
    runtime = runtime_of(request)
    show = await find_show(request.path_params["show_id"], db=runtime.db)
    await require(request, Permission.ORDER_READ, show.room_id)
    fields = Fields(dict(request.query_params), is_form=True)
    size = fields.integer("limit", least=1, most=forms.PAGE_MAX, default=100)
    after = fields.integer("after", least=0, most=forms.AFTER_MAX, default=0)
    state = fields.choice("state", OrderState, default="") or None
    for name in set(request.query_params) - {"state", "after", "limit"}:
        fields.refuse(name, "unknown")  # a filter spelt wrong must not look like no filter
    fields.check()
    async with runtime.db.read() as session:
        rows = await orders.list_orders(session, show.id, state, after, size)
    views = [order_json(actions.from_row(row), for_operator=True) for row in rows]
    following = str(rows[-1].seq) if len(rows) == size else None
    return JSONResponse({"orders": views, "next": following})


async def wait(request: Request) -> Response:
    """One's place on the list: read, taken or given up."""
    runtime, viewer = runtime_of(request), await viewer_of(request)
    waits, offer_id = runtime.waits, request.path_params["offer_id"]
    is_new = False
    if request.method == "DELETE":
        await actions.stop_waiting(offer_id, viewer.id, waits=waits)
        return Response(status_code=204)
    if request.method == "POST":
        limit(request, "order", viewer.id)
        is_new = await actions.wait(
            offer_id, viewer.id, waits=waits, stock=runtime.stock, db=runtime.db
        )
    place, waiting = await actions.place_of(offer_id, viewer.id, waits=waits)
    return JSONResponse(place_json(offer_id, place, waiting), 201 if is_new else 200)


routes = [
    Route("/offers/{offer_id}/orders", place, methods=["POST"]),
    Route("/offers/{offer_id}/wait", wait, methods=["GET", "POST", "DELETE"]),
    Route("/orders/{order_id}", read),
    Route("/shows/{show_id}/orders", listing),
]
