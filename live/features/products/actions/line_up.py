"""The line-up: add, edit, move, remove. Every change ends in the fact `items`."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.ids import ShowId
from live.errors import Conflict, NotFound, found
from live.features.products.actions.claims import claims_of
from live.features.products.forms import ItemEdit, NewItem
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import new_item_id
from live.store import items, offers
from live.store.db import Database
from live.store.items import Item


async def find(item_id: str, *, db: Database) -> Item:
    """Raises NotFound."""
    async with db.read() as session:
        return found(await items.find_item(session, item_id), "item")


async def add(
    show_id: ShowId, new: Sequence[NewItem], *, db: Database, log: ShowLog, now: datetime
) -> list[Item]:
    """Items at the end of the line-up, all or none. Raises Conflict `sku_taken` or `ended`."""
    await log.refuse_ended(show_id)
    rows: list[Item] = []
    async with db.write() as session:
        position = await items.next_position(session, show_id)
        for item in new:
            if await items.find_item_by_sku(session, show_id, item.sku, item.variant):
                raise Conflict(
                    f"The line-up already has {item.sku} {item.variant}.".rstrip(" ."),
                    code="sku_taken",
                )
            row = Item(
                id=new_item_id(show_id),
                show_id=show_id,
                position=position + len(rows),
                sku=item.sku,
                variant=item.variant,
                title=item.title,
                list_price_minor=item.list_price,
                stock=item.stock,
                image_url=item.image_url,
                notes=item.notes,
                created_at=now,
            )
            session.add(row)
            rows.append(row)
    await log.append(show_id, "items", {})
    return rows


async def edit(
    item_id: str, change: ItemEdit, *, db: Database, stock: StockCounter, log: ShowLog
) -> Item:
    """Change what was sent of an item. Raises NotFound; Conflict `stock_short` for less stock than is
    spoken for, `sku_taken` for another item's variant, and then nothing is changed."""
    async with db.write() as session:
        item = found(await items.lock_item(session, item_id), "item")
        if change.stock is not None and change.stock < item.stock:
            (await claims_of(session, item, stock=stock)).allow(change.stock)
        if change.variant not in (None, item.variant):
            await _refuse_taken(session, item, change.variant or "")
        _apply(change, item)
        session.add(item)
    await log.append(ShowId(item.show_id), "items", {})
    return item


async def _refuse_taken(session: AsyncSession, item: Item, variant: str) -> None:
    if await items.find_item_by_sku(session, item.show_id, item.sku, variant):
        raise Conflict("The line-up already has that variant.", code="sku_taken")


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


async def remove(show_id: ShowId, item_id: str, *, db: Database, log: ShowLog) -> None:
    """Take an item and its drafts out. Raises Conflict `item_in_use` when it was ever on sale,
    `ended` when the show is over."""
    await log.refuse_ended(show_id)
    async with db.write() as session:
        item = await items.find_item(session, item_id)
        if item is None or item.show_id != show_id:
            raise NotFound("There is no such item.")
        for offer in await offers.list_offers(session, show_id):
            if offer.item_id != item_id:
                continue
            if not await offers.delete_draft_offer(session, offer.id):
                raise Conflict("This item has been on sale; its record stays.", code="item_in_use")
        await session.delete(item)
    await log.append(show_id, "items", {})


async def shift(
    show_id: ShowId, item_id: str, direction: str, *, db: Database, log: ShowLog
) -> None:
    """Swap the item with the one above (`up`) or below (`down`); at the edge nothing happens.

    Raises NotFound, Conflict `ended`.
    """
    await log.refuse_ended(show_id)
    async with db.write() as session:
        rows = list(await items.list_items(session, show_id))
        place = next((i for i, row in enumerate(rows) if row.id == item_id), None)
        if place is None:
            raise NotFound("There is no such item.")
        other = place + (-1 if direction == "up" else 1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows, start=1):
            row.position = position
            session.add(row)
    await log.append(show_id, "items", {})
