"""Rows of SQL and numbers of Redis as the values that templates see."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from live.domain.offer import OfferState, Stock
from live.features.screens.presenters.outlook import outlook
from live.features.screens.presenters.pace import Pace
from live.features.screens.presenters.sale_marks import Mark, SaleMarks
from live.features.screens.presenters.views import (
    ItemView,
    OfferView,
    OrderView,
)
from live.hotpath.stock import Order
from live.hotpath.wait import Waiting
from live.store import items
from live.store.entries import LedgerEntry
from live.store.items import Item
from live.store.offers import Offer


def from_ms(ms: int) -> datetime | None:
    """Aware UTC, or None for 0."""
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None


def item_view(row: Item) -> ItemView:
    return ItemView(
        row.id,
        row.position,
        row.sku,
        row.title,
        row.variant,
        row.image_url,
        row.list_price_minor,
        row.stock,
        row.notes,
        row.mark,
        items.last_of(row),
    )


def offer_view(
    row: Offer,
    item: ItemView,
    stock: Stock | None,
    currency: str,
    pace: Pace,
    now_ms: int,
    waiting: Waiting,
) -> OfferView:
    """`stock` None: Redis does not hold the offer, what SQL says stands. `now_ms`: Redis time."""
    view = OfferView(
        id=row.id,
        item=item,
        state=stock.state if stock else row.state,
        price=row.price_minor,
        currency=currency,
        quantity=stock.quantity if stock else row.quantity,
        restocked=stock.restocked if stock else row.restocked,
        left=stock.left if stock else row.left_units,
        held=stock.held if stock else row.held_units,
        paid=stock.paid if stock else row.paid_units,
        expired=stock.expired if stock else row.expired_units,
        cancelled=stock.cancelled if stock else row.cancelled_units,
        refunded=stock.refunded if stock else row.refunded_units,
        per_buyer_limit=row.per_buyer_limit,
        duration_s=row.duration_s,
        hold_s=row.hold_s,
        countdown_s=row.countdown_s,
        opens_at=from_ms(stock.opens_ms) if stock else row.opens_at,
        closes_at=from_ms(stock.closes_ms) if stock else row.closes_at,
        rest_s=-(-(stock.rest_ms if stock else row.rest_ms) // 1000),
        recent_units=pace.recent_units(row.id, now_ms),
        waiting=waiting.count,
        called_ms=waiting.called_ms,
    )
    if view.state != OfferState.OPEN:
        return view
    closes_in_s = (stock.closes_ms - now_ms) / 1000 if stock and stock.closes_ms else None
    watched = pace.watched(row.id, now_ms)
    return replace(view, outlook=outlook(view.left, view.held, watched, closes_in_s))


def unpaid_view(order: Order) -> OrderView:
    """An order that is here because it has to be paid, and not because it is one of the newest."""
    return OrderView(
        order.id, order.name, "", order.quantity, order.amount, order.currency, order.state,
        datetime.fromtimestamp(order.placed_ms / 1000, UTC),
        datetime.fromtimestamp(order.expires_ms / 1000, UTC), is_newest=False,
    )  # fmt: skip


def with_marks(
    known: Mapping[str, SaleMarks], entries: Iterable[LedgerEntry]
) -> dict[str, SaleMarks]:
    """`known`, moved on by newer entries about offers: the first that opened each, the last that closed it."""
    marks = dict(known)
    for entry in entries:
        if entry.kind != "offer":
            continue
        told = json.loads(entry.body)
        before = marks.get(told["offer"], SaleMarks())
        mark = Mark(entry.n or 0, entry.hash or "", datetime.fromtimestamp(entry.at_ms / 1000, UTC))
        if told["state"] == OfferState.OPEN and before.opened is None:
            marks[told["offer"]] = replace(before, opened=mark)
        elif told["state"] == OfferState.CLOSED:
            marks[told["offer"]] = replace(before, closed=mark)
    return marks
