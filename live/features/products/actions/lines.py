"""Lines of the line-up changed together, items and their prepared sales: all of them or none.

What would change is planned first, of values alone; a preview ends there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.access import Actor
from live.domain.catalogue import item_name
from live.domain.changes import line_changes, with_changes
from live.domain.doubts import new_doubts
from live.domain.ids import ShowId
from live.domain.line_up import Line, Planned
from live.errors import ChangedMeanwhile, Conflict, FieldError, Invalid
from live.features.products.actions.claims import Claims, claims_of_all
from live.features.products.actions.line_sales import sale_of
from live.features.products.forms import LineChange
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import new_offer_id
from live.store import items, offers, shows
from live.store.db import Database
from live.store.items import Item
from live.store.offers import Offer
from live.web.fields import field_error


@dataclass(frozen=True, slots=True)
class _Known:
    """An item as it stands: its claims, and its drafts, the newest last."""

    row: Item
    claims: Claims
    drafts: Sequence[Offer]

    @property
    def line(self) -> Line:
        return items.line_of(self.row, offers.sale_of(self.drafts[-1]) if self.drafts else None)


async def change(
    show_id: ShowId,
    changes: Sequence[LineChange],
    *,
    hold_s: int,
    is_preview: bool = False,
    by: Actor,
    db: Database,
    stock: StockCounter,
    log: ShowLog,
    now: datetime,
) -> list[Planned]:
    """What changed, or (`is_preview`) would. `hold_s`: of a sale that there was none of before.

    A sale that was pushed is not touched: new terms become a new draft, as a push of the old one that somebody
    is about to press must not sell at a price that they have not seen.
    Raises Invalid, naming a line by its place in `changes`; ChangedMeanwhile; Conflict `stock_short`,
    `sku_taken`, `item_in_use`, `ended`; RedisUnavailable. Then nothing is changed.
    """
    if is_preview:
        async with db.write() as session:
            return await _plan(session, show_id, changes, hold_s, stock=stock)
    async with on_record(show_id, by, "item:bulk", str(len(changes)), log=log) as act:
        await log.refuse_ended(show_id)
        async with db.write() as session:
            planned = await _plan(session, show_id, changes, hold_s, stock=stock)
            replaced: dict[str, str] = {}
            for one in planned:
                replaced |= await _apply(session, show_id, one, now)
        act.detail = _told(planned)
        act.is_nothing = not any(one.is_other for one in planned)
        await log.append(show_id, "items", {"replaced": replaced} if replaced else {})
    return planned


def _told(planned: Sequence[Planned]) -> str:
    """How many lines; of one, which; and what of them."""
    others = [one for one in planned if one.is_other]
    if len(others) == 1:
        [one] = others
        return with_changes(f"1 {_name(one)}", line_changes(one.before, one.after or one.before))
    changes = (line_changes(one.before, one.after or one.before, _name(one)) for one in others)
    return with_changes(str(len(others)), [change for those in changes for change in those])


def _name(one: Planned) -> str:
    return item_name(one.before.title, one.before.variant)


async def _plan(
    session: AsyncSession,
    show_id: ShowId,
    changes: Sequence[LineChange],
    hold_s: int,
    *,
    stock: StockCounter,
) -> list[Planned]:
    await shows.lock_show(session, show_id)
    rows = {row.id: row for row in await items.list_items(session, show_id)}
    _check_ids(changes, rows)
    wanted = [rows[change.id] for change in changes]
    claims = await claims_of_all(session, wanted, stock=stock)
    drafts: dict[str, list[Offer]] = {}
    for offer in await offers.list_offers(session, show_id):
        if offer.item_id in claims and offer.id not in claims[offer.item_id].offers:
            drafts.setdefault(offer.item_id, []).append(offer)
    known = [_Known(row, claims[row.id], drafts.get(row.id, ())) for row in wanted]
    _refuse_changed(changes, known)
    planned, wrong = [], list[FieldError]()
    for place, (change, one) in enumerate(zip(changes, known, strict=True)):
        try:
            planned.append(_planned(change, one, hold_s))
        except Invalid as error:
            wrong += [replace(e, field=f"items.{place}.{e.field}") for e in error.errors]
    if wrong:
        raise Invalid(wrong)
    _refuse_taken(rows, planned)
    return planned


def _check_ids(changes: Sequence[LineChange], rows: Mapping[str, Item]) -> None:
    """Raises ChangedMeanwhile for a line that was seen and is gone; Invalid."""
    ids = [change.id for change in changes]
    missing = [change for change in changes if change.id not in rows]
    if any(change.seen is not None for change in missing):
        raise ChangedMeanwhile(members={"items": [change.id for change in missing]})
    wrong = [field_error(f"items.{ids.index(c.id)}.id", "foreign_item") for c in missing]
    if len(set(ids)) < len(ids):
        wrong.append(field_error("items", "twice"))
    if wrong:
        raise Invalid(wrong)


def _refuse_changed(changes: Sequence[LineChange], known: Sequence[_Known]) -> None:
    stale = []
    for change, one in zip(changes, known, strict=True):
        draft = one.drafts[-1].id if one.drafts else ""
        seen = change.sale.seen if change.sale else None
        if change.seen not in (None, one.row.mark) or seen not in (None, draft):
            stale.append(change.id)
    if stale:
        raise ChangedMeanwhile(members={"items": stale})


def _planned(change: LineChange, known: _Known, hold_s: int) -> Planned:
    before, draft = known.line, known.drafts[-1].id if known.drafts else ""
    if change.is_removed:
        if known.claims.offers:
            raise Conflict(
                "This item has been on sale; its record stays.",
                code="item_in_use",
                members={"item_id": change.id},
            )
        return Planned(change.id, known.row.position, before, None, draft)
    after = _edited(before, change)
    if after.stock < before.stock:
        _allow(after.stock, known)
    drafted = sum(offer.quantity for offer in known.drafts[:-1])
    if change.sale is not None:
        after = replace(after, sale=sale_of(change.sale, after, known.claims, drafted, hold_s))
    doubtful = new_doubts(after, before, drafted)
    return Planned(change.id, known.row.position, before, after, draft, doubtful)


def _allow(stock: int, known: _Known) -> None:
    """Raises Conflict `stock_short`, saying of which item."""
    try:
        known.claims.allow(stock)
    except Conflict as short:
        members = {"item_id": known.row.id}
        raise Conflict(
            short.message, code=short.code, values=short.values, members=members
        ) from short


def _edited(line: Line, change: LineChange) -> Line:
    edit = change.edit
    return replace(
        line,
        title=line.title if edit.title is None else edit.title,
        variant=line.variant if edit.variant is None else edit.variant,
        list_price=line.list_price if edit.list_price is None else edit.list_price,
        stock=line.stock if edit.stock is None else edit.stock,
        image_url=line.image_url if edit.image_url is None else edit.image_url or None,
        notes=line.notes if edit.notes is None else edit.notes,
    )


def _refuse_taken(rows: Mapping[str, Item], planned: Sequence[Planned]) -> None:
    """Raises Conflict `sku_taken` where two items would be the same variant."""
    names = {row.id: (row.sku, row.variant) for row in rows.values()}
    for one in planned:
        if one.after is None:
            del names[one.id]
        else:
            names[one.id] = (one.after.sku, one.after.variant)
    count = Counter(names.values())
    for one in planned:
        if one.is_other and one.after and count[names[one.id]] > 1:
            raise Conflict(
                f"The line-up already has {one.after.sku} {one.after.variant}.".rstrip(" ."),
                code="sku_taken",
                members={"item_id": one.id},
            )


async def _apply(
    session: AsyncSession, show_id: ShowId, one: Planned, now: datetime
) -> dict[str, str]:
    """The draft that another one takes the place of, and that one."""
    row = await items.find_item(session, one.id)
    if row is None or not one.is_other:
        return {}
    if one.after is None:
        for offer in await offers.list_offers_of_item(session, one.id):
            await offers.delete_draft_offer(session, offer.id)
        await session.delete(row)
        return {}
    after = one.after
    row.title, row.variant, row.notes = after.title, after.variant, after.notes
    row.list_price_minor, row.stock, row.image_url = after.list_price, after.stock, after.image_url
    session.add(row)
    if after.sale and after.sale != one.before.sale:
        if one.draft:
            await offers.delete_draft_offer(session, one.draft)
        made = offers.draft_of(new_offer_id(show_id), show_id, one.id, after.sale, now)
        session.add(made)
        return {one.draft: made.id} if one.draft else {}
    return {}
