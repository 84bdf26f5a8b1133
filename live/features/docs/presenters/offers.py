"""Offers: draft, push, pause, resume, close, restock, read."""

from live.domain.offer import (
    COUNTDOWN_MAX_S,
    DURATION_MAX_S,
    HOLD_MAX_S,
    HOLD_MIN_S,
    LIMIT_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    OfferState,
)
from live.features.docs.presenters.calls import (
    ANYONE,
    OFFER_ID,
    OPERATOR,
    SHOW_ID,
    call,
    said,
    sent,
)
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    body,
    choice,
    count,
    many,
    minor,
    moment,
    optional,
    ref,
    whole,
)

STATES = choice(list(OfferState))
MOVES = {
    "push": "Put the draft on air: armed with its countdown, or open at once",
    "pause": "Stop selling; the rest of the time is kept",
    "resume": "Sell on, for the rest of the time",
    "close": "End the sale; holds stay payable",
}

MOVE_ABOUT = "A move that is not possible now is 409 `illegal_move` and changes nothing."
PUSH_ABOUT = """
So is a push that the item's stock does not cover beside what its other offers have on sale, held or
sold (a closed offer lets go of what is left): 409 `stock_short`."""
VOID_ABOUT = """\
For a price that should never have been. Broken off by a fault it is asked again and goes on from there; what was given
back before is not counted again. A payment that arrives for an order whose hold had expired before is honoured, as
always: cancel that order then."""
TAKE_BACK_ABOUT = """\
Whoever ordered meanwhile keeps that: their units are not offered again. 409 `illegal_move` for what is not on air."""
AGAIN_ABOUT = """\
On the same terms, with as many units as before or as the item has left. A draft that the item has already is not
doubled: it comes next. 409 `illegal_move` for a sale that is not over, `stock_short` when nothing is left."""
RESTOCK_ABOUT = """\
A cut below what is held and paid is 409 `too_few`, more units than the item's stock covers beside what
its offers have on sale, held or sold is 409 `stock_short`; both change nothing."""

SCHEMAS: dict[str, Schema] = {
    "NewOffer": body(
        {
            "item_id": {"type": "string", "minLength": 1, "maxLength": 64},
            "kind": optional(choice(["flash_sale"], default="flash_sale")),
            "price": minor("Price of one unit", PRICE_MAX),
            "quantity": whole(1, QUANTITY_MAX, "Units; at most the item's stock"),
            "per_buyer_limit": whole(1, LIMIT_MAX, "Units that one buyer may hold and own"),
            "duration_s": whole(1, DURATION_MAX_S, "Seconds it stays open"),
            "hold_s": optional(
                whole(HOLD_MIN_S, HOLD_MAX_S, "Seconds to pay; the house's own when left out")
            ),
            "countdown_s": optional(
                whole(0, COUNTDOWN_MAX_S, "Seconds before it opens", default=0)
            ),
        },
        ["item_id", "price", "quantity", "per_buyer_limit", "duration_s"],
        {
            "item_id": "5kq0v3m8zt-i4m9x2kq7h2ne",
            "kind": "flash_sale",
            "price": 5900,
            "quantity": 100,
            "per_buyer_limit": 2,
            "duration_s": 120,
            "hold_s": 180,
            "countdown_s": 10,
        },
    ),
    "OfferState": answer(
        {
            "id": ID,
            "state": STATES,
            "warnings": many(
                ref("Warning"), about="What was taken as sent, and is probably a slip"
            ),
        },
        {"id": "5kq0v3m8zt-ox1r6w0kah2ne", "state": "draft"},
        sometimes=["warnings"],
    ),
    "Offer": answer(
        {
            "id": ID,
            "state": STATES,
            "left": count("Units that can be bought now"),
            "sold": count("Units paid and not refunded"),
            "held": count("Units held for buyers who have not paid"),
            "quantity": count("Units at first"),
            "restocked": {"type": "integer", "description": "Units added since, or cut (negative)"},
            "opens_at": optional(
                moment("When it opens or opened; null in a draft, and frozen in its countdown")
            ),
            "closes_at": optional(moment("When it closes; null in a draft and while paused")),
        },
        {
            "id": "5kq0v3m8zt-ox1r6w0kah2ne",
            "state": "open",
            "left": 61,
            "sold": 30,
            "held": 9,
            "quantity": 100,
            "restocked": 0,
            "opens_at": "2026-11-22T12:30:00.000Z",
            "closes_at": "2026-11-22T12:32:00.000Z",
        },
    ),
    "Voided": answer(
        {
            "offer_id": ID,
            "cancelled": count("Orders that were held"),
            "refunded": count("Orders that were paid"),
            "refunded_minor": count("What the latter came to, in minor units"),
        },
        {
            "offer_id": "5kq0v3m8zt-ox1r6w0kah2ne",
            "cancelled": 3,
            "refunded": 12,
            "refunded_minor": 7080,
        },
    ),
    "TakenBack": {
        "allOf": [
            ref("Offer"),
            answer(
                {
                    "draft": optional(
                        {**ID, "description": "What comes next; null: nothing is left"}
                    )
                },
                {"draft": "5kq0v3m8zt-o2b7r1m4ch2ne"},
            ),
        ]
    },
    "Again": answer(
        {"id": ID, "state": {"const": "draft"}, "quantity": {"type": "integer", "minimum": 1}},
        {"id": "5kq0v3m8zt-o2b7r1m4ch2ne", "state": "draft", "quantity": 48},
    ),
    "Restock": body(
        {
            "delta": {
                "type": "integer",
                "minimum": -QUANTITY_MAX,
                "maximum": QUANTITY_MAX,
                "not": {"const": 0},
                "description": "Units to add; negative: units to cut, of those that are left",
            }
        },
        ["delta"],
        {"delta": 20},
    ),
}


def _move(verb: str, summary: str) -> Schema:
    return {
        "parameters": [OFFER_ID],
        "post": call(
            f"{verb}Offer", summary, tag="offers", who=OPERATOR,
            about=MOVE_ABOUT + (PUSH_ABOUT if verb == "push" else ""),
            answers={200: said("Offer", "The offer now")}, refusals=[400, 404, 409, 429, 503],
        ),
    }  # fmt: skip


PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/offers": {
        "parameters": [SHOW_ID],
        "post": call(
            "draftOffer", "Prepare a sale", tag="offers", who=OPERATOR, body=sent("NewOffer"),
            answers={201: said("OfferState", "The draft")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/offers/{offer_id}": {
        "parameters": [OFFER_ID],
        "get": call(
            "readOffer", "State and stock now", tag="offers", who=ANYONE,
            answers={200: said("Offer", "The offer now")}, refusals=[400, 404, 503],
        ),
    },
    "/api/v1/offers/{offer_id}/restock": {
        "parameters": [OFFER_ID],
        "post": call(
            "restockOffer", "Add units, or cut units that nobody holds", tag="offers",
            who=OPERATOR, body=sent("Restock"), answers={200: said("Offer", "The offer now")},
            about=RESTOCK_ABOUT,
            refusals=[404, 409, 429, 503],
        ),
    },
    **{f"/api/v1/offers/{{offer_id}}/{verb}": _move(verb, text) for verb, text in MOVES.items()},
    "/api/v1/offers/{offer_id}/take-back": {
        "parameters": [OFFER_ID],
        "post": call(
            "takeBackOffer", "Take a push back: the sale ends, and is prepared again as what comes next",
            tag="offers", who=OPERATOR, about=TAKE_BACK_ABOUT,
            answers={200: said("TakenBack", "The offer as it ended, and the draft")},
            refusals=[400, 404, 409, 429, 503],
        ),
    },
    "/api/v1/offers/{offer_id}/again": {
        "parameters": [OFFER_ID],
        "post": call(
            "sellAgain", "Prepare a sale that is over once more, as what comes next",
            tag="offers", who=OPERATOR, about=AGAIN_ABOUT,
            answers={201: said("Again", "The draft")}, refusals=[400, 404, 409, 429, 503],
        ),
    },
    "/api/v1/offers/{offer_id}/void": {
        "parameters": [OFFER_ID],
        "post": call(
            "voidOffer", "Void a sale: it ends, what is held is cancelled, what is paid is refunded",
            tag="offers", who=OPERATOR, about=VOID_ABOUT,
            answers={200: said("Voided", "What was given back")}, refusals=[400, 404, 409, 503],
        ),
    },
}  # fmt: skip
