"""The line-up: add, edit, move, remove. Every change ends in the fact `items`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from live.domain.access import Actor
from live.domain.catalogue import item_name
from live.domain.changes import change as recorded
from live.domain.changes import line_changes, with_changes
from live.domain.doubts import new_doubts
from live.domain.ids import ShowId, show_of
from live.domain.line_up import Line
from live.domain.offer import OfferState
from live.domain.pasted import free_sku
from live.errors import ChangedMeanwhile, Conflict, NotFound, found
from live.features.products.actions.claims import claims_of
from live.features.products.actions.variants import add_variants, refuse_taken, row_of
from live.features.products.forms import ItemEdit, NewItem
from live.features.shows.actions import Act, on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.store import items, offers, shows
from live.store.db import Database
from live.store.items import Item
from live.store.offers import Offer


@dataclass(frozen=True, slots=True)
class Edited:
    """The item, the line that it makes with the sale prepared of it, what is probably a slip since, and the
    variants that were added."""

    item: Item
    line: Line
    doubts: tuple[str, ...]
    variants: Sequence[Item]


async def find(item_id: str, *, db: Database) -> Item:
    """Raises NotFound."""
    async with db.read() as session:
        return found(await items.find_item(session, item_id), "item")


async def line_up(show_id: ShowId, *, db: Database) -> tuple[Sequence[Item], Mapping[str, Offer]]:
    """In its order; and by item the sale that is prepared of it, as far as SQL knows."""
    async with db.read() as session:
        rows = await items.list_items(session, show_id)
        sales = await offers.list_offers(session, show_id)
    return rows, {sale.item_id: sale for sale in sales if sale.state == OfferState.DRAFT}


async def add(
    show_id: ShowId, new: Sequence[NewItem], *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> list[Item]:
    """Items at the end of the line-up, all or none. Raises Conflict `sku_taken` or `ended`."""
    async with on_record(show_id, by, "item:add", new[0].title, log=log):
        return await _add(show_id, new, db=db, log=log, now=now)


async def _add(
    show_id: ShowId, new: Sequence[NewItem], *, db: Database, log: ShowLog, now: datetime
) -> list[Item]:
    await log.refuse_ended(show_id)
    rows: list[Item] = []
    async with db.write() as session:
        position = await items.next_position(session, show_id)
        if any(not item.sku for item in new):
            taken = {row.sku for row in await items.list_items(session, show_id)}
            given = free_sku(taken)  # variants of one product share it
            new = [replace(item, sku=item.sku or given) for item in new]
        for item in new:
            await refuse_taken(session, show_id, item.sku, item.variant)
            row = row_of(show_id, item, position + len(rows), now)
            session.add(row)
            rows.append(row)
    await log.append(show_id, "items", {})
    return rows


async def edit(
    item_id: str,
    change: ItemEdit,
    *,
    seen: str | None = None,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Edited:
    """Change what was sent of an item. `seen`: the mark of the item that the change was made of. Its further
    variants are new items below it, alike but for name, SKU and stock, and with the same sale prepared.

    Raises NotFound; ChangedMeanwhile; Conflict `stock_short` for less stock than is spoken for,
    `sku_taken` for another item's variant, `ended` for new ones; Invalid where an item without a variant would
    get others. Then nothing is changed.
    """
    async with on_record(show_of(item_id), by, "item:edit", item_id, log=log) as act:
        if change.variants:
            await log.refuse_ended(show_of(item_id))
        return await _edit(item_id, change, seen, act, db=db, stock=stock, log=log, now=now)


async def _edit(
    item_id: str,
    change: ItemEdit,
    seen: str | None,
    act: Act,
    *,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Edited:
    async with db.write() as session:
        item = found(await items.lock_item(session, item_id), "item")
        act.detail = f"{item_id} {item_name(item.title, item.variant)}"
        if seen not in (None, item.mark):
            raise ChangedMeanwhile
        if change.stock is not None and change.stock < item.stock:
            (await claims_of(session, item, stock=stock)).allow(change.stock)
        if change.variant not in (None, item.variant):
            await refuse_taken(session, item.show_id, item.sku, change.variant or "")
        made = await offers.list_offers_of_item(session, item_id)
        drafts = [offers.sale_of(one) for one in made if one.state == OfferState.DRAFT]
        sale, drafted = drafts[-1] if drafts else None, sum(one.quantity for one in drafts[:-1])
        before = items.line_of(item, sale)
        _apply(change, item)
        session.add(item)
        line = items.line_of(item, sale)
        last = offers.sale_of(made[-1]) if made else None
        more = await add_variants(session, item, change.variants, last, now)
    told = line_changes(before, line) + [
        one for row in more for one in recorded("variant", None, row.variant)
    ]
    act.detail = with_changes(act.detail, told)
    await log.append(ShowId(item.show_id), "items", {})
    return Edited(item, line, new_doubts(line, before, drafted), more)


def _apply(change: ItemEdit, item: Item) -> None:
    new = {
        "title": change.title,
        "list_price_minor": change.list_price,
        "stock": change.stock,
        "variant": change.variant,
        "notes": change.notes,
    }
    for name, value in new.items():
        if value is not None:
            setattr(item, name, value)
    if change.image_url is not None:
        item.image_url = change.image_url or None


async def remove(
    show_id: ShowId, item_id: str, *, by: Actor, db: Database, stock: StockCounter, log: ShowLog
) -> None:
    """Take an item and its drafts out. Redis is asked whether one of them was pushed: SQL may not know yet.

    Raises Conflict `item_in_use` when it was ever on sale, `ended` when the show is over; RedisUnavailable.
    """
    async with on_record(show_id, by, "item:remove", item_id, log=log) as act:
        await _remove(show_id, item_id, act, db=db, stock=stock, log=log)


async def _remove(
    show_id: ShowId, item_id: str, act: Act, *, db: Database, stock: StockCounter, log: ShowLog
) -> None:
    await log.refuse_ended(show_id)
    async with db.write() as session:
        item = await items.find_item(session, item_id)
        if item is None or item.show_id != show_id:
            raise NotFound("There is no such item.")
        act.detail = f"{item_id} {item_name(item.title, item.variant)}"
        if (await claims_of(session, item, stock=stock)).offers:
            raise Conflict("This item has been on sale; its record stays.", code="item_in_use")
        for offer in await offers.list_offers_of_item(session, item_id):
            await offers.delete_draft_offer(session, offer.id)
        await session.delete(item)
    await log.append(show_id, "items", {})


async def rearrange(
    show_id: ShowId,
    wanted: Sequence[str],
    *,
    seen: Sequence[str] | None = None,
    by: Actor,
    db: Database,
    log: ShowLog,
) -> None:
    """The whole line-up in another order. `seen`: the order that this one was made of.

    Raises ChangedMeanwhile, also when items were added or removed since; Conflict `ended`.
    """
    async with on_record(show_id, by, "item:order", log=log):
        await log.refuse_ended(show_id)
        async with db.write() as session:
            await shows.lock_show(session, show_id)
            rows = {row.id: row for row in await items.list_items(session, show_id)}
            is_another = seen is not None and list(seen) != list(rows)
            if is_another or len(wanted) != len(rows) or set(wanted) != set(rows):
                raise ChangedMeanwhile
            for position, item_id in enumerate(wanted, start=1):
                rows[item_id].position = position
                session.add(rows[item_id])
        await log.append(show_id, "items", {})


async def shift(
    show_id: ShowId, item_id: str, direction: str, *, by: Actor, db: Database, log: ShowLog
) -> None:
    """Swap the item with the one above (`up`) or below (`down`); at the edge nothing happens.

    Raises NotFound, Conflict `ended`.
    """
    to = "up" if direction == "up" else "down"
    async with on_record(show_id, by, "item:move", f"{item_id} {to}", log=log):
        await _shift(show_id, item_id, -1 if to == "up" else 1, db=db, log=log)


async def _shift(show_id: ShowId, item_id: str, step: int, *, db: Database, log: ShowLog) -> None:
    await log.refuse_ended(show_id)
    async with db.write() as session:
        rows = list(await items.list_items(session, show_id))
        place = next((i for i, row in enumerate(rows) if row.id == item_id), None)
        if place is None:
            raise NotFound("There is no such item.")
        other = place + step
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows, start=1):
            row.position = position
            session.add(row)
    await log.append(show_id, "items", {})
