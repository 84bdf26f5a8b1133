"""Orders: place, read, pay, cancel, list."""

from live.domain.offer import LIMIT_MAX
from live.domain.order import OrderState
from live.features.docs.presenters.calls import (
    EITHER,
    IDEMPOTENCY_KEY,
    OFFER_ID,
    OPERATOR,
    ORDER_ID,
    SHOW_ID,
    VIEWER,
    call,
    in_query,
    said,
    sent,
)
from live.features.docs.presenters.schema import (
    CURRENCY,
    ID,
    Schema,
    amount,
    answer,
    body,
    choice,
    count,
    many,
    moment,
    optional,
    ref,
    whole,
)
from live.features.orders.forms import AFTER_MAX, PAGE_MAX

TAKEN: dict[str, object] = {
    "id": "5kq0v3m8zt-1vtq0x4m29kd7wz5pfa",
    "state": "held",
    "offer_id": "5kq0v3m8zt-ox1r6w0kah2ne",
    "quantity": 1,
    "amount": 5900,
    "currency": "CNY",
    "expires_at": "2026-11-22T12:33:00.000Z",
    "attempt": 12,
}
FIELDS: dict[str, object] = {
    "id": ID,
    "state": choice(list(OrderState)),
    "offer_id": ID,
    "quantity": whole(1, LIMIT_MAX),
    "amount": amount("Price of all units"),
    "currency": CURRENCY,
    "expires_at": moment("Until when it can be paid for certain"),
    "attempt": count("Its place among all attempts at the offer, 1 for the first"),
}
FULL: dict[str, object] = {
    **FIELDS,
    "extended": {"type": "boolean", "description": "Its hold has grown, as it may once"},
    "placed_at": moment("When the units were taken"),
    "viewer_id": {"type": "string", "description": "To operators only"},
    "viewer_name": {"type": "string", "description": "To operators only"},
    "key": {"type": "string", "description": "The Idempotency-Key; to operators only"},
}

PLACE_ABOUT = """\
Units are held for the buyer until `expires_at`. The same key again is answered with the first answer,
word for word. 409: `sold_out`, `limit_reached`, `not_open`, `ended`, `key_reused` (same key, other
body); nothing was taken then, and save for `key_reused` the same key may be tried again. A refusal names
the `attempt`, and where all is gone `last_attempt` and `last_at`: which attempt got the last unit, and
when."""
PAY_ABOUT = """\
Paying twice is paying once. A payment after the hold ran out is honoured from stock that is left, else
the order is `refunded`."""
CANCEL_ABOUT = """\
Units go back on sale. An operator's cancel of a paid order refunds it."""
EXTEND_ABOUT = """\
The hold ends later by its own length (the offer's `hold_s`), once, while the order is held, its time is not
over and the show is on air. Asked again, the answer is the same: `expires_at` is the new end, `extended` is
true. Who names in the body the end that they want to move is told when it is the new one already: 409
`extended`, for a second extension there is not. 409 `ended`: the show is over; `illegal_move`: the order is
not held any more. The first answer to the order's key stays what it was, word for word."""
WAIT_ABOUT = """\
For a sale that is sold out, or whose last units are held. Nothing is ordered, held or charged, and being
called is no promise: whoever is quicker buys. When units come back (a hold ran out, a cancel, a restock)
those are called who came first, three for each unit: `called` of the offer in the `tally` event says up to
whose `since`. 200 for who waits already. Whoever orders is off the list within moments, however they order. A
list is gone when its sale closes, or when Redis had to be rebuilt. 409: `some_left` (order instead),
`limit_reached`, `not_open`, `ended`, `wait_full`."""

SCHEMAS: dict[str, Schema] = {
    "NewOrder": body({"quantity": whole(1, LIMIT_MAX)}, ["quantity"], {"quantity": 1}),
    "MoreTime": body(
        {"expires_at": optional(moment("The end that is to be moved, as it was read"))},
        [],
        {"expires_at": "2026-11-22T12:33:00.000Z"},
    ),
    "Place": answer(
        {
            "offer_id": ID,
            "place": optional(whole(1, about="Place on the list; null: not on it")),
            "ahead": optional(count("So many came before")),
            "since": optional(moment("Called when the offer's `called` has come to it")),
            "waiting": count("Viewers on the list"),
        },
        {
            "offer_id": TAKEN["offer_id"],
            "place": 12,
            "ahead": 11,
            "since": "2026-11-22T12:31:07.250Z",
            "waiting": 37,
        },
    ),
    "TakenOrder": answer({**FIELDS, "state": choice([OrderState.HELD])}, TAKEN),
    "Order": answer(
        FULL,
        {**TAKEN, "state": "paid", "extended": False, "placed_at": "2026-11-22T12:30:00.120Z"},
        sometimes=["viewer_id", "viewer_name", "key"],
    ),
    "Orders": answer(
        {
            "orders": many(ref("Order"), PAGE_MAX, "In the order in which they were placed"),
            "next": optional(
                {"type": "string", "description": "`after` of the next page; null on the last one"}
            ),
        },
        {"orders": [], "next": None},
    ),
}


def _settle(verb: str, summary: str, about: str) -> Schema:
    return {
        "parameters": [ORDER_ID],
        "post": call(
            f"{verb}Order", summary, tag="orders", who=EITHER, about=about,
            answers={200: said("Order", "The order now")},
            refusals=[400, 404, 409, 429, 503],
        ),
    }  # fmt: skip


PATHS: dict[str, object] = {
    "/api/v1/offers/{offer_id}/orders": {
        "parameters": [OFFER_ID],
        "post": call(
            "placeOrder", "Take units", tag="orders", who=VIEWER, about=PLACE_ABOUT,
            parameters=[IDEMPOTENCY_KEY], body=sent("NewOrder"),
            answers={201: said("TakenOrder", "The order, held")}, refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/offers/{offer_id}/wait": {
        "parameters": [OFFER_ID],
        "post": call(
            "waitForOffer", "Be told when units come back", tag="orders", who=VIEWER,
            about=WAIT_ABOUT,
            answers={200: said("Place", "One's place"), 201: said("Place", "One's new place")},
            refusals=[400, 404, 409, 429, 503],
        ),
        "get": call(
            "readPlace", "One's place on the list", tag="orders", who=VIEWER,
            answers={200: said("Place", "One's place")}, refusals=[400, 404, 503],
        ),
        "delete": call(
            "stopWaiting", "Be told no more", tag="orders", who=VIEWER,
            answers={204: {"description": "On the list no more"}}, refusals=[400, 404, 503],
        ),
    },
    "/api/v1/orders/{order_id}": {
        "parameters": [ORDER_ID],
        "get": call(
            "readOrder", "An order of one's own, or any for an operator", tag="orders", who=EITHER,
            answers={200: said("Order", "The order now")}, refusals=[400, 404, 503],
        ),
    },
    "/api/v1/orders/{order_id}/pay": _settle("pay", "Pay", PAY_ABOUT),
    "/api/v1/orders/{order_id}/cancel": _settle("cancel", "Give the units back", CANCEL_ABOUT),
    "/api/v1/orders/{order_id}/extend": {
        "parameters": [ORDER_ID],
        "post": call(
            "extendOrder", "More time to pay, once", tag="orders", who=EITHER, about=EXTEND_ABOUT,
            body=sent("MoreTime", required=False),
            answers={200: said("Order", "The order, held until its new end")},
            refusals=[400, 404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/orders": {
        "parameters": [SHOW_ID],
        "get": call(
            "listOrders", "All orders of a show, from the database", tag="orders", who=OPERATOR,
            parameters=[
                in_query("state", "Only those in this state now", choice(list(OrderState))),
                in_query("after", "`next` of the page before", whole(0, AFTER_MAX, default=0)),
                in_query("limit", "Orders on a page", whole(1, PAGE_MAX, default=100)),
            ],
            answers={200: said("Orders", "A page")}, refusals=[400, 404, 422, 503],
        ),
    },
}  # fmt: skip
