"""Settling an order. No lock is held while a payment provider thinks: settling is one script call."""

from live.domain.outcomes import Verdict
from live.errors import IllegalMove, NotFound, Recovering
from live.features.orders import actions as orders
from live.hotpath.stock import Order, StockCounter
from live.store.db import Database


async def settle(
    verb: str, order_id: str, buyer: str | None, *, stock: StockCounter, db: Database
) -> Order:
    """`pay` or `cancel`, by the order's buyer or (None) an operator; the order as it then stands.

    Paying twice is paying once. A payment after the hold expired is honoured from stock that is left,
    else the order is `refunded`. An operator's cancel of a paid order refunds it and frees the units.
    Raises NotFound (also for someone else's order), IllegalMove, Recovering.
    """
    order = await orders.find(order_id, stock=stock, db=db)
    if buyer is not None and order.buyer != buyer:
        raise NotFound("There is no such order.")
    verdict, after = await stock.settle(verb, order, buyer)
    if verdict is Verdict.UNKNOWN:
        raise Recovering
    if verdict is Verdict.ILLEGAL or after is None:
        raise IllegalMove(
            f"An order that is {order.state} cannot be {'paid' if verb == 'pay' else 'cancelled'}."
        )
    return after
