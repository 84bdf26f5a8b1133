"""The audit: that every unit is left, held or paid, in Redis and in SQL alike."""

from live.features.audit.forms import AFTER_MAX, PAGE_MAX
from live.features.docs.presenters.calls import (
    EITHER,
    OPERATOR,
    ORDER_ID,
    SHOW_ID,
    call,
    in_query,
    said,
)
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    count,
    many,
    moment,
    optional,
    ref,
    whole,
)

_AFTER = in_query("after", "`next` of the page before", whole(0, AFTER_MAX, default=0))
_LIMIT = in_query("limit", "Acts on a page", whole(1, PAGE_MAX, default=100))

SCHEMAS: dict[str, Schema] = {
    "AuditedOffer": answer(
        {
            "id": ID,
            "quantity": count("Units at first"),
            "restocked": {"type": "integer", "description": "Units added since, or cut (negative)"},
            "left": count(),
            "held": count(),
            "paid": count(),
            "expired": count("Units whose holds ran out; they are back in `left`"),
            "cancelled": count("Units given back before payment; they are back in `left`"),
            "refunded": count("Units of refunded orders"),
            "difference": {
                "type": "integer",
                "description": "quantity + restocked − left − held − paid: 0, at all times",
            },
        },
        {
            "id": "5kq0v3m8zt-ox1r6w0kah2ne",
            "quantity": 100,
            "restocked": 0,
            "left": 61,
            "held": 9,
            "paid": 30,
            "expired": 3,
            "cancelled": 1,
            "refunded": 0,
            "difference": 0,
        },
    ),
    "Receipt": answer(
        {
            "order_id": ID,
            "show_id": ID,
            "n": count("The number of its entry, 1 for the show's first"),
            "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "line": {"type": "string", "description": "The entry itself, as it was hashed"},
        },
        {
            "order_id": "5kq0v3m8zt-1vtq0x4m29kd7wz5pfa",
            "show_id": "5kq0v3m8zt",
            "n": 12,
            "hash": "9f" * 32,
            "line": '{"n":12,"seq":14,"at_ms":1795336200120,"kind":"take"}',
        },
    ),
    "Act": answer(
        {
            "at": moment("Redis time of the act"),
            "actor": {"type": "string", "description": "Who, by the name of the account or token"},
            "verb": {
                "type": "string",
                "description": "What: `noun:verb`",
                "pattern": "^[a-z_]+:[a-z_]+$",
            },
            "detail": {
                "type": "string",
                "description": "To whom or what: an id, or the new value. Of an edit one more line a changed field: its name and `[before, after]`",
            },
            "result": {
                "type": "string",
                "description": "`ok`, or the code of the problem with which it was refused",
            },
            "why": {
                "type": "object",
                "description": "Values that belong to that problem, such as the units left",
            },
            "ms": count("Milliseconds until it was done, or refused"),
        },
        {
            "at": "2026-11-22T12:31:07.250Z",
            "actor": "Ann",
            "verb": "viewer:mute",
            "detail": "vmsfwnzm5xykhxyxb",
            "result": "ok",
            "why": {},
            "ms": 3,
        },
    ),
    "Acts": answer(
        {
            "acts": many(ref("Act"), PAGE_MAX, "Oldest first"),
            "next": optional(
                {"type": "string", "description": "`after` of the next page; null: no more"}
            ),
        },
        {"acts": [], "next": None},
    ),
    "Audit": answer(
        {
            "offers": many(ref("AuditedOffer"), about="Every offer that was ever on air"),
            "ledger_lag": count("Facts that are not in the database yet"),
            "ok": {
                "type": "boolean",
                "description": "No difference anywhere, and the ledger has caught up",
            },
        },
        {"offers": [], "ledger_lag": 0, "ok": True},
    ),
}

ACTS_ABOUT = """\
What changed something is an act, and so is what was refused. It can be read here within a second, and on after the show."""
EXPORT_ABOUT = """\
Every entry of the show's stock, one a line, each with the hash of its line and of the entry before.
`live verify` recomputes the whole sale from it, with nothing but the standard library. Buyers stand in it
by a mark that only they and the shop can tell."""
RECEIPT_ABOUT = """\
The order's place in the show's chain: the entry that took it. Paying makes an entry of its own, later, which
`live verify` names. Written within a second of the order; until then 503
`not_now`, the order being safe all the same."""

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/audit": {
        "parameters": [SHOW_ID],
        "get": call(
            "auditShow", "The proof that nothing was oversold or lost", tag="proof", who=OPERATOR,
            answers={200: said("Audit", "The proof")}, refusals=[400, 404, 503],
        ),
    },
    "/api/v1/shows/{show_id}/acts": {
        "parameters": [SHOW_ID],
        "get": call(
            "listActs", "What the crew did: sales, rules, comments, viewers", tag="proof",
            who=OPERATOR, about=ACTS_ABOUT, parameters=[_AFTER, _LIMIT],
            answers={200: said("Acts", "A page")}, refusals=[400, 404, 422, 503],
        ),
    },
    "/api/v1/shows/{show_id}/ledger": {
        "parameters": [SHOW_ID],
        "get": call(
            "exportLedger", "The show's stock ledger, as a hash chain", tag="proof", who=OPERATOR,
            about=EXPORT_ABOUT,
            answers={
                200: {
                    "description": "The export",
                    "content": {"text/plain": {"schema": {"type": "string"}}},
                }
            },
            refusals=[400, 404, 503],
        ),
    },
    "/api/v1/orders/{order_id}/receipt": {
        "parameters": [ORDER_ID],
        "get": call(
            "readReceipt", "Where an order stands in the chain", tag="proof", who=EITHER,
            about=RECEIPT_ABOUT, answers={200: said("Receipt", "Its place")},
            refusals=[400, 404, 503],
        ),
    },
}  # fmt: skip
