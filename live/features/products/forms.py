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


def new_items(
    values: Mapping[str, object], currency: str, *, is_form: bool = False
) -> list[NewItem]:
    """One item, or one for each of `variants`. Raises Invalid.

    A form gives the price as a decimal text, the API as an integer in minor units.
    """
    fields = Fields(values, is_form=is_form)
    image = values.get("image_url")
    is_own = isinstance(image, str) and len(image) <= URL_MAX and bool(_OWN.fullmatch(image))
    price = (
        fields.amount("list_price", currency, most=MINOR_MAX)
        if is_form
        else fields.integer("list_price", least=0, most=MINOR_MAX)
    )
    names = fields.texts("variants", longest=VARIANT_MAX, most=VARIANTS_MAX) if not is_form else []
    item = NewItem(
        sku=fields.text("sku", longest=SKU_MAX),
        title=fields.text("title", longest=TITLE_MAX),
        variant=fields.text("variant", longest=VARIANT_MAX, default=""),
        list_price=price,
        stock=fields.integer("stock", least=0, most=STOCK_MAX),
        image_url=str(image) if is_own else fields.url("image_url", default="") or None,
        notes=fields.text("notes", longest=NOTES_MAX, default="", many_lines=True),
    )
    fields.check()
    if not names:
        return [item]
    return [
        NewItem(item.sku, item.title, name, item.list_price, item.stock, item.image_url, item.notes)
        for name in dict.fromkeys(names)
    ]
