"""A sale that is prepared: a row in SQL, until it is pushed."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor
from live.domain.changes import sale_changes, with_changes
from live.domain.doubts import line_doubts
from live.domain.ids import ShowId
from live.domain.line_up import Line
from live.domain.offer import OfferState
from live.errors import (
    ChangedMeanwhile,
    Invalid,
)
from live.features.offers.forms import NewOffer
from live.features.products.actions import claims_of
from live.features.shows.actions import Act, on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import new_offer_id
from live.store import items, offers
from live.store.db import Database
from live.store.items import Item
from live.store.offers import Offer
from live.web.fields import field_error


@dataclass(frozen=True, slots=True)
class Drafted:
    """The draft, the line that it makes of its item, and what is probably a slip (`domain/doubts.py`)."""

    offer: Offer
    line: Line
    doubts: tuple[str, ...]


async def draft(
    show_id: ShowId, new: NewOffer, *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> Drafted:
    """Prepare a sale of an item of the same show. Raises Invalid, Conflict `ended`."""
    detail = f"{new.item_id} {new.quantity} {new.price}"
    async with on_record(show_id, by, "offer:draft", detail, log=log):
        return await _draft(show_id, new, db=db, log=log, now=now)


async def _draft(
    show_id: ShowId, new: NewOffer, *, db: Database, log: ShowLog, now: datetime
) -> Drafted:
    await log.refuse_ended(show_id)
    async with db.write() as session:
        item = await _item_for(session, show_id, new)
        rows = await offers.list_offers_of_item(session, item.id)
        drafted = sum(row.quantity for row in rows if row.state == OfferState.DRAFT)
        offer = offers.draft_of(new_offer_id(show_id), show_id, item.id, new.sale, now)
        session.add(offer)
    await log.append(show_id, "items", {})
    line = items.line_of(item, new.sale)
    return Drafted(offer, line, line_doubts(line, drafted=drafted))


async def _item_for(session: AsyncSession, show_id: ShowId, new: NewOffer) -> Item:
    item = await items.find_item(session, new.item_id)
    if item is None or item.show_id != show_id:
        raise Invalid([field_error("item_id", "foreign_item")])
    if new.quantity > item.stock:
        raise Invalid([field_error("quantity", "over_stock", stock=item.stock)])
    return item


async def redraft(
    show_id: ShowId,
    new: NewOffer,
    *,
    seen: str | None = None,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Offer:
    """As `draft`, in place of the item's older drafts, also as what comes next: what a form's Save means. One that
    was pushed stays, whether SQL knows of it yet or not. `seen`: the draft that the form was drawn of, "" for none.

    Raises as `draft`, RedisUnavailable; ChangedMeanwhile when the item has another draft by now, or none.
    """
    detail = f"{new.item_id} {new.quantity} {new.price}"
    async with on_record(show_id, by, "offer:draft", detail, log=log) as act:
        return await _redraft(show_id, new, seen, act, db=db, stock=stock, log=log, now=now)


async def _redraft(
    show_id: ShowId,
    new: NewOffer,
    seen: str | None,
    act: Act,
    *,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Offer:
    await log.refuse_ended(show_id)
    async with db.write() as session:
        item = await _item_for(session, show_id, new)
        claims = await claims_of(session, item, stock=stock)
        rows = await offers.list_offers_of_item(session, item.id)
        drafts = [row.id for row in rows if row.id not in claims.offers]
        if seen is not None and seen not in (drafts or [""]):
            raise ChangedMeanwhile
        before = [offers.sale_of(row) for row in rows if row.id in drafts]
        if before:
            act.detail = with_changes(act.detail, sale_changes(before[-1], new.sale))
        for offer_id in drafts:
            await offers.delete_draft_offer(session, offer_id)
        made = offers.draft_of(new_offer_id(show_id), show_id, item.id, new.sale, now)
        session.add(made)
    replaced = dict.fromkeys(drafts, made.id)
    await log.append(show_id, "items", {"replaced": replaced} if replaced else {})
    return made
