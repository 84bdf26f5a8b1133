"""The line-up as a CSV that the import reads again, and a spreadsheet can open without running any of it."""

from live.domain.catalogue import ImportedItem
from live.domain.catalogue_out import write_products
from live.domain.ids import ShowId
from live.domain.money import exponent
from live.features.products.actions.line_up import line_up
from live.store import offers
from live.store.db import Database


async def export_csv(show_id: ShowId, currency: str, *, db: Database) -> str:
    """In line-up order, each with the sale that is prepared of it. Raises StoreUnavailable."""
    rows, drafts = await line_up(show_id, db=db)
    sales = [offers.sale_of(drafts[row.id]) if row.id in drafts else None for row in rows]
    told = [
        ImportedItem(
            row.position, row.sku, row.title, row.variant, row.list_price_minor, row.stock,
            row.image_url or "", row.notes,
        )
        for row in rows
    ]  # fmt: skip
    return write_products(list(zip(told, sales, strict=True)), currency_exponent=exponent(currency))
