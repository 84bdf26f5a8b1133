"""A show as SQL knows it: everything that Redis needs to have again after it has lost the show.

Counters are not copied but counted anew from the orders, so a rebuilt show obeys promise 1 by
construction; `live.store.summary` proves that the copies agree. Read it in one `Database.read()`: the
snapshot is of one moment, and `seq` belongs to it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.attendance import Attendance
from live.domain.comment import OWN_KEPT
from live.domain.moderation import HEARD_MAX, ChatRecord
from live.domain.tally import Recount
from live.store.chat_rules import find_rules
from live.store.comments import (
    count_comments,
    count_held,
    count_into,
    last_own,
    list_decided,
    list_words,
    newest_messages,
)
from live.store.ledger import find_chain, find_position
from live.store.moments import to_ms
from live.store.offers import Offer, list_pushed_offers
from live.store.orders import Order
from live.store.shows import find_show
from live.store.standings import list_standings

PACE_BUCKET_MS = 10_000  # as in the Redis hash `pace`
OWNING_STATES = frozenset({"held", "paid"})


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One order; `paid_ms` stays when it was refunded afterwards."""

    id: str
    offer_id: str
    buyer: str
    buyer_name: str
    quantity: int
    amount: int
    currency: str
    state: str
    placed_ms: int
    expires_ms: int
    answered_ms: int  # the end of its hold that its buyer was told first
    paid_ms: int | None
    settled_ms: int | None
    key: str
    attempt: int
    late: bool


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One offer that was on air. `opens_ms`, `closes_ms` 0: none; `rest_ms`: selling time left while
    paused, 0 when it is not known."""

    id: str
    item_id: str
    state: str
    price: int
    currency: str
    limit: int
    hold_ms: int
    duration_ms: int
    quantity: int
    restocked: int
    left: int
    held: int
    paid: int
    expired: int
    cancelled: int
    refunded: int
    opens_ms: int
    closes_ms: int
    rest_ms: int
    tries: int
    gone_try: int
    gone_ms: int


@dataclass(slots=True)
class Pace:
    """What happened in one bucket of ten seconds; the bucket's number is unix ms // 10,000."""

    orders: int = 0
    units: int = 0
    paid_orders: int = 0
    placed_minor: int = 0
    paid_minor: int = 0


@dataclass(frozen=True, slots=True)
class ShowRecord:
    """`epoch` None: nothing of the show was ever committed; then `seq` is 0."""

    show_id: str
    epoch: str | None
    seq: int
    state: str
    title: str
    currency: str
    offers: Sequence[OfferRecord]
    orders: Sequence[OrderRecord]
    buyer_units: Mapping[tuple[str, str], int]  # (offer, buyer) → units held and paid
    units: int
    gmv_placed: int
    gmv_paid: int
    paid_orders: int
    comments: int
    attendance: Attendance
    moves: Mapping[str, int]  # `started_ms`, `ended_ms`: when it went on air, and off
    chat: ChatRecord
    pace: Mapping[int, Pace]
    chain: tuple[int, str]  # number and hash of the last stock entry


async def show_state(session: AsyncSession, show_id: str) -> ShowRecord | None:
    """None when there is no such show. Reads all of its orders and comments: a matter of recovery, not
    of pages."""
    show = await find_show(session, show_id)
    if show is None:
        return None
    epoch, seq = await find_position(session, show_id) or (None, 0)
    orders = await _orders(session, show_id)
    units = _units_by_state(orders)
    offers = [
        _offer(offer, show.currency, units[offer.id])
        for offer in await list_pushed_offers(session, show_id)
    ]
    paid = [order for order in orders if order.state == "paid"]
    return ShowRecord(
        show_id=show_id,
        epoch=epoch,
        seq=seq,
        state=show.state,
        title=show.title,
        currency=show.currency,
        offers=offers,
        orders=orders,
        buyer_units=_buyer_units(orders),
        units=sum(order.quantity for order in orders),
        gmv_placed=sum(order.amount for order in orders),
        gmv_paid=sum(order.amount for order in paid),
        paid_orders=len(paid),
        comments=await count_comments(session, show_id),
        attendance=show.attendance,
        moves={
            name: to_ms(at)
            for name, at in (("started_ms", show.started_at), ("ended_ms", show.ended_at))
            if at is not None
        },
        chat=await _chat(session, show_id, seq, show.pinned_comment),
        pace=_pace(orders),
        chain=await find_chain(session, show_id) or (0, ""),
    )


async def _chat(session: AsyncSession, show_id: str, seq: int, pinned: str) -> ChatRecord:
    rules = await find_rules(session, show_id)
    recount = Recount(await list_words(session, show_id), rules.tally_window_s)
    if recount.tallies:
        await count_into(session, show_id, recount, 0, seq)
    return ChatRecord(
        rules=rules,
        words=recount.tallies,
        standings=await list_standings(session, show_id),
        decided=await list_decided(session, show_id),
        held=await count_held(session, show_id),
        pinned=pinned,
        own=await last_own(session, show_id, OWN_KEPT),
        messages=await newest_messages(session, show_id, HEARD_MAX),
    )


async def _orders(session: AsyncSession, show_id: str) -> list[OrderRecord]:
    """Plain rows: a show may have hundreds of thousands, and sales wait for this."""
    table = SQLModel.metadata.tables[str(Order.__tablename__)]
    query = table.select().where(table.c.show_id == show_id).order_by(table.c.seq)
    return [_order(row) for row in await (await session.connection()).execute(query)]


def _order(order: Row[Any]) -> OrderRecord:
    return OrderRecord(
        id=order.id,
        offer_id=order.offer_id,
        buyer=order.buyer,
        buyer_name=order.buyer_name,
        quantity=order.quantity,
        amount=order.amount_minor,
        currency=order.currency,
        state=order.state,
        placed_ms=to_ms(order.placed_at),
        expires_ms=to_ms(order.expires_at),
        answered_ms=to_ms(order.first_expires_at or order.expires_at),
        paid_ms=None if order.paid_at is None else to_ms(order.paid_at),
        settled_ms=None if order.settled_at is None else to_ms(order.settled_at),
        key=order.key,
        attempt=order.attempt,
        late=order.late,
    )


def _units_by_state(orders: Sequence[OrderRecord]) -> defaultdict[str, Counter[str]]:
    units: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for order in orders:
        units[order.offer_id][order.state] += order.quantity
    return units


def _buyer_units(orders: Sequence[OrderRecord]) -> Mapping[tuple[str, str], int]:
    owned: Counter[tuple[str, str]] = Counter()
    for order in orders:
        if order.state in OWNING_STATES:
            owned[order.offer_id, order.buyer] += order.quantity
    return owned


def _offer(offer: Offer, currency: str, units: Counter[str]) -> OfferRecord:
    return OfferRecord(
        id=offer.id,
        item_id=offer.item_id,
        state=offer.state,
        price=offer.price_minor,
        currency=currency,
        limit=offer.per_buyer_limit,
        hold_ms=offer.hold_s * 1000,
        duration_ms=offer.duration_s * 1000,
        quantity=offer.quantity,
        restocked=offer.restocked,
        left=offer.quantity + offer.restocked - units["held"] - units["paid"],
        held=units["held"],
        paid=units["paid"],
        expired=units["expired"],
        cancelled=units["cancelled"],
        refunded=units["refunded"],
        opens_ms=_ms_or_0(offer.opens_at),
        closes_ms=_ms_or_0(offer.closes_at),
        rest_ms=offer.rest_ms,
        tries=offer.tries,
        gone_try=offer.gone_try,
        gone_ms=offer.gone_ms,
    )


def _ms_or_0(at: datetime | None) -> int:
    return 0 if at is None else to_ms(at)


def _pace(orders: Sequence[OrderRecord]) -> dict[int, Pace]:
    buckets: defaultdict[int, Pace] = defaultdict(Pace)
    for order in orders:
        placed = buckets[order.placed_ms // PACE_BUCKET_MS]
        placed.orders += 1
        placed.units += order.quantity
        placed.placed_minor += order.amount
        if order.paid_ms is not None:
            paid = buckets[order.paid_ms // PACE_BUCKET_MS]
            paid.paid_orders += 1
            paid.paid_minor += order.amount
    return dict(sorted(buckets.items()))
