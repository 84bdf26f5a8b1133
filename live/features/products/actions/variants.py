"""Variants: items of one SKU or title that differ by name and stock. Each is sold by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.ids import ShowId
from live.domain.line_up import Sale
from live.domain.offer import QUANTITY_MAX
from live.errors import Conflict, Invalid
from live.features.products.forms import NewItem, Variant
from live.runtime import new_item_id, new_offer_id
from live.store import items, offers
from live.store.items import Item
from live.web.fields import field_error


def row_of(show_id: ShowId, item: NewItem, position: int, now: datetime) -> Item:
    return Item(
        id=new_item_id(show_id),
        show_id=show_id,
        position=position,
        sku=item.sku,
        variant=item.variant,
        title=item.title,
        list_price_minor=item.list_price,
        stock=item.stock,
        image_url=item.image_url,
        notes=item.notes,
        created_at=now,
    )


async def refuse_taken(session: AsyncSession, show_id: str, sku: str, variant: str) -> None:
    """Raises Conflict `sku_taken`, with the variant's name."""
    if await items.find_item_by_sku(session, show_id, sku, variant):
        raise Conflict(
            f"The line-up already has {sku} {variant}.".rstrip(" ."),
            code="sku_taken",
            members={"variant": variant},
        )


async def add_variants(
    session: AsyncSession,
    item: Item,
    variants: Sequence[Variant],
    sale: Sale | None,
    now: datetime,
) -> list[Item]:
    """New items below it; those that stood there move down. `sale`: the item's last one, of which each gets its own,
    of all its units. Raises Conflict `sku_taken`; Invalid where the item has no variant itself."""
    if not variants:
        return []
    if not item.variant:
        raise Invalid([field_error("variant", "required")])
    for one in variants:
        await refuse_taken(session, item.show_id, one.sku or item.sku, one.name)
    for row in await items.list_items(session, item.show_id):
        if row.position > item.position:
            row.position += len(variants)
            session.add(row)
    like = NewItem(
        item.sku, item.title, item.variant, item.list_price_minor, item.stock, item.image_url, item.notes
    )  # fmt: skip
    show_id = ShowId(item.show_id)
    rows = [
        row_of(show_id, one.of(like), item.position + place, now)
        for place, one in enumerate(variants, start=1)
    ]
    session.add_all(rows)
    for row in rows:
        if own := _of_all(sale, row.stock):
            session.add(offers.draft_of(new_offer_id(show_id), show_id, row.id, own, now))
    return rows


def _of_all(sale: Sale | None, stock: int) -> Sale | None:
    if sale is None or not stock:
        return None
    units = min(stock, QUANTITY_MAX)
    return replace(sale, quantity=units, per_buyer_limit=min(sale.per_buyer_limit, units))
