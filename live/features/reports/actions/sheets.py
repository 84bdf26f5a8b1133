"""A show's orders and its comments as CSV, for a spreadsheet: who has to be sent what, and what was asked."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta, timezone

from live.domain.catalogue import item_name
from live.domain.comment import ChatView
from live.domain.csv_text import BOM, csv_lines
from live.domain.money import to_decimal
from live.store import comments, items, offers, orders
from live.store.comments import Comment
from live.store.db import Database
from live.store.items import Item
from live.store.orders import Order
from live.store.shows import Show
from live.web.words import translate

PAGE = 1_000  # rows read at once: a long export holds no snapshot of the database
ORDER_COLUMNS = (
    "order", "state", "sku", "item", "quantity", "price", "amount", "currency", "name", "viewer",
    "placed_at", "paid_at", "settled_at", "late",
)  # fmt: skip
COMMENT_COLUMNS = (
    "said_at", "name", "text", "state", "question", "platform", "tip", "why", "viewer", "comment",
)  # fmt: skip


async def orders_sheet(
    show: Show, *, lang: str, utc_offset_min: int, db: Database
) -> AsyncIterator[str]:
    """Pieces of the file, every order ever placed, in the order in which they were. Times are those of a wall
    clock that far from UTC. Raises StoreUnavailable."""
    zone = timezone(timedelta(minutes=utc_offset_min))
    async with db.read() as session:
        known = {item.id: item for item in await items.list_items(session, show.id)}
        sold = {o.id: known[o.item_id] for o in await offers.list_offers(session, show.id)}
    yield BOM + csv_lines([_header(ORDER_COLUMNS, lang, zone)])
    after = 0
    while True:
        async with db.read() as session:
            rows = await orders.list_orders(session, show.id, after_seq=after, limit=PAGE)
        if rows:
            yield csv_lines(_order_cells(row, sold.get(row.offer_id), lang, zone) for row in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


async def comments_sheet(
    show: Show, *, lang: str, utc_offset_min: int, db: Database
) -> AsyncIterator[str]:
    """Pieces of the file, all that was said, whoever got to see it. Raises StoreUnavailable."""
    zone = timezone(timedelta(minutes=utc_offset_min))
    after = 0
    told = BOM + csv_lines([_header(COMMENT_COLUMNS, lang, zone)])
    while True:
        async with db.read() as session:
            rows = await comments.list_comments(session, show.id, ChatView.ALL, after, PAGE)
        yield told + csv_lines(_comment_cells(row, lang, zone) for row in rows)
        if len(rows) < PAGE:
            return
        told, after = "", rows[-1].seq


def _order_cells(row: Order, item: Item | None, lang: str, zone: timezone) -> Sequence[str]:
    unit = row.amount_minor // row.quantity
    return (
        row.id,
        translate(lang, f"sheet.order_state.{row.state}"),
        item.sku if item else "",
        item_name(item.title, item.variant) if item else "",
        str(row.quantity),
        to_decimal(unit, row.currency),
        to_decimal(row.amount_minor, row.currency),
        row.currency,
        row.buyer_name,
        row.buyer,
        _clock(row.placed_at, zone),
        _clock(row.paid_at, zone),
        _clock(row.settled_at, zone),
        translate(lang, "sheet.yes") if row.late else "",
    )


def _comment_cells(row: Comment, lang: str, zone: timezone) -> Sequence[str]:
    return (
        _clock(row.at, zone),
        row.name,
        row.text,
        translate(lang, f"sheet.comment_state.{row.state}"),
        translate(lang, "sheet.yes") if row.asks else "",
        row.platform,
        row.tip,
        row.why,
        row.viewer,
        row.id,
    )


def _header(columns: Sequence[str], lang: str, zone: timezone) -> Sequence[str]:
    """The columns' names; a time says of which clock it is."""
    return [
        translate(lang, f"sheet.{name}") + (f" ({zone})" if name.endswith("_at") else "")
        for name in columns
    ]


def _clock(at: datetime | None, zone: timezone) -> str:
    """As spreadsheets read it; they know no zones."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""
