"""A product list written as Shopify's, so that a spreadsheet, a shop and our own import read it."""

from collections.abc import Sequence
from decimal import Decimal

from live.domain import catalogue_sale
from live.domain.catalogue import NOTES_COLUMN, ImportedItem
from live.domain.csv_text import BOM, csv_lines
from live.domain.line_up import Sale

COLUMNS = (
    "Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price",
    "Variant Inventory Qty", "Image Src", "Status", NOTES_COLUMN,
    *catalogue_sale.COLUMNS.values(),
)  # fmt: skip
BARE = ("Title", "Default Title")  # Shopify's option of a product without variants


def write_products(
    items: Sequence[tuple[ImportedItem, Sale | None]], *, currency_exponent: int = 2
) -> str:
    """A CSV of which `parse_products` makes the same items and sales, with the mark by which spreadsheets know
    UTF-8."""
    rows: list[Sequence[str]] = [COLUMNS]
    for item, sale in items:
        price = Decimal(item.list_price_minor).scaleb(-currency_exponent)
        option, value = ("Variant", item.variant) if item.variant else BARE
        cells = [item.sku, item.title, option, value, item.sku]
        cells += [f"{price:.{currency_exponent}f}", str(item.stock), item.image_url, "active"]
        terms = catalogue_sale.cells_of(sale, currency_exponent)
        rows.append((*cells, item.notes or "", *terms))
    return BOM + csv_lines(rows)
