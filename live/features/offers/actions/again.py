"""A sale that is over, prepared once more: what sold well, or what was ended too early."""

from dataclasses import replace
from datetime import datetime

from live.domain.access import Actor
from live.domain.ids import OfferId, show_of
from live.domain.offer import OfferState
from live.errors import IllegalMove, found
from live.features.offers.actions.moves import read
from live.features.products.actions import claims_of
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import new_offer_id
from live.store import items, offers
from live.store.db import Database
from live.store.offers import Offer


async def again(
    offer_id: OfferId,
    *,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Offer:
    """A draft on the same terms as what comes next: as many units as before, or as the item has left. The item's
    draft, if it has one already.

    Raises IllegalMove for a sale that is not over, Conflict `stock_short` when nothing is left, Conflict `ended`,
    NotFound, Recovering, RedisUnavailable, StoreUnavailable.
    """
    show_id = show_of(offer_id)
    async with on_record(show_id, by, "offer:again", offer_id, log=log) as act:
        await log.refuse_ended(show_id)
        if (await read(offer_id, db=db, stock=stock)).state is not OfferState.CLOSED:
            raise IllegalMove
        async with db.write() as session:
            old = found(await offers.find_offer(session, offer_id), "offer")
            item = found(await items.find_item(session, old.item_id), "offer")
            claims = await claims_of(session, item, stock=stock)
            rows = await offers.list_offers_of_item(session, item.id)
            draft = next((row for row in reversed(rows) if row.id not in claims.offers), None)
            if draft is None:
                claims.fit(1)
                units = min(old.quantity, claims.stock - claims.spoken_for)
                sale = replace(offers.sale_of(old), quantity=units)
                draft = offers.draft_of(new_offer_id(show_id), show_id, item.id, sale, now)
                session.add(draft)
        act.detail = f"{offer_id} {draft.quantity}"
        await log.append(show_id, "items", {})
        await log.append(show_id, "next", {"offer": draft.id, "by": by.name})
        return draft
