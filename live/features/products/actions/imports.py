"""Products from a CSV, with the sales that it prepares of them: what it says is added or updated, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor
from live.domain.catalogue import (
    CatalogueError,
    ImportedItem,
    ImportPlan,
    decode_csv,
    parse_products,
)
from live.domain.catalogue_cells import Reason, RefusedError, Rejected
from live.domain.ids import ShowId
from live.domain.line_up import LINES_MAX, Sale
from live.domain.money import exponent
from live.errors import Invalid
from live.features.products.actions.claims import claims_of_all
from live.features.products.actions.import_lines import Known, sale_in, slips_in
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.jobs import JobQueue
from live.runtime import new_item_id, new_offer_id
from live.store import items, offers
from live.store.db import Database
from live.store.items import Item
from live.store.offers import Offer
from live.web.fields import field_error

UNREADABLE = "The file could not be read as products."
IMPORT_WAIT_S = 60.0  # for the worker to read 100,000 lines; it takes about ten
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
    taken, and of which something is to be said; `sales`: how many were made or changed."""

    created: int
    updated: int
    rejected: Sequence[Rejected]
    notes: Sequence[Rejected] = ()
    sales: int = 0


async def import_any(
    show_id: ShowId,
    content: bytes,
    currency: str,
    *,
    hold_s: int,
    by: Actor,
    jobs: JobQueue,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Imported:
    """A small file here and now, a large one by the worker. `hold_s`: of a sale that says none. Raises Invalid,
    Conflict `ended`, NotNow."""
    async with on_record(show_id, by, "item:import", log=log) as act:
        await log.refuse_ended(show_id)
        if len(content) > LARGE:
            told = await import_large(show_id, content, currency, jobs=jobs)
        else:
            told = await import_csv(
                show_id, content, currency, hold_s=hold_s, db=db, stock=stock, log=log, now=now
            )
        counts = [
            told.created,
            told.updated,
            len(told.rejected),
            *([told.sales] if told.sales else []),
        ]
        act.detail = " ".join(map(str, counts))
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
        "sales": outcome.sales,
    }


def imported_of(told: Mapping[str, Any]) -> Imported:
    """What `told_of` said."""
    rejected, notes = (
        [Rejected(line, Reason(code), detail, other) for line, code, detail, other in told[which]]
        for which in ("rejected", "notes")
    )
    return Imported(told["created"], told["updated"], rejected, notes, told["sales"])


async def import_csv(
    show_id: ShowId,
    content: bytes,
    currency: str,
    *,
    hold_s: int,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> Imported:
    """What the CSV says, in one transaction. Raises Invalid when it cannot be read as products.

    A line that leaves an item less stock than is spoken for is rejected, and one whose sale cannot be prepared.
    One that says nothing of a sale leaves the item's as it is.
    """
    plan = plan_of(content, currency)
    done = _Done(show_id, now, exponent(currency))
    async with db.write() as session:
        known = await _known(session, show_id, plan.items, stock=stock)
        position = await items.next_position(session, show_id)
        for item in plan.items:
            one = known.get((item.sku, item.variant))
            try:
                done.take(item, one, sale_in(item, one, hold_s), position)
            except RefusedError as refused:
                done.refused.append(Rejected(item.line, refused.reason, refused.detail))
        await items.insert_items(session, done.new)
        for draft in done.replaced:
            await offers.delete_draft_offer(session, draft)
        await offers.insert_offers(session, done.sales)
    for told in done.facts():
        await log.append(show_id, "items", told)
    return done.said(plan)


@dataclass(slots=True)
class _Done:
    """What has come of the lines so far. `replaced`: drafts, by those whose place they take."""

    show_id: ShowId
    now: datetime
    places: int
    new: list[dict[str, object]] = field(default_factory=list)
    sales: list[Offer] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    refused: list[Rejected] = field(default_factory=list)
    slips: list[Rejected] = field(default_factory=list)
    updated: int = 0

    def take(
        self, item: ImportedItem, known: Known | None, sale: Sale | None, position: int
    ) -> None:
        """`position`: of the first new item."""
        self.slips += slips_in(item, known, sale, self.places)
        drafts = [draft.id for draft in known.drafts] if known else []
        if known:
            _update(known.row, item)
            self.updated += 1
            item_id = known.row.id
        else:
            item_id = new_item_id(self.show_id)
            self.new.append(_row(item_id, self.show_id, item, position + len(self.new), self.now))
        if sale:
            made = offers.draft_of(
                new_offer_id(self.show_id), self.show_id, item_id, sale, self.now
            )
            self.sales.append(made)
            self.replaced |= dict.fromkeys(drafts[-1:], made.id)

    def facts(self) -> list[dict[str, object]]:
        """One, or as many as it takes: a fact that names thousands of drafts would be slow to everyone."""
        pairs = list(self.replaced.items())
        parts = [pairs[n : n + LINES_MAX] for n in range(0, len(pairs), LINES_MAX)]
        return [{"replaced": dict(part)} for part in parts] or [{}]

    def said(self, plan: ImportPlan) -> Imported:
        unused = {line.line for line in self.refused}
        notes = [line for line in plan.notes if line.line not in unused]
        return Imported(
            len(self.new),
            self.updated,
            sorted([*plan.rejected, *self.refused], key=lambda line: line.line),
            sorted([*notes, *self.slips], key=lambda line: line.line),
            len(self.sales),
        )


async def _known(
    session: AsyncSession, show_id: ShowId, lines: Sequence[ImportedItem], *, stock: StockCounter
) -> dict[tuple[str, str], Known]:
    """The show's items by SKU and variant, with the claims of those whose line hangs on them."""
    sales: dict[str, list[Offer]] = {}
    for offer in await offers.list_offers(session, show_id):
        sales.setdefault(offer.item_id, []).append(offer)
    known = {
        (row.sku, row.variant): Known(row, sales.get(row.id, ()))
        for row in await items.list_items(session, show_id)
    }
    asked = [
        one.row
        for line in lines
        if (one := known.get((line.sku, line.variant))) and one.hangs_on_claims(line)
    ]
    claims = await claims_of_all(session, asked, stock=stock)
    return {key: replace(one, claims=claims.get(one.row.id)) for key, one in known.items()}


def _update(row: Item, item: ImportedItem) -> None:
    row.title, row.list_price_minor = item.title, item.list_price_minor
    row.stock, row.image_url = item.stock, item.image_url or row.image_url
    row.notes = row.notes if item.notes is None else item.notes


def _row(
    item_id: str, show_id: ShowId, item: ImportedItem, position: int, now: datetime
) -> dict[str, object]:
    return {
        "id": item_id,
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
