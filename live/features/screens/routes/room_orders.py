"""One order in the control room: looked at, given more time, paid by hand, cancelled, refunded; all of a sale voided."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from live.domain.access import Actor, Permission
from live.domain.ids import OfferId, show_of
from live.errors import NotFound
from live.features.orders import actions as orders
from live.features.payments import actions as payments
from live.features.screens.presenters.partials import order_view
from live.features.screens.routes.common import boards_of, crew, said
from live.hotpath.stock import Order
from live.runtime import runtime_of
from live.store.shows import Show
from live.web.figures import money
from live.web.language import language_of
from live.web.names import called
from live.web.render import draw
from live.web.words import translate

READ_MS = 8_000


async def look(request: Request) -> Response:
    """What it is, and what can be done to it now: the content of a dialog."""
    show, order_id, _ = await _asked(request, Permission.ORDER_READ)
    runtime = runtime_of(request)
    order = await orders.find(order_id, stock=runtime.stock, db=runtime.db)
    board = await boards_of(request).board(show.id)
    view = order_view(board, order)
    context = {"show": show, "order": view, "attempt": order.attempt}
    return HTMLResponse(draw("orders/_order.html", language_of(request), **context))


async def extend(request: Request) -> Response:
    runtime = runtime_of(request)
    show, order_id, actor = await _asked(request, Permission.ORDER_SETTLE)
    order = await payments.extend_by_hand(
        order_id, by=actor, stock=runtime.stock, db=runtime.db, log=runtime.log
    )
    return _done(request, show, order, "extend")


async def pay(request: Request) -> Response:
    return await _settle(request, "pay", "pay")


async def cancel(request: Request) -> Response:
    return await _settle(request, "cancel", "cancel")


async def refund(request: Request) -> Response:
    return await _settle(request, "cancel", "refund")


async def _settle(request: Request, verb: str, name: str) -> Response:
    runtime = runtime_of(request)
    show, order_id, actor = await _asked(request, Permission.ORDER_SETTLE)
    order = await payments.settle_by_hand(
        verb, order_id, by=actor,
        stock=runtime.stock, db=runtime.db, facts=runtime.facts, log=runtime.log,
        clock=runtime.clock,
    )  # fmt: skip
    return _done(request, show, order, name)


async def void(request: Request) -> Response:
    """All orders of a sale, which ends."""
    runtime = runtime_of(request)
    show, actor = await crew(request, Permission.ORDER_SETTLE)
    offer_id = OfferId(request.path_params["offer_id"])
    if show_of(offer_id) != show.id:
        raise NotFound("There is no such offer.")
    done = await payments.void(
        offer_id, by=actor,
        stock=runtime.stock, db=runtime.db, facts=runtime.facts, log=runtime.log,
        clock=runtime.clock,
    )  # fmt: skip
    lang = language_of(request)
    amount = money(done.refunded_minor, show.currency, lang)
    text = translate(
        lang, "orders.done.void", cancelled=done.cancelled, refunded=done.refunded, amount=amount
    )
    return said(request, f"/shows/{show.id}/control", text, for_ms=READ_MS)


def _done(request: Request, show: Show, order: Order, name: str) -> Response:
    lang = language_of(request)
    amount = money(order.amount, order.currency, lang)
    text = translate(lang, f"orders.done.{name}", name=called(order.name, lang), amount=amount)
    return said(request, f"/shows/{show.id}/control", text)


async def _asked(request: Request, permission: Permission) -> tuple[Show, str, Actor]:
    """Raises NotFound for an order of another show, and as `crew`."""
    show, actor = await crew(request, permission)
    order_id: str = request.path_params["order_id"]
    if show_of(order_id) != show.id:
        raise NotFound("There is no such order.")
    return show, order_id, actor


VERBS: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "extend": extend,
    "pay": pay,
    "cancel": cancel,
    "refund": refund,
}
routes = [
    Route("/shows/{show_id}/orders/{order_id}", look),
    Route("/shows/{show_id}/sales/{offer_id}/void", void, methods=["POST"]),
    *(
        Route(f"/shows/{{show_id}}/orders/{{order_id}}/{verb}", act, methods=["POST"])
        for verb, act in VERBS.items()
    ),
]
