"""The line-up as a CSV that the import reads again, and a spreadsheet can open without running any of it."""

from live.domain.catalogue import ImportedItem
from live.domain.catalogue_out import write_products
from live.domain.ids import ShowId
from live.domain.money import exponent
from live.store import items
from live.store.db import Database


async def export_csv(show_id: ShowId, currency: str, *, db: Database) -> str:
    """In line-up order. Raises StoreUnavailable."""
    async with db.read() as session:
        rows = await items.list_items(session, show_id)
    told = [
        ImportedItem(
            row.position, row.sku, row.title, row.variant, row.list_price_minor, row.stock,
            row.image_url or "", row.notes,
        )
        for row in rows
    ]  # fmt: skip
    return write_products(told, currency_exponent=exponent(currency))
