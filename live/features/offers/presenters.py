"""An offer as the API says it."""

from collections.abc import Sequence

from live.domain.line_up import Line
from live.domain.moments import rfc3339
from live.domain.offer import Stock
from live.store.offers import Offer
from live.web.doubts import warnings_json


def draft_json(offer: Offer, line: Line, doubts: Sequence[str], currency: str) -> dict[str, object]:
    """`warnings`, of what is probably a slip in `line`: only where there are any."""
    told: dict[str, object] = {"id": offer.id, "state": offer.state}
    if doubts:
        told["warnings"] = warnings_json(doubts, line, currency)
    return told


def offer_json(offer_id: str, stock: Stock) -> dict[str, object]:
    """`sold` counts paid units; `closes_at` is null while a pause keeps the rest of the time."""
    return {
        "id": offer_id,
        "state": stock.state,
        "left": stock.left,
        "sold": stock.paid,
        "held": stock.held,
        "quantity": stock.quantity,
        "restocked": stock.restocked,
        "opens_at": rfc3339(stock.opens_ms),
        "closes_at": rfc3339(stock.closes_ms),
    }
