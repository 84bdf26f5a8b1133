"""A product list written as Shopify's, so that a spreadsheet, a shop and our own import read it."""

from collections.abc import Sequence
from decimal import Decimal

from live.domain.catalogue import NOTES_COLUMN, ImportedItem
from live.domain.csv_text import BOM, csv_lines

COLUMNS = (
    "Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price",
    "Variant Inventory Qty", "Image Src", "Status", NOTES_COLUMN,
)  # fmt: skip
BARE = ("Title", "Default Title")  # Shopify's option of a product without variants


def write_products(items: Sequence[ImportedItem], *, currency_exponent: int = 2) -> str:
    """A CSV of which `parse_products` makes the same items, with the mark by which spreadsheets know UTF-8."""
    rows: list[Sequence[str]] = [COLUMNS]
    for item in items:
        price = Decimal(item.list_price_minor).scaleb(-currency_exponent)
        option, value = ("Variant", item.variant) if item.variant else BARE
        cells = [item.sku, item.title, option, value, item.sku]
        cells += [f"{price:.{currency_exponent}f}", str(item.stock), item.image_url, "active"]
        rows.append((*cells, item.notes or ""))
    return BOM + csv_lines(rows)
