"""The board as the API's socket says it: the tally, and the snapshot of `hello` and `reset`."""

from collections.abc import Sequence

from live.domain.moments import rfc3339
from live.features.orders.presenters import order_json, place_json
from live.features.screens.presenters.views import ON_AIR, Board, OfferView
from live.features.shows.presenters import attendance_json, iso, pages_json
from live.hotpath.stock import Order
from live.hotpath.wait import Place, Waiting


def staff_numbers(board: Board) -> dict[str, object]:
    """As `GET /shows/{id}/tally`; `held` and `paid` in units, money in minor units."""
    n = board.numbers
    return {
        **public_numbers(board),
        **attendance_json(n.attendance),
        "pages": pages_json(board.places),
        "orders": n.orders,
        "units": n.units,
        "held": n.held,
        "paid": n.paid,
        "gmv": n.gmv_placed,
        "gmv_paid": n.gmv_paid,
        "currency": board.show.currency,
        "orders_per_min": n.orders_per_min,
        "keywords": [{"word": word, "count": count} for word, count in board.words],
        "ledger_lag": board.ledger_lag,
        "health": {lamp.name: lamp.state for lamp in board.health},
        "as_of": iso(board.as_of),
    }


def public_numbers(board: Board) -> dict[str, object]:
    """What everyone may know: nothing about money."""
    return {
        "viewers": board.numbers.viewers,
        "peak_viewers": board.numbers.attendance.peak,
        "comments": board.numbers.comments,
        "offers": [_offer(offer) for offer in board.offers if offer.state != "draft"],
        "chain": {"n": board.chain[0], "head": board.chain[1]},
        "as_of": iso(board.as_of),
    }


def now_json(board: Board) -> dict[str, object]:
    """What a box of buttons shows: enough to know what a press would do."""
    on_air = board.current if board.current and board.current.state in ON_AIR else None
    cue = board.host.cue
    return {
        "state": board.show.state,
        "on_air": _named(on_air) if on_air else None,
        "next": _named(board.next) if board.next else None,
        "others": [_named(offer) for offer in board.others],
        "comments_held": board.held_count,
        "cue": {"id": cue.id, "text": cue.text, "acked_at": iso(cue.acked_at)} if cue else None,
        "health": {lamp.name: lamp.state for lamp in board.health},
        "as_of": iso(board.as_of),
    }


def _named(offer: OfferView) -> dict[str, object]:
    item = offer.item
    return {**_offer(offer), "title": item.name, "slot": item.position}


def snapshot(
    board: Board, *, is_staff: bool, own: Sequence[Order], place: Place | None = None
) -> dict[str, object]:
    """Everything a client needs that has nothing yet. `own`, `place`: of a viewer."""
    show = board.show
    state: dict[str, object] = {
        "show": {"id": show.id, "slug": show.slug, "title": show.title, "state": show.state},
        "offers": [_offer(offer) for offer in board.offers if is_staff or offer.state != "draft"],
        "tally": staff_numbers(board) if is_staff else public_numbers(board),
    }
    if own:
        state["order"] = order_json(own[0], for_operator=False)
        state["orders"] = [order_json(order, for_operator=False) for order in own]
    if place and board.awaited:
        state["wait"] = place_json(place.offer, place, Waiting(board.awaited.waiting))
    return state


def _offer(offer: OfferView) -> dict[str, object]:
    return {
        "id": offer.id,
        "item_id": offer.item.id,
        "state": offer.state,
        "price": offer.price,
        "currency": offer.currency,
        "left": offer.left,
        "sold": offer.paid,
        "held": offer.held,
        "quantity": offer.quantity,
        "restocked": offer.restocked,
        "opens_at": iso(offer.opens_at),
        "closes_at": iso(offer.closes_at),
        "waiting": offer.waiting,
        "called": rfc3339(offer.called_ms),
    }
