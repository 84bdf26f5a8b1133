"""An offer as the API says it."""

from datetime import UTC, datetime

from live.domain.offer import Stock


def moment(ms: int) -> str | None:
    """RFC 3339 in UTC with milliseconds, or None for 0."""
    if not ms:
        return None
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
        "opens_at": moment(stock.opens_ms),
        "closes_at": moment(stock.closes_ms),
    }
