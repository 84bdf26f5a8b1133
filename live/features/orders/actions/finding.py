"""Reading an order, wherever it is."""

from live.domain.events import LATE_NOW, ON_TIME
from live.errors import NotFound
from live.hotpath.stock import Order, StockCounter
from live.store import moments, orders
from live.store.db import Database


async def find(order_id: str, *, stock: StockCounter, db: Database) -> Order:
    """An order of any state, from Redis, or from SQL once Redis has let it go. Raises NotFound."""
    order = await stock.order(order_id)
    if order is not None:
        return order
    async with db.read() as session:
        row = await orders.find_order(session, order_id)
    if row is None:
        raise NotFound("There is no such order.")
    return from_row(row)


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
        answered_ms=moments.to_ms(row.expires_at),
        key=row.key,
        attempt=row.attempt,
        lateness=LATE_NOW if row.late else ON_TIME,
    )
