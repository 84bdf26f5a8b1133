"""Placing an order, and reading one."""

from live.domain.access import Viewer
from live.domain.ids import OfferId, show_of
from live.domain.offer import OfferState
from live.domain.order import fingerprint
from live.domain.outcomes import REFUSAL_CODES, Outcome, Refused, Taken, Verdict
from live.domain.show import ShowState
from live.errors import Conflict, NotFound, NotNow, Recovering
from live.hotpath.stock import Order, StockCounter, Take
from live.runtime import new_order_id
from live.store import moments, offers, orders, shows
from live.store.db import Database

REFUSALS = {
    "sold_out": "All units are taken. Some may come back if a hold runs out.",
    "limit_reached": "You already hold or own as many as one buyer may.",
    "not_open": "The sale is not open.",
    "ended": "The sale is over.",
    "key_reused": "This Idempotency-Key was used for another order.",
}


async def place(
    offer_id: OfferId, quantity: int, key: str, viewer: Viewer, *, stock: StockCounter, db: Database
) -> Outcome:
    """Hold units for a viewer: one Redis call, no SQL unless Redis does not know the offer.

    Raises NotFound, Recovering, RedisUnavailable (then the same key tells what became of it).
    """
    wish = Take(
        offer_id=offer_id,
        order_id=new_order_id(show_of(offer_id)),
        buyer=viewer.id,
        name=viewer.name,
        quantity=quantity,
        key=key,
        fingerprint=fingerprint(offer_id, quantity),
    )
    outcome = await stock.take(wish)
    if isinstance(outcome, Refused) and outcome.verdict is Verdict.UNKNOWN:
        return await _why_unknown(offer_id, stock=stock, db=db)
    if isinstance(outcome, Refused) and outcome.verdict is Verdict.LATE:
        raise NotNow
    return outcome


async def _why_unknown(offer_id: OfferId, *, stock: StockCounter, db: Database) -> Refused:
    if await stock.read(offer_id) is not None:
        raise Recovering  # Redis holds the offer but not yet its trust; SQL may lag behind the push
    async with db.read() as session:
        offer = await offers.find_offer(session, offer_id)
        show = await shows.find_show(session, show_of(offer_id))
    if offer is None or show is None:
        raise NotFound("There is no such offer.")
    if show.state == ShowState.ENDED or offer.state == OfferState.CLOSED:
        return Refused(Verdict.ENDED)
    if offer.state == OfferState.DRAFT:
        return Refused(Verdict.NOT_OPEN)
    raise Recovering  # SQL knows of a sale that Redis has lost: it stays closed until it is rebuilt


def accepted(outcome: Taken | Refused) -> Taken:
    """The order, or the refusal as a 409. Raises Conflict."""
    if isinstance(outcome, Refused):
        code = REFUSAL_CODES[outcome.verdict]
        raise Conflict(REFUSALS[code], code=code)
    return outcome


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
        key=row.key,
        fp=row.fingerprint,
        late=row.late,
    )
