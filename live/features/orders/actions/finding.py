"""Reading an order, wherever it is."""

from contextlib import suppress

from starlette.requests import Request

from live.domain.access import Permission
from live.domain.events import LATE_NOW, ON_TIME
from live.domain.ids import ShowId, show_of
from live.errors import NotFound, NotNow, found
from live.features.accounts.actions import require, who
from live.features.accounts.actions.audience import viewer_or_none
from live.features.shows.actions import find as find_show
from live.hotpath.account import KEPT
from live.hotpath.stock import Order, StockCounter
from live.runtime import runtime_of
from live.store import moments, orders
from live.store.db import Database


async def find(order_id: str, *, stock: StockCounter, db: Database) -> Order:
    """An order of any state, from Redis, or from SQL once Redis has let it go. Raises NotFound."""
    order = await stock.order(order_id)
    if order is not None:
        return order
    async with db.read() as session:
        return from_row(found(await orders.find_order(session, order_id), "order"))


async def orders_of(
    show: ShowId, buyer: str, *, is_over: bool, stock: StockCounter, db: Database
) -> list[Order]:
    """The buyer's last orders in the show, newest first; from SQL once Redis has let it go."""
    known = await stock.orders_of(show, buyer)
    if known or not is_over:
        return known
    async with db.read() as session:
        rows = await orders.list_orders_of(session, show, buyer, limit=KEPT)
    return [from_row(row) for row in rows]


async def purchases_of(
    show: ShowId, buyer: str, *, is_over: bool, stock: StockCounter, db: Database
) -> list[Order]:
    """As `orders_of`, with those before, which Redis has not at hand for who ordered often: SQL is asked for them,
    and they are left out while it is away."""
    newest = await orders_of(show, buyer, is_over=is_over, stock=stock, db=db)
    if len(newest) < KEPT:
        return newest
    known = {order.id for order in newest}
    with suppress(NotNow):
        async with db.read() as session:
            rows = await orders.list_orders_of(session, show, buyer)
        newest += [from_row(row) for row in rows if row.id not in known]
    return newest


def from_row(row: orders.Order) -> Order:
    """The order that SQL remembers, in the hot path's own words."""
    return Order(
        id=row.id,
        offer=row.offer_id,
        buyer=row.buyer,
        name=row.buyer_name,
        quantity=row.quantity,
        amount=row.amount_minor,
        currency=row.currency,
        state=row.state,
        placed_ms=moments.to_ms(row.placed_at),
        expires_ms=moments.to_ms(row.expires_at),
        answered_ms=moments.to_ms(row.answered_at),
        key=row.key,
        attempt=row.attempt,
        lateness=LATE_NOW if row.late else ON_TIME,
    )


async def order_for(request: Request) -> tuple[Order, bool]:
    """The order of the path, for its own viewer or (True) for an operator who may read it.

    Raises NotFound (also for someone else's order), NotSignedIn, Forbidden.
    """
    runtime, order_id = runtime_of(request), request.path_params["order_id"]
    viewer = viewer_or_none(request)
    if viewer is not None:  # only operators have rooms: a viewer reads while the database is away
        order = await find(order_id, stock=runtime.stock, db=runtime.db)
        if order.buyer == viewer.id:
            return order, False
        if await who(request) is None:  # a browser may hold a login beside a viewer's cookie
            raise NotFound("There is no such order.")
    show = await find_show(show_of(order_id), db=runtime.db)
    await require(request, Permission.ORDER_READ, show.room_id)
    return await find(order_id, stock=runtime.stock, db=runtime.db), True
