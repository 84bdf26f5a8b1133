"""Settling an order. No lock is held while a payment provider thinks: settling is one script call."""

from live.domain.access import Actor
from live.domain.ids import show_of
from live.domain.order import settled_by
from live.domain.outcomes import Verdict
from live.errors import Conflict, IllegalMove, NotFound, Recovering
from live.features.archive.actions import recall
from live.features.orders import actions as orders
from live.features.shows.actions import on_record
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.hotpath.stock import Order, StockCounter
from live.runtime import Clock
from live.store import archive
from live.store.db import Database


async def settle_by_hand(
    verb: str,
    order_id: str,
    *,
    by: Actor,
    stock: StockCounter,
    db: Database,
    facts: LogReader,
    log: ShowLog,
    clock: Clock,
) -> Order:
    """`settle` by one of the crew: an act. Raises as `settle`."""
    async with on_record(show_of(order_id), by, f"order:{verb}", order_id, log=log):
        return await settle(verb, order_id, None, stock=stock, db=db, facts=facts, clock=clock)


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


async def extend(
    order_id: str,
    buyer: str | None,
    *,
    seen_ms: int | None = None,
    stock: StockCounter,
    db: Database,
) -> Order:
    """Let the order's hold grow by its own length, once; the order as it then stands. Asked again, the answer
    is the same. `seen_ms`: the end that the asker wants to move; if that is the grown one already, they want
    a second extension.

    Raises NotFound (also for someone else's order), IllegalMove (it is not held any more), Recovering,
    Conflict `ended` (the show is over: what is held keeps the end that it has) and `extended`.
    """
    order = await orders.find(order_id, stock=stock, db=db)
    if buyer is not None and order.buyer != buyer:
        raise NotFound("There is no such order.")
    verdict, after = await stock.settle("extend", order, buyer)
    if verdict is Verdict.UNKNOWN and not await _is_archived(order, db=db):
        raise Recovering
    if verdict is Verdict.ENDED:
        raise Conflict("The show is over; the hold keeps the end that it has.", code="ended")
    if after is None or verdict is Verdict.ILLEGAL:
        raise IllegalMove("Only an order that is held, and whose time is not over, gets more time.")
    if verdict is Verdict.REPEAT and seen_ms == after.expires_ms:
        raise Conflict("The hold was extended before; that is possible once.", code="extended")
    return after


async def extend_by_hand(
    order_id: str,
    *,
    seen_ms: int | None = None,
    by: Actor,
    stock: StockCounter,
    db: Database,
    log: ShowLog,
) -> Order:
    """`extend` by one of the crew: an act. Raises as `extend`."""
    async with on_record(show_of(order_id), by, "order:extend", order_id, log=log):
        return await extend(order_id, None, seen_ms=seen_ms, stock=stock, db=db)


async def decline(
    order_id: str, buyer: str, why: str, *, stock: StockCounter, db: Database, log: ShowLog
) -> None:
    """The provider refused the buyer's payment, `why` in its own word. The order is held as before; the desk
    is told, once a try. Raises NotFound (also for someone else's order), Recovering."""
    order = await orders.find(order_id, stock=stock, db=db)
    if order.buyer != buyer:
        raise NotFound("There is no such order.")
    if order.state == "held":
        await log.append(show_of(order_id), "declined", {"order": order_id, "why": why})


async def _is_archived(order: Order, *, db: Database) -> bool:
    async with db.read() as session:
        return await archive.is_archived(session, show_of(order.id))
