"""Requests about the line-up, read into commands: of one item (`items.py`), of many lines (`lines.py`)."""

from live.features.products.forms.items import (
    VARIANT_MAX,
    VARIANTS_MAX,
    ItemEdit,
    NewItem,
    Variant,
    item_edit,
    new_items,
    new_order,
)
from live.features.products.forms.lines import (
    CELLS,
    LineChange,
    SaleEdit,
    bulk_changes,
    cell_change,
    line_changes,
)

__all__ = [
    "CELLS",
    "VARIANTS_MAX",
    "VARIANT_MAX",
    "ItemEdit",
    "LineChange",
    "NewItem",
    "SaleEdit",
    "Variant",
    "bulk_changes",
    "cell_change",
    "item_edit",
    "line_changes",
    "new_items",
    "new_order",
]
