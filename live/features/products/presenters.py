"""An item, and a line of the line-up, as the API tells them."""

from collections.abc import Iterable, Sequence

from live.domain.line_up import Line, Planned, Sale
from live.store import offers
from live.store.items import Item
from live.store.offers import Offer
from live.web.doubts import warnings_json


def item_json(item: Item) -> dict[str, object]:
    """`mark`: what If-Match takes, to change the item only as it was read."""
    return {
        "id": item.id,
        "position": item.position,
        "sku": item.sku,
        "variant": item.variant,
        "title": item.title,
        "list_price": item.list_price_minor,
        "stock": item.stock,
        "image_url": item.image_url,
        "notes": item.notes,
        "mark": item.mark,
    }


def edited_json(item: Item, line: Line, doubts: Sequence[str], currency: str) -> dict[str, object]:
    """The item as it is now, with what is probably a slip in its line and was not there before."""
    return {**item_json(item), "warnings": warnings_json(doubts, line, currency)}


def variants_json(rows: Iterable[Item]) -> list[dict[str, object]]:
    """Items that were made of one, each a variant."""
    return [{"id": row.id, "variant": row.variant, "position": row.position} for row in rows]


def line_json(item: Item, draft: Offer | None) -> dict[str, object]:
    """An item with the sale that is prepared of it."""
    sale = {"id": draft.id, **sale_json(offers.sale_of(draft))} if draft else None
    return {**item_json(item), "sale": sale}


def sale_json(sale: Sale) -> dict[str, object]:
    return {
        "price": sale.price,
        "quantity": sale.quantity,
        "per_buyer_limit": sale.per_buyer_limit,
        "duration_s": sale.duration_s,
        "hold_s": sale.hold_s,
        "countdown_s": sale.countdown_s,
    }


def planned_json(planned: Iterable[Planned], currency: str) -> list[dict[str, object]]:
    """What becomes of each line that is another then; `after` is null for one that is removed."""
    return [
        {
            "id": one.id,
            "before": _side(one.before),
            "after": _side(one.after) if one.after else None,
            "warnings": warnings_json(one.doubts, one.after or one.before, currency),
        }
        for one in planned
        if one.is_other
    ]


def _side(line: Line) -> dict[str, object]:
    return {
        "title": line.title,
        "variant": line.variant,
        "list_price": line.list_price,
        "stock": line.stock,
        "image_url": line.image_url,
        "notes": line.notes,
        "sale": sale_json(line.sale) if line.sale else None,
    }
