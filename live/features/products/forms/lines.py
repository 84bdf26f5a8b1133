"""Requests to change lines of the line-up, an item and its prepared sale at once: one cell, or many lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from live.domain.catalogue import STOCK_MAX, TITLE_MAX
from live.domain.ids import ID_MAX
from live.domain.line_up import LINES_MAX, Terms
from live.domain.moments import seconds_in
from live.domain.money import MINOR_MAX
from live.domain.offer import (
    COUNTDOWN_MAX_S,
    DURATION_MAX_S,
    HOLD_MAX_S,
    HOLD_MIN_S,
    LIMIT_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
)
from live.errors import FieldError, Invalid
from live.features.products.forms.items import ItemEdit, edit_of
from live.web.fields import Fields

PERCENT_MAX = 1_000
PERCENT_OF = ("now", "list")
MARK_MAX = 64
NO_EDIT = ItemEdit(None, None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class SaleEdit(Terms):
    """New terms of the sale that is prepared. `seen`: the draft that they were made of, "" for none; None where any
    will do.

    `percent`, in place of a price: of the price now or (`of_list`) of the list price. `all_free`, in place of units:
    all of the stock that no other sale has. Where there is no sale a price makes one; or (`skips_none`) nothing
    does, or (`stands_alone`) nothing beside one that is on air.
    """

    seen: str | None = None
    percent: int = 0
    of_list: bool = False
    all_free: bool = False
    skips_none: bool = False
    stands_alone: bool = False


@dataclass(frozen=True, slots=True)
class LineChange:
    """What becomes of one line. `seen`: the item's mark; None where any will do."""

    id: str
    edit: ItemEdit = NO_EDIT
    sale: SaleEdit | None = None
    seen: str | None = None
    is_removed: bool = False


def line_changes(values: Mapping[str, object], currency: str) -> tuple[list[LineChange], bool]:
    """The changes, and whether they are only to be told and not made. Raises Invalid; a wrong value is named
    `items.0.sale.price`."""
    fields = Fields(values)
    is_preview = fields.flag("preview") if fields.has("preview") else False
    rows = fields.objects("items", most=LINES_MAX)
    fields.check()
    wrong: list[FieldError] = []
    changes: list[LineChange] = []
    for place, row in enumerate(rows):
        try:
            changes.append(_line(row, currency))
        except Invalid as error:
            wrong += [replace(one, field=f"items.{place}.{one.field}") for one in error.errors]
    if wrong:
        raise Invalid(wrong)
    return changes, is_preview


def _line(values: Mapping[str, object], currency: str) -> LineChange:
    fields = Fields(values)
    sale = fields.object("sale") if fields.has("sale") else None
    change = LineChange(
        id=fields.text("id", longest=ID_MAX),
        edit=edit_of(fields, values, currency),
        seen=fields.text("mark", longest=MARK_MAX) if fields.has("mark") else None,
        is_removed=fields.flag("remove") if fields.has("remove") else False,
    )
    fields.check()
    return replace(change, sale=_sale(sale)) if sale is not None else change


def _sale(values: Mapping[str, object]) -> SaleEdit:
    fields = Fields(values)

    def number(name: str, least: int, most: int) -> int | None:
        return fields.integer(name, least=least, most=most) if fields.has(name) else None

    sale = SaleEdit(
        price=number("price", 0, PRICE_MAX),
        quantity=number("quantity", 1, QUANTITY_MAX),
        per_buyer_limit=number("per_buyer_limit", 1, LIMIT_MAX),
        duration_s=number("duration_s", 1, DURATION_MAX_S),
        hold_s=number("hold_s", HOLD_MIN_S, HOLD_MAX_S),
        countdown_s=number("countdown_s", 0, COUNTDOWN_MAX_S),
        seen=fields.text("id", longest=ID_MAX, shortest=0) if fields.has("id") else None,
    )
    try:
        fields.check()
    except Invalid as error:
        raise Invalid([replace(one, field=f"sale.{one.field}") for one in error.errors]) from error
    return sale


# --- one cell of the table --------------------------------------------------------------------

ITEM_CELLS = ("title", "list_price", "stock")
SALE_CELLS = ("price", "quantity", "per_buyer_limit", "duration_s")
CELLS = (*ITEM_CELLS, *SALE_CELLS)


def cell_change(values: Mapping[str, str], item_id: str, currency: str) -> LineChange:
    """The cell `name` with the new `value`; `seen`: the item's mark, or the id of the draft. Raises Invalid."""
    fields = Fields(values, is_form=True)
    name = fields.choice("name", CELLS)
    fields.check()
    return _cell(name, values.get("value", ""), values.get("seen", ""), item_id, currency)


def _cell(name: str, value: str, seen: str, item_id: str, currency: str) -> LineChange:
    fields = Fields({name: seconds_in(value) if name == "duration_s" else value}, is_form=True)
    if name == "title":
        edit = replace(NO_EDIT, title=fields.text("title", longest=TITLE_MAX))
    elif name == "list_price":
        edit = replace(NO_EDIT, list_price=fields.amount(name, currency, most=MINOR_MAX))
    elif name == "stock":
        edit = replace(NO_EDIT, stock=fields.integer(name, least=0, most=STOCK_MAX))
    else:
        sale = _sale_cell(fields, name, currency)
        fields.check()
        return LineChange(item_id, sale=replace(sale, seen=seen))
    fields.check()
    return LineChange(item_id, edit, seen=seen)


def _sale_cell(fields: Fields, name: str, currency: str) -> SaleEdit:
    if name == "price":
        return SaleEdit(price=fields.amount(name, currency, most=PRICE_MAX))
    if name == "quantity":
        return SaleEdit(quantity=fields.integer(name, least=1, most=QUANTITY_MAX))
    if name == "per_buyer_limit":
        return SaleEdit(per_buyer_limit=fields.integer(name, least=1, most=LIMIT_MAX))
    return SaleEdit(duration_s=fields.integer(name, least=1, most=DURATION_MAX_S))


# --- many lines, the same way -----------------------------------------------------------------


def bulk_changes(
    values: Mapping[str, str], items: Collection[str], currency: str
) -> list[LineChange]:
    """The form's changes of the lines that were picked; `items`: all of the show. Where there is no sale, one is
    made if the form has `make` and a price. `seen` has `id:mark:draft` of each, as they stood on the page. Raises
    Invalid."""
    fields = Fields(values, is_form=True)

    def number(name: str, least: int, most: int) -> int | None:
        return fields.integer(name, least=least, most=most) if fields.has(name) else None

    price = fields.amount("price", currency, most=PRICE_MAX) if fields.has("price") else None
    edit = replace(NO_EDIT, stock=number("stock", 0, STOCK_MAX))
    terms = SaleEdit(
        price=price,
        quantity=number("quantity", 1, QUANTITY_MAX),
        per_buyer_limit=number("per_buyer_limit", 1, LIMIT_MAX),
        duration_s=_duration(fields, values),
        percent=number("percent", 1, PERCENT_MAX) or 0,
        of_list=fields.choice("percent_of", PERCENT_OF, default="now") == "list",
        all_free=fields.flag("all_free"),
        stands_alone=True,
    )
    if price is not None and terms.percent:
        fields.refuse("percent", "one_of_two")
    if terms.quantity is not None and terms.all_free:
        fields.refuse("quantity", "or_all_free")
    fields.check()
    is_priced = price is not None or bool(terms.percent)
    terms = replace(terms, skips_none=not (fields.flag("make") and is_priced))
    return [
        replace(
            picked, edit=edit, sale=replace(terms, seen=picked.sale.seen if picked.sale else None)
        )
        for picked in _picked(values.get("seen", "").split())
        if picked.id in items
    ]


def _duration(fields: Fields, values: Mapping[str, str]) -> int | None:
    """Seconds, also as `3:00`."""
    if not fields.has("duration_s"):
        return None
    own = Fields({"duration_s": seconds_in(values["duration_s"])}, is_form=True)
    length = own.integer("duration_s", least=1, most=DURATION_MAX_S)
    own.check()
    return length


def _picked(tokens: Sequence[str]) -> list[LineChange]:
    found = []
    for token in tokens[:LINES_MAX]:
        item, _, marks = token.partition(":")
        mark, _, draft = marks.partition(":")
        found.append(LineChange(item, sale=SaleEdit(seen=draft), seen=mark))
    return found
