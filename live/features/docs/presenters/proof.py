"""The audit: that every unit is left, held or paid, in Redis and in SQL alike."""

from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said
from live.features.docs.presenters.schema import ID, Schema, answer, count, many, ref

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
            "id": "5kq0v3m8zt-ox1r6w0ka",
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

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/audit": {
        "parameters": [SHOW_ID],
        "get": call(
            "auditShow", "The proof that nothing was oversold or lost", tag="proof", who=OPERATOR,
            answers={200: said("Audit", "The proof")}, refusals=[400, 404, 503],
        ),
    },
}  # fmt: skip
