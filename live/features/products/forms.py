"""Requests about items, read into commands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from live.domain.catalogue import SKU_MAX, STOCK_MAX, TITLE_MAX
from live.domain.money import MINOR_MAX
from live.web.fields import URL_MAX, Fields

NOTES_MAX = 2_000
VARIANT_MAX = 100
VARIANTS_MAX = 100
_OWN = re.compile(r"/static(/\w[\w.-]*)+(\?v=\w+)?", re.ASCII)  # no dot segments, however spelt


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
class ItemEdit:
    """New values of an item; None leaves one as it is, an empty `image_url` takes the picture away."""

    title: str | None
    list_price: int | None
    stock: int | None
    image_url: str | None
    variant: str | None
    notes: str | None


def new_items(
    values: Mapping[str, object], currency: str, *, is_form: bool = False
) -> list[NewItem]:
    """One item, or one for each of `variants`. Raises Invalid.

    A form gives the price as a decimal text, the API as an integer in minor units.
    """
    fields = Fields(values, is_form=is_form)
    price = _price(fields, currency, is_form)
    names = fields.texts("variants", longest=VARIANT_MAX, most=VARIANTS_MAX) if not is_form else []
    item = NewItem(
        sku=fields.text("sku", longest=SKU_MAX),
        title=fields.text("title", longest=TITLE_MAX),
        variant=fields.text("variant", longest=VARIANT_MAX, default=""),
        list_price=price,
        stock=fields.integer("stock", least=0, most=STOCK_MAX),
        image_url=_image(fields, values) or None,
        notes=fields.text("notes", longest=NOTES_MAX, default="", many_lines=True),
    )
    fields.check()
    if not names:
        return [item]
    return [
        NewItem(item.sku, item.title, name, item.list_price, item.stock, item.image_url, item.notes)
        for name in dict.fromkeys(names)
    ]


def item_edit(values: Mapping[str, object], currency: str, *, is_form: bool = False) -> ItemEdit:
    """What was sent; a form's empty field is an empty value. Raises Invalid."""
    fields = Fields(values, is_form=is_form)

    def is_sent(name: str) -> bool:
        return is_form or fields.has(name)

    def is_in(name: str) -> bool:
        return values.get(name) is not None

    change = ItemEdit(
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
    fields.check()
    return change


def _price(fields: Fields, currency: str, is_form: bool) -> int:
    if is_form:
        return fields.amount("list_price", currency, most=MINOR_MAX)
    return fields.integer("list_price", least=0, most=MINOR_MAX)


def _image(fields: Fields, values: Mapping[str, object]) -> str:
    """A web address, or a picture of ours; empty for none."""
    image = values.get("image_url")
    if isinstance(image, str) and len(image) <= URL_MAX and (not image or _OWN.fullmatch(image)):
        return image
    return fields.url("image_url", default="")
