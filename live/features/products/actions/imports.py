"""Products from a shop's CSV: what it says is added or updated, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from live.domain.access import Actor
from live.domain.catalogue import (
    CatalogueError,
    ImportedItem,
    ImportPlan,
    Reason,
    Rejected,
    decode_csv,
    parse_products,
)
from live.domain.doubts import new_doubts
from live.domain.ids import ShowId
from live.domain.money import exponent
from live.domain.offer import OfferState
from live.errors import Conflict, Invalid
from live.features.products.actions.claims import claims_of
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.jobs import JobQueue
from live.runtime import new_item_id
from live.store import items, offers
from live.store.db import Database
from live.store.items import Item
from live.store.offers import Offer
from live.web.fields import field_error

UNREADABLE = "The file could not be read as products."
IMPORT_WAIT_S = 60.0  # for the worker to read 100,000 lines; it takes about ten
_SLIPS = {"list_jump": Reason.LIST_JUMP, "over_stock": Reason.SALE_STOCK}
LARGE = 256 * 1024  # bytes; reading more than this takes longer than a beat


def plan_of(content: bytes, currency: str) -> ImportPlan:
    """What the file says. Raises Invalid with what to mend."""
    try:
        return parse_products(decode_csv(content), currency_exponent=exponent(currency))
    except CatalogueError as error:
        raise Invalid(
            [field_error("file", f"csv_{error.code}", detail=error.detail)], UNREADABLE
        ) from error


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought; the same SKU and variant is updated, not doubled. `notes`: lines that were
    taken, and of which something is to be said."""

    created: int
    updated: int
    rejected: Sequence[Rejected]
    notes: Sequence[Rejected] = ()


async def import_any(
    show_id: ShowId,
    content: bytes,
    currency: str,
    *,
    by: Actor,
    jobs: JobQueue,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Imported:
    """A small file here and now, a large one by the worker. Raises Invalid, Conflict `ended`, NotNow."""
    async with on_record(show_id, by, "item:import", log=log) as act:
        await log.refuse_ended(show_id)
        if len(content) > LARGE:
            told = await import_large(show_id, content, currency, jobs=jobs)
        else:
            told = await import_csv(
                show_id, content, currency, db=db, stock=stock, log=log, now=now
            )
        act.detail = f"{told.created} {told.updated} {len(told.rejected)}"
        return told


async def import_large(
    show_id: ShowId, content: bytes, currency: str, *, jobs: JobQueue
) -> Imported:
    """As `import_csv`, in the worker: reading a large file here would keep buyers waiting.

    Raises Invalid, NotNow.
    """
    told = await jobs.run("import_products", show_id, currency, content, timeout_s=IMPORT_WAIT_S)
    if "refused" in told:
        raise Invalid([field_error("file", told["refused"], detail=told["detail"])], UNREADABLE)
    return imported_of(told)


def told_of(outcome: Imported) -> dict[str, Any]:
    """As values that go through a queue or a store; `imported_of` reads them again."""
    return {
        "created": outcome.created,
        "updated": outcome.updated,
        "rejected": [astuple(line) for line in outcome.rejected],
        "notes": [astuple(line) for line in outcome.notes],
    }


def imported_of(told: Mapping[str, Any]) -> Imported:
    """What `told_of` said."""
    rejected, notes = (
        [Rejected(line, Reason(code), detail, other) for line, code, detail, other in told[which]]
        for which in ("rejected", "notes")
    )
    return Imported(told["created"], told["updated"], rejected, notes)


async def import_csv(
    show_id: ShowId,
    content: bytes,
    currency: str,
    *,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Imported:
    """What the CSV says, in one transaction. Raises Invalid when it cannot be read as products.

    A line that leaves an item less stock than is spoken for is rejected.
    """
    plan = plan_of(content, currency)
    new: list[dict[str, object]] = []
    refused: list[Rejected] = []
    updated = 0
    async with db.write() as session:
        known = {(row.sku, row.variant): row for row in await items.list_items(session, show_id)}
        on_offer = {offer.item_id: offer for offer in await offers.list_offers(session, show_id)}
        doubtful: list[Rejected] = []
        position = await items.next_position(session, show_id)
        for item in plan.items:
            row = known.get((item.sku, item.variant))
            if row is None:
                new.append(_row(show_id, item, position + len(new), now))
                continue
            try:
                if row.id in on_offer and item.stock < row.stock:
                    (await claims_of(session, row, stock=stock)).allow(item.stock)
            except Conflict as short:
                needed = f"{item.sku}: {item.stock} < {short.values['needed']}"
                refused.append(Rejected(item.line, Reason.STOCK_SHORT, needed))
                continue
            doubtful += _update(row, item, on_offer.get(row.id))
            session.add(row)
            updated += 1
        await items.insert_items(session, new)
    await log.append(show_id, "items", {})
    rejected = sorted([*plan.rejected, *refused], key=lambda line: line.line)
    unused = {line.line for line in refused}
    notes = [line for line in plan.notes if line.line not in unused]
    notes = sorted([*notes, *doubtful], key=lambda line: line.line)
    return Imported(len(new), updated, rejected, notes)


def _update(row: Item, item: ImportedItem, offer: Offer | None) -> list[Rejected]:
    """What is probably a slip, and was not before; the newest sale counts while it is prepared."""
    sale = offers.sale_of(offer) if offer and offer.state == OfferState.DRAFT else None
    before = items.line_of(row, sale)
    row.title, row.list_price_minor = item.title, item.list_price_minor
    row.stock, row.image_url = item.stock, item.image_url or row.image_url
    row.notes = row.notes if item.notes is None else item.notes
    new = new_doubts(items.line_of(row, sale), before)
    reasons = dict.fromkeys(_SLIPS.get(code, Reason.SALE_PRICE) for code in new)
    return [Rejected(item.line, reason, item.sku) for reason in reasons]


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
        "notes": item.notes or "",
        "created_at": now,
    }
