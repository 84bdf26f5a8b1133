"""A sale that should not have been, of a wrong price perhaps: it ends, and nobody keeps what they got in it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from live.domain.access import Actor
from live.domain.ids import OfferId, ShowId, show_of
from live.domain.offer import OfferState
from live.domain.order import OrderState
from live.errors import IllegalMove
from live.features.offers import actions as offers
from live.features.payments.actions.settling import settle
from live.features.shows.actions import on_record
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.hotpath.stock import Order, StockCounter
from live.runtime import Clock
from live.store import orders
from live.store.db import Database
from live.store.ledger import find_position

AT_ONCE = 16  # orders settled side by side, so that those of other sales come in between


@dataclass(frozen=True, slots=True)
class Voided:
    """How many orders were cancelled, how many refunded, and their sum in minor units."""

    cancelled: int
    refunded: int
    refunded_minor: int

    @classmethod
    def of(cls, ended: Sequence[Order]) -> "Voided":
        refunds = [order.amount for order in ended if order.state == OrderState.REFUNDED]
        cancelled = sum(order.state == OrderState.CANCELLED for order in ended)
        return cls(cancelled, len(refunds), sum(refunds))


async def void(
    offer_id: OfferId, *, by: Actor, stock: StockCounter, db: Database, facts: LogReader,
    log: ShowLog, clock: Clock,
) -> Voided:  # fmt: skip
    """End the sale, if it has not ended; cancel what is held of it, refund what is paid. Broken off by a fault,
    what was done is on record, and asked again it goes on from there.

    Raises IllegalMove for what was never on air, NotFound, Recovering, RedisUnavailable, StoreUnavailable.
    """
    show_id = show_of(offer_id)
    async with on_record(show_id, by, "offer:void", offer_id, log=log) as act:
        state = (await offers.read(offer_id, db=db, stock=stock)).state
        if state is OfferState.DRAFT:
            raise IllegalMove
        if state is not OfferState.CLOSED:  # from here on nobody orders any more
            with suppress(IllegalMove):  # its time was up meanwhile
                await offers.move("close", offer_id, by=by, db=db, stock=stock, log=log)
        gate = asyncio.Semaphore(AT_ONCE)

        async def give_back(order_id: str) -> Order | None:
            async with gate:
                try:
                    return await settle(
                        "cancel", order_id, None, stock=stock, db=db, facts=facts, clock=clock
                    )
                except IllegalMove:  # its time ran out meanwhile
                    return None

        standing = await _standing(show_id, offer_id, facts, db)
        ended = await asyncio.gather(*map(give_back, standing), return_exceptions=True)
        done = Voided.of([order for order in ended if isinstance(order, Order)])
        act.detail = (
            f"{offer_id} {done.cancelled} {done.refunded}"  # on record, also if not all of it
        )
        for fault in ended:
            if isinstance(fault, BaseException):
                raise fault
        return done


async def _standing(show_id: ShowId, offer_id: str, facts: LogReader, db: Database) -> list[str]:
    """The orders of the sale that are held or paid: those in SQL, and what the log behind it has changed."""
    async with db.read() as session:
        _, seq = await find_position(session, show_id) or ("", 0)
        standing = dict.fromkeys(await orders.list_standing(session, show_id, offer_id))
    async for fact in facts.each_after(show_id, seq):
        if fact.order is None or fact.order.offer != offer_id:
            continue
        if fact.kind in ("take", "pay"):
            standing[fact.order.order] = None
        else:
            standing.pop(fact.order.order, None)
    return list(standing)
