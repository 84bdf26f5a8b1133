"""Lines of the line-up, many at once: an item with the sale that is prepared of it."""

from live.domain.catalogue import NOTES_MAX, STOCK_MAX, TITLE_MAX
from live.domain.doubts import FIELDS
from live.domain.line_up import LINES_MAX
from live.domain.offer import (
    COUNTDOWN_MAX_S,
    DURATION_MAX_S,
    HOLD_MAX_S,
    HOLD_MIN_S,
    LIMIT_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
)
from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    body,
    choice,
    many,
    minor,
    optional,
    ref,
    text,
    whole,
)
from live.features.products.forms import VARIANT_MAX

ABOUT = f"""\
At most {LINES_MAX} lines, all of them or none. Of each only what is sent is changed. New terms of a sale become a new
draft in place of the old one, which a push in flight then misses: nothing is sold at a price that nobody has seen.
Where there was no sale, a price makes one: of all that is free of the stock, one for each buyer, for three minutes. `mark` and the
sale's `id`, as they were read, guard against overwriting somebody else's change. With `preview` nothing is changed,
and the answer says what would be."""

IMAGE: Schema = {
    "type": "string",
    "format": "uri-reference",
    "maxLength": 2_000,
    "description": "An http(s) address, or a picture of ours: one that was sent (/pictures/…), or one under /static/",
}

SCHEMAS: dict[str, Schema] = {
    "SaleTerms": answer(
        {
            "price": minor("Price of one unit", PRICE_MAX),
            "quantity": whole(1, QUANTITY_MAX),
            "per_buyer_limit": whole(1, LIMIT_MAX),
            "duration_s": whole(1, DURATION_MAX_S),
            "hold_s": whole(HOLD_MIN_S, HOLD_MAX_S),
            "countdown_s": whole(0, COUNTDOWN_MAX_S),
        },
        {
            "price": 5900,
            "quantity": 100,
            "per_buyer_limit": 2,
            "duration_s": 180,
            "hold_s": 300,
            "countdown_s": 10,
        },
    ),
    "SaleChange": body(
        {
            "id": {
                "type": "string",
                "maxLength": 64,
                "description": "The draft that was read, empty for none; if it is another by now, 412",
            },
            "price": optional(minor("Price of one unit", PRICE_MAX)),
            "quantity": optional(whole(1, QUANTITY_MAX)),
            "per_buyer_limit": optional(whole(1, LIMIT_MAX)),
            "duration_s": optional(whole(1, DURATION_MAX_S)),
            "hold_s": optional(whole(HOLD_MIN_S, HOLD_MAX_S)),
            "countdown_s": optional(whole(0, COUNTDOWN_MAX_S)),
        },
        [],
        {"price": 4900},
    ),
    "LineChange": body(
        {
            "id": ID,
            "mark": optional(
                {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 64,
                    "description": "Of the item, as it was read",
                }
            ),
            "title": optional(text(TITLE_MAX)),
            "list_price": optional(minor("Price without any offer")),
            "stock": optional(whole(0, STOCK_MAX)),
            "image_url": optional(IMAGE),
            "variant": optional(text(VARIANT_MAX, shortest=0)),
            "notes": optional(text(NOTES_MAX, shortest=0)),
            "sale": optional(ref("SaleChange")),
            "remove": {"type": "boolean", "description": "Take the line out, with its drafts"},
        },
        ["id"],
        {"id": "5kq0v3m8zt-i4m9x2kq7h2ne", "sale": {"price": 4900}},
    ),
    "LineChanges": body(
        {
            "items": {
                "type": "array",
                "items": ref("LineChange"),
                "minItems": 1,
                "maxItems": LINES_MAX,
            },
            "preview": {"type": "boolean", "default": False},
        },
        ["items"],
        {"items": [{"id": "5kq0v3m8zt-i4m9x2kq7h2ne", "sale": {"price": 4900}}], "preview": True},
    ),
    "Warning": answer(
        {
            "field": choice(sorted(set(FIELDS.values())), "Of the item, or of its sale"),
            "code": choice(list(FIELDS)),
            "detail": {"type": "string"},
        },
        {
            "field": "price",
            "code": "far_below",
            "detail": "The sale price is more than 90 % below the list price of ¥129.00",
        },
    ),
    "LineSide": answer(
        {
            "title": {"type": "string"},
            "variant": {"type": "string"},
            "list_price": minor("Price without any offer"),
            "stock": whole(0),
            "image_url": optional({"type": "string"}),
            "notes": {"type": "string"},
            "sale": optional(ref("SaleTerms")),
        },
        {
            "title": "保温杯",
            "variant": "",
            "list_price": 12900,
            "stock": 300,
            "image_url": None,
            "notes": "",
            "sale": None,
        },
    ),
    "ChangedLine": answer(
        {
            "id": ID,
            "before": ref("LineSide"),
            "after": optional(ref("LineSide")),
            "warnings": many(
                ref("Warning"), about="What is probably a slip, and was not there before"
            ),
        },
        {"id": "5kq0v3m8zt-i4m9x2kq7h2ne"},
    ),
    "ChangedLines": answer(
        {
            "changed": many(
                ref("ChangedLine"),
                about="Lines that are another then; `after` is null for one removed",
            ),
            "preview": {"type": "boolean"},
        },
        {"changed": [], "preview": False},
    ),
}

CHANGE_LINES = call(
        "changeLines", "Change many lines at once, or see what that would do", tag="items",
        who=OPERATOR, about=ABOUT, body=sent("LineChanges"),
        answers={200: said("ChangedLines", "What changed, or would")},
        refusals=[404, 409, 412, 503],
    )  # fmt: skip

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/items.csv": {
        "parameters": [SHOW_ID],
        "get": call(
            "exportItems", "The line-up as a CSV", tag="items", who=OPERATOR,
            about="As the import reads it, with the sales that are prepared, and Shopify; a cell that a spreadsheet would run begins with an apostrophe.",
            answers={
                200: {
                    "description": "The file",
                    "content": {"text/csv": {"schema": {"type": "string"}}},
                }
            },
            refusals=[404, 503],
        ),
    },
}  # fmt: skip
