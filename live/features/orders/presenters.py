"""An order as the API says it."""

from functools import lru_cache

from live.domain.moments import rfc3339
from live.domain.outcomes import Refused, Taken, Verdict
from live.domain.refusals import refusal
from live.hotpath.stock import Order
from live.hotpath.wait import Place, Waiting
from live.web.errors import problem_body


def taken_json(taken: Taken) -> dict[str, object]:
    """The answer to a placed order: the same bytes for the same key, however often it is asked."""
    return {
        "id": taken.order_id,
        "state": "held",
        "offer_id": taken.offer_id,
        "quantity": taken.quantity,
        "amount": taken.amount,
        "currency": taken.currency,
        "expires_at": rfc3339(taken.expires_ms),
        "attempt": taken.attempt,
    }


def taken_bytes(taken: Taken) -> bytes:
    """`taken_json`, written by hand: ids and currencies hold nothing that JSON would have to escape."""
    order_id, offer_id, quantity, amount, currency, expires_ms, attempt, _ = taken
    return (
        f'{{"id":"{order_id}","state":"held","offer_id":"{offer_id}","quantity":{quantity},'
        f'"amount":{amount},"currency":"{currency}","expires_at":"{rfc3339(expires_ms)}",'
        f'"attempt":{attempt}}}'
    ).encode()


def refused_bytes(refused: Refused) -> bytes:
    """The problem document of a refusal: only the numbers of the attempt change from one to the next."""
    said = _problem_of(refused.verdict)
    if not refused.attempt:
        return said
    more = f', "attempt": {refused.attempt}'
    if refused.gone_attempt and not refused.left:
        more += f', "last_attempt": {refused.gone_attempt}, "last_at": "{rfc3339(refused.gone_ms)}"'
    return said[:-1] + more.encode() + b"}"


@lru_cache
def _problem_of(verdict: Verdict) -> bytes:
    return problem_body(refusal(Refused(verdict)))


def place_json(offer_id: str, place: Place | None, waiting: Waiting) -> dict[str, object]:
    """A viewer's place on an offer's list; null where they are not on it. They are called when the offer's
    `called` has come to their `since`."""
    return {
        "offer_id": offer_id,
        "place": place.place if place else None,
        "ahead": place.place - 1 if place else None,
        "since": rfc3339(place.since_ms) if place else None,
        "waiting": waiting.count,
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
        "placed_at": rfc3339(order.placed_ms),
        "expires_at": rfc3339(order.expires_ms),
        "extended": order.is_extended,
        "attempt": order.attempt,
    }
    if for_operator:
        view |= {"viewer_id": order.buyer, "viewer_name": order.name, "key": order.key}
    return view
