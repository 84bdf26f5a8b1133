"""A push that was a mistake: the sale ends, and is prepared again as what comes next."""

from dataclasses import dataclass, replace
from datetime import datetime

from live.domain.access import Actor
from live.domain.ids import OfferId, show_of
from live.domain.offer import OfferState, Stock
from live.errors import IllegalMove, found
from live.features.offers.actions.moves import carry_out, read
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import new_offer_id
from live.store import offers
from live.store.db import Database


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The sale as it ended, and the id of the draft in its place; "": nothing of it is left to sell."""

    numbers: Stock
    draft: str


async def take_back(
    offer_id: OfferId,
    *,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> TakenBack:
    """Whoever ordered meanwhile keeps that: their units are not offered again.

    Raises IllegalMove for what is not on air, NotFound, Recovering, RedisUnavailable, StoreUnavailable.
    """
    show_id = show_of(offer_id)
    async with on_record(show_id, by, "offer:take_back", offer_id, log=log) as act:
        if (await read(offer_id, db=db, stock=stock)).state is OfferState.CLOSED:
            raise IllegalMove  # long over: nothing to take back
        ended = await carry_out("close", offer_id, {}, db=db, stock=stock)
        kept = ended.held + ended.paid
        act.detail = f"{offer_id} {kept}"
        rest = ended.quantity + ended.restocked - kept
        if rest <= 0:
            return TakenBack(ended, "")
        async with db.write() as session:
            old = found(await offers.find_offer(session, offer_id), "offer")
            sale = replace(offers.sale_of(old), quantity=rest)
            made = offers.draft_of(new_offer_id(show_id), show_id, old.item_id, sale, now)
            session.add(made)
        await log.append(show_id, "items", {})
        await log.append(show_id, "next", {"offer": made.id, "by": by.name})
        return TakenBack(ended, made.id)
