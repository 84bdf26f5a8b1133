"""Settling an order. No lock is held while a payment provider thinks: settling is one script call."""

from live.domain.ids import show_of
from live.domain.order import settled_by
from live.domain.outcomes import Verdict
from live.errors import IllegalMove, NotFound, Recovering
from live.features.archive.actions import recall
from live.features.orders import actions as orders
from live.hotpath.logs import LogReader
from live.hotpath.stock import Order, StockCounter
from live.runtime import Clock
from live.store import archive
from live.store.db import Database


async def settle(
    verb: str,
    order_id: str,
    buyer: str | None,
    *,
    stock: StockCounter,
    db: Database,
    facts: LogReader,
    clock: Clock,
) -> Order:
    """`pay` or `cancel`, by the order's buyer or (None) an operator; the order as it then stands.

    Paying twice is paying once. A payment after the hold expired is honoured from stock that is left,
    else the order is `refunded`. An operator's cancel of a paid order refunds it and frees the units.
    An archived show comes back into Redis if something changes. Raises NotFound (also for someone else's
    order), IllegalMove, Recovering.
    """
    order = await orders.find(order_id, stock=stock, db=db)
    if buyer is not None and order.buyer != buyer:
        raise NotFound("There is no such order.")
    verdict, after = await stock.settle(verb, order, buyer)
    if verdict is Verdict.UNKNOWN and await _is_archived(order, db=db):
        verdict, after = settled_by(verb, order.state, as_operator=buyer is None), order
        if verdict is Verdict.TAKEN:
            await recall(show_of(order.id), db=db, facts=facts, now=clock.now())
            verdict, after = await stock.settle(verb, order, buyer)
    if verdict is Verdict.UNKNOWN:
        raise Recovering
    if verdict is Verdict.ILLEGAL or after is None:
        raise IllegalMove(
            f"An order that is {order.state} cannot be {'paid' if verb == 'pay' else 'cancelled'}."
        )
    return after


async def _is_archived(order: Order, *, db: Database) -> bool:
    async with db.read() as session:
        return await archive.is_archived(session, show_of(order.id))
