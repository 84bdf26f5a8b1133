"""An order as the API says it."""

from live.domain.outcomes import Taken
from live.features.offers.presenters import moment
from live.hotpath.stock import Order


def taken_json(taken: Taken) -> dict[str, object]:
    """The answer to a placed order: the same bytes for the same key, however often it is asked."""
    return {
        "id": taken.order_id,
        "state": "held",
        "offer_id": taken.offer_id,
        "quantity": taken.quantity,
        "amount": taken.amount,
        "currency": taken.currency,
        "expires_at": moment(taken.expires_ms),
    }


def order_json(order: Order, *, for_operator: bool) -> dict[str, object]:
    """An order of any state; only operators learn who bought."""
    view: dict[str, object] = {
        "id": order.id,
        "state": order.state,
        "offer_id": order.offer,
        "quantity": order.quantity,
        "amount": order.amount,
        "currency": order.currency,
        "placed_at": moment(order.placed_ms),
        "expires_at": moment(order.expires_ms),
    }
    if for_operator:
        view |= {"viewer_id": order.buyer, "viewer_name": order.name, "key": order.key}
    return view
