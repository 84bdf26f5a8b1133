"""What an operator does with an offer from its push on: Redis decides."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor
from live.domain.catalogue import item_name
from live.domain.ids import OfferId, ShowId, show_of
from live.domain.offer import QUANTITY_MAX, OfferState, Stock
from live.domain.outcomes import Verdict
from live.errors import (
    Conflict,
    IllegalMove,
    Invalid,
    NotFound,
    Recovering,
    found,
)
from live.features.products.actions import Claims, claims_of
from live.features.shows.actions import find as find_show
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.store import archive, items, offers, shows
from live.store.db import Database
from live.store.offers import Offer
from live.web.fields import field_error

VERBS = ("push", "pause", "resume", "close")


async def room_of(offer_id: OfferId, *, db: Database) -> str:
    """The room in whose show it is. Raises NotFound."""
    try:
        return (await find_show(show_of(offer_id), db=db)).room_id
    except NotFound as error:
        raise NotFound("There is no such offer.") from error


async def read(offer_id: str, *, db: Database, stock: StockCounter) -> Stock:
    """The offer's state and numbers now. Raises NotFound, Recovering, RedisUnavailable."""
    numbers = await stock.read(offer_id)
    if numbers is not None:
        return numbers
    async with db.read() as session:
        offer = found(await offers.find_offer(session, offer_id), "offer")
    if offer.state != OfferState.DRAFT and offer.state != OfferState.CLOSED:
        raise Recovering  # SQL knows of a sale that Redis has lost
    return offers.stock_of(offer)


async def push(
    offer_id: OfferId, *, by: Actor, db: Database, stock: StockCounter, log: ShowLog
) -> Stock:
    """Put a draft on air: armed with its countdown, or open at once. Where viewers see the host late it opens so
    much later: when they hear what the host says at the countdown's end.

    The item is locked from the look at its stock until Redis has decided, so that two pushes cannot
    both find room. Raises NotFound, IllegalMove, Conflict `stock_short`.
    """
    async with on_record(show_of(offer_id), by, "offer:push", offer_id, log=log):
        return await _push(offer_id, db=db, stock=stock)


async def _push(offer_id: OfferId, *, db: Database, stock: StockCounter) -> Stock:
    async with db.write() as session:
        offer, claims = await _claims(session, offer_id, stock=stock)
        show = found(await shows.find_show(session, offer.show_id), "offer")
        if offer_id not in claims.offers:  # else it was pushed before, and the script says so
            claims.fit(offer.quantity)
        values = {
            "price": offer.price_minor,
            "currency": show.currency,
            "limit": offer.per_buyer_limit,
            "hold_ms": offer.hold_s * 1000,
            "quantity": offer.quantity,
            "countdown_ms": (offer.countdown_s + show.video_delay_s) * 1000,
            "duration_ms": offer.duration_s * 1000,
        }
        return await carry_out("arm", offer_id, values, db=db, stock=stock)


async def _claims(
    session: AsyncSession, offer_id: str, *, stock: StockCounter
) -> tuple[Offer, Claims]:
    """The offer, and what is spoken for of its item, which is now locked. Raises NotFound."""
    offer = found(await offers.find_offer(session, offer_id), "offer")
    item = found(await items.find_item(session, offer.item_id), "offer")
    claims = await claims_of(session, item, stock=stock)
    # While we waited for the lock, somebody may have put another draft in its place.
    return found(await offers.find_offer(session, offer_id, afresh=True), "offer"), claims


async def push_after(
    offer_id: OfferId,
    ended: Collection[str],
    *,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
) -> Stock:
    """`push`, and then close the sales named: a push that is refused ends nothing. One of them that is
    over by now is passed over. Raises as `push`."""
    pushed = await push(offer_id, by=by, db=db, stock=stock, log=log)
    for other in ended:
        if show_of(other) != show_of(offer_id):
            raise NotFound("There is no such offer.")
        with suppress(IllegalMove):
            await move("close", OfferId(other), by=by, db=db, stock=stock, log=log)
    return pushed


async def move(
    verb: str, offer_id: OfferId, *, by: Actor, db: Database, stock: StockCounter, log: ShowLog
) -> Stock:
    """`push`, `pause`, `resume` or `close`. Raises IllegalMove, NotFound, Recovering."""
    if verb == "push":
        return await push(offer_id, by=by, db=db, stock=stock, log=log)
    async with on_record(show_of(offer_id), by, f"offer:{verb}", offer_id, log=log):
        return await carry_out(verb, offer_id, {}, db=db, stock=stock)


async def restock(
    offer_id: OfferId, delta: int, *, by: Actor, db: Database, stock: StockCounter, log: ShowLog
) -> Stock:
    """Add units, or cut those that nobody holds. Raises IllegalMove, Conflict `too_few` or, for more
    than the item's stock covers, `stock_short`."""
    async with on_record(show_of(offer_id), by, "stock:add", f"{offer_id} {delta}", log=log):
        return await _restock(offer_id, delta, db=db, stock=stock)


async def _restock(offer_id: OfferId, delta: int, *, db: Database, stock: StockCounter) -> Stock:
    before = await read(offer_id, db=db, stock=stock)
    if before.quantity + before.restocked + delta > QUANTITY_MAX:
        raise Invalid([field_error("delta", "over_units", most=QUANTITY_MAX)])
    values = {"delta": delta}
    if delta < 0:
        return await carry_out("restock", offer_id, values, db=db, stock=stock)
    async with db.write() as session:
        _, claims = await _claims(session, offer_id, stock=stock)
        own = claims.offers.get(offer_id)
        if own is not None and own.state != OfferState.CLOSED:  # else the script refuses the move
            claims.fit(delta)
        return await carry_out("restock", offer_id, values, db=db, stock=stock)


async def set_next(
    show_id: ShowId, offer_id: str, *, by: Actor, db: Database, stock: StockCounter, log: ShowLog
) -> None:
    """This draft comes next; "": the next in line-up order again. Nothing is sold by it.

    Raises NotFound; IllegalMove for what was on air already; Conflict `ended`, Recovering.
    """
    async with on_record(show_id, by, "offer:next", offer_id, log=log) as act:
        await log.refuse_ended(show_id)
        if offer_id:
            if show_of(OfferId(offer_id)) != show_id:
                raise NotFound("There is no such offer.")
            if (await read(offer_id, db=db, stock=stock)).state != OfferState.DRAFT:
                raise IllegalMove("Only a draft can come next.")
            async with db.read() as session:
                draft = found(await offers.find_offer(session, offer_id), "offer")
                item = found(await items.find_item(session, draft.item_id), "item")
            act.detail = f"{offer_id} {item_name(item.title, item.variant)}"
        await log.append(show_id, "next", {"offer": offer_id, "by": by.name})


async def freeze(show_id: ShowId, *, by: Actor, stock: StockCounter, log: ShowLog) -> list[str]:
    """Panic: pause everything that is open. Held orders stay payable. Returns the offers it paused.

    Asks Redis what is on sale: SQL may be late, or away.
    """
    paused: list[str] = []
    async with on_record(show_id, by, "show:freeze", "0", log=log) as act:
        for offer_id in await stock.armed_offers(show_id):
            verdict, _ = await stock.move("freeze", offer_id, {})
            if verdict is Verdict.TAKEN:
                paused.append(str(offer_id))
                act.detail = str(len(paused))
    return paused


async def carry_out(
    verb: str,
    offer_id: OfferId,
    values: Mapping[str, Any],
    *,
    db: Database,
    stock: StockCounter,
) -> Stock:
    try:
        verdict, left = await stock.move(verb, offer_id, values)
    except Recovering:
        if await stock.read(offer_id) is None:  # else it is a recovery, and SQL may lag behind it
            await _explain(offer_id, verb, db=db)
        raise
    if verdict is Verdict.TOO_FEW:
        raise Conflict(
            f"Only {left} units are not held or paid; the cut was refused.",
            code="too_few",
            values={"cut": -values["delta"], "left": left},
        )
    if verdict is not Verdict.TAKEN:
        raise IllegalMove
    return await read(offer_id, db=db, stock=stock)


async def _explain(offer_id: OfferId, verb: str, *, db: Database) -> None:
    """Why Redis knows no such offer: it never was, it is still a draft, or its show has left Redis. Else
    it is a recovery."""
    async with db.read() as session:
        offer = found(await offers.find_offer(session, offer_id), "offer")
        is_archived = await archive.is_archived(session, show_of(offer_id))
    if is_archived:
        raise IllegalMove("The show has ended.")
    if offer.state == OfferState.DRAFT and verb != "arm":
        raise IllegalMove(f"A draft cannot {verb}.")
