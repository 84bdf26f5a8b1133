"""An offer as the API says it."""

from live.domain.moments import rfc3339
from live.domain.offer import Stock


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
