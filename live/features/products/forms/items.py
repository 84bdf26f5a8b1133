"""Requests about items, read into commands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from live.domain.catalogue import NOTES_MAX, SKU_MAX, STOCK_MAX, TITLE_MAX
from live.domain.ids import ID_MAX
from live.domain.money import MINOR_MAX
from live.domain.pictures import is_own
from live.errors import Invalid
from live.web.fields import URL_MAX, Fields

VARIANT_MAX = 100
VARIANTS_MAX = 100
LINE_UP_MAX = 100_000
ROW_PARTS = ("variant", "sku", "stock")
_ROW = re.compile(r"(?:variant|sku|stock)-([1-9]\d{0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewItem:
    """One sellable thing; `list_price` in minor units, `stock` in units."""

    sku: str
    title: str
    variant: str
    list_price: int
    stock: int
    image_url: str | None
    notes: str


@dataclass(frozen=True, slots=True)
class Variant:
    """Another variant of an item; an empty `sku` is that of the item. `stock` in units."""

    name: str
    sku: str
    stock: int

    def of(self, item: NewItem) -> NewItem:
        """The item as this variant."""
        return replace(item, variant=self.name, sku=self.sku or item.sku, stock=self.stock)


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """New values of an item; None leaves one as it is, an empty `image_url` takes the picture away. `variants`:
    further ones, that are to stand below it."""

    title: str | None = None
    list_price: int | None = None
    stock: int | None = None
    image_url: str | None = None
    variant: str | None = None
    notes: str | None = None
    variants: Sequence[Variant] = ()


def new_items(
    values: Mapping[str, object], currency: str, *, is_form: bool = False
) -> list[NewItem]:
    """One item, or one for each of `variants`: names, or objects with a SKU and a stock of their own. A form has
    further variants in rows: `variant-2`, `sku-2`, `stock-2` …; an item without a SKU is given one. Raises
    Invalid.

    A form gives the price as a decimal text, the API as an integer in minor units.
    """
    fields = Fields(values, is_form=is_form)
    item = NewItem(
        sku=fields.text("sku", longest=SKU_MAX, default="" if is_form else None),
        title=fields.text("title", longest=TITLE_MAX),
        variant=fields.text("variant", longest=VARIANT_MAX, default=""),
        list_price=_price(fields, currency, is_form),
        stock=fields.integer("stock", least=0, most=STOCK_MAX),
        image_url=_image(fields, values) or None,
        notes=fields.text("notes", longest=NOTES_MAX, default="", many_lines=True),
    )
    variants = _variants(fields, values, item.variant, item.stock, is_form=is_form)
    fields.check()
    if is_form:
        return [item, *(one.of(item) for one in variants)]
    return [one.of(item) for one in variants] or [item]


def _variants(
    fields: Fields,
    values: Mapping[str, object],
    first: str | None,
    stock: int | None,
    *,
    is_form: bool,
) -> list[Variant]:
    """What further variants there are. `first`: how a form calls the item itself; `stock`: of those that name none."""
    if is_form:
        return _rows(fields, values, first or "")
    return _sent(fields, values, stock)


def _rows(fields: Fields, values: Mapping[str, object], first: str) -> list[Variant]:
    """The rows below the first that hold anything."""
    numbers = sorted({int(found[1]) for name in values if (found := _ROW.fullmatch(name))})
    filled = [n for n in numbers if any(fields.has(f"{part}-{n}") for part in ROW_PARTS)]
    if filled and not first:
        fields.refuse("variant", "required")
    known = {first}
    variants = []
    for n in filled[: VARIANTS_MAX - 1]:
        name = fields.text(f"variant-{n}", longest=VARIANT_MAX)
        if name and name in known:
            fields.refuse(f"variant-{n}", "twice")
        known.add(name)
        sku = fields.text(f"sku-{n}", longest=SKU_MAX, default="")
        stock = fields.integer(f"stock-{n}", least=0, most=STOCK_MAX)
        variants.append(Variant(name, sku, stock))
    return variants


def _sent(fields: Fields, values: Mapping[str, object], stock: int | None) -> list[Variant]:
    """Names, or objects."""
    sent = values.get("variants")
    if not isinstance(sent, list) or not any(isinstance(one, dict) for one in sent):
        names = fields.texts("variants", longest=VARIANT_MAX, most=VARIANTS_MAX)
        if names and stock is None:
            fields.refuse("variants.0.stock", "required")
        return [Variant(name, "", stock or 0) for name in dict.fromkeys(names)]
    variants = []
    for place, row in enumerate(fields.objects("variants", most=VARIANTS_MAX)):
        own = Fields(row)
        variants.append(
            Variant(
                own.text("variant", longest=VARIANT_MAX),
                own.text("sku", longest=SKU_MAX, default=""),
                own.integer("stock", least=0, most=STOCK_MAX, default=stock),
            )
        )
        try:
            own.check()
        except Invalid as error:
            for one in error.errors:
                fields.refuse(f"variants.{place}.{one.field}", one.code, **one.values)
    return variants


def item_edit(values: Mapping[str, object], currency: str, *, is_form: bool = False) -> ItemEdit:
    """What was sent; a form's empty field is an empty value. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    change = edit_of(fields, values, currency, is_form=is_form)
    if is_form or fields.has("variants"):
        more = _variants(fields, values, change.variant, None, is_form=is_form)
        change = replace(change, variants=more)
    fields.check()
    return change


def edit_of(
    fields: Fields, values: Mapping[str, object], currency: str, *, is_form: bool = False
) -> ItemEdit:
    """As `item_edit`, of `fields` that hold more than the item and are still to be checked."""

    def is_sent(name: str) -> bool:
        return is_form or fields.has(name)

    def is_in(name: str) -> bool:
        return fields.has(name) or values.get(name) == ""

    return ItemEdit(
        title=fields.text("title", longest=TITLE_MAX) if is_sent("title") else None,
        list_price=_price(fields, currency, is_form) if is_sent("list_price") else None,
        stock=fields.integer("stock", least=0, most=STOCK_MAX) if is_sent("stock") else None,
        image_url=_image(fields, values) if is_in("image_url") else None,
        variant=fields.text("variant", longest=VARIANT_MAX, default="")
        if is_in("variant")
        else None,
        notes=fields.text("notes", longest=NOTES_MAX, default="", many_lines=True)
        if is_in("notes")
        else None,
    )


def new_order(values: Mapping[str, object]) -> tuple[list[str], list[str] | None]:
    """The ids of all items in the order wanted, and in the order that was seen, if it is said. Raises
    Invalid."""
    fields = Fields(values)
    if not fields.has("items"):
        fields.refuse("items", "required")
    wanted = fields.texts("items", longest=ID_MAX, most=LINE_UP_MAX)
    seen = None
    if fields.has("seen"):
        seen = fields.texts("seen", longest=ID_MAX, most=LINE_UP_MAX)
    fields.check()
    return wanted, seen


def _price(fields: Fields, currency: str, is_form: bool) -> int:
    if is_form:
        return fields.amount("list_price", currency, most=MINOR_MAX)
    return fields.integer("list_price", least=0, most=MINOR_MAX)


def _image(fields: Fields, values: Mapping[str, object]) -> str:
    """A web address, or a picture of ours; empty for none."""
    image = values["image_url"] if fields.has("image_url") else ""
    if isinstance(image, str) and len(image) <= URL_MAX and (not image or is_own(image)):
        return image
    return fields.url("image_url", default="")
