"""The line-up: add, import, move, remove. Every change ends in the fact `items`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from live.domain.catalogue import (
    CatalogueError,
    ImportedItem,
    ImportPlan,
    Reason,
    Rejected,
    decode_csv,
    parse_products,
)
from live.domain.ids import ShowId
from live.domain.money import exponent
from live.errors import Conflict, Invalid, NotFound
from live.features.products.forms import NewItem
from live.hotpath.shows import ShowLog
from live.jobs import JobQueue
from live.runtime import new_item_id
from live.store import items, offers
from live.store.db import Database
from live.store.items import Item
from live.web.fields import field_error

UNREADABLE = "The file could not be read as products."
IMPORT_WAIT_S = 60.0  # for the worker to read 100,000 lines; it takes about ten
LARGE = 256 * 1024  # bytes; reading more than this takes longer than a beat


async def find(item_id: str, *, db: Database) -> Item:
    """Raises NotFound."""
    async with db.read() as session:
        item = await items.find_item(session, item_id)
    if item is None:
        raise NotFound("There is no such item.")
    return item


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


def plan_of(content: bytes, currency: str) -> ImportPlan:
    """What the file says. Raises Invalid with what to mend."""
    try:
        return parse_products(decode_csv(content), currency_exponent=exponent(currency))
    except CatalogueError as error:
        raise Invalid(
            [field_error("file", f"csv_{error.code}", detail=str(error))], UNREADABLE
        ) from error


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought; the same SKU and variant is updated, not doubled."""

    created: int
    updated: int
    rejected: Sequence[Rejected]


async def import_any(
    show_id: ShowId,
    content: bytes,
    currency: str,
    *,
    jobs: JobQueue,
    db: Database,
    log: ShowLog,
    now: datetime,
) -> Imported:
    """A small file here and now, a large one by the worker. Raises Invalid, Conflict `ended`, NotNow."""
    await log.refuse_ended(show_id)
    if len(content) > LARGE:
        return await import_large(show_id, content, currency, jobs=jobs)
    return await import_csv(show_id, content, currency, db=db, log=log, now=now)


async def import_large(
    show_id: ShowId, content: bytes, currency: str, *, jobs: JobQueue
) -> Imported:
    """As `import_csv`, in the worker: reading a large file here would keep buyers waiting.

    Raises Invalid, NotNow.
    """
    told = await jobs.run("import_products", show_id, currency, content, timeout_s=IMPORT_WAIT_S)
    if "refused" in told:
        raise Invalid([field_error("file", told["refused"], detail=told["detail"])], UNREADABLE)
    rejected = [Rejected(line, Reason(code), detail) for line, code, detail in told["rejected"]]
    return Imported(told["created"], told["updated"], rejected)


async def import_csv(
    show_id: ShowId, content: bytes, currency: str, *, db: Database, log: ShowLog, now: datetime
) -> Imported:
    """What the CSV says, in one transaction. Raises Invalid when it cannot be read as products."""
    plan = plan_of(content, currency)
    new: list[dict[str, object]] = []
    updated = 0
    async with db.write() as session:
        known = {(row.sku, row.variant): row for row in await items.list_items(session, show_id)}
        position = await items.next_position(session, show_id)
        for item in plan.items:
            row = known.get((item.sku, item.variant))
            if row is None:
                new.append(_row(show_id, item, position + len(new), now))
            else:
                row.title, row.list_price_minor = item.title, item.list_price_minor
                row.stock, row.image_url = item.stock, item.image_url or row.image_url
                session.add(row)
                updated += 1
        await items.insert_items(session, new)
    await log.append(show_id, "items", {})
    return Imported(len(new), updated, plan.rejected)


def _row(show_id: ShowId, item: ImportedItem, position: int, now: datetime) -> dict[str, object]:
    return {
        "id": new_item_id(show_id),
        "show_id": show_id,
        "position": position,
        "sku": item.sku,
        "variant": item.variant,
        "title": item.title,
        "list_price_minor": item.list_price_minor,
        "stock": item.stock,
        "image_url": item.image_url or None,
        "notes": "",
        "created_at": now,
    }


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
