"""The line-up: add an item, edit it, import a shop's export."""

from live.domain.catalogue import NOTES_MAX, SKU_MAX, STOCK_MAX, TITLE_MAX
from live.domain.catalogue_cells import Reason
from live.features.docs.presenters.calls import (
    IF_MATCH,
    ITEM_ID,
    OPERATOR,
    SHOW_ID,
    call,
    said,
    sent,
)
from live.features.docs.presenters.lines import CHANGE_LINES, IMAGE
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    amount,
    answer,
    body,
    choice,
    count,
    many,
    minor,
    optional,
    ref,
    text,
    whole,
)
from live.features.products.forms import VARIANT_MAX, VARIANTS_MAX

CSV_ABOUT = """\
A CSV as Shopify exports products: UTF-8, UTF-16 or GB 18030; at most 8 MiB and 100,000 lines. A line is
taken or rejected as a whole; an item with the same SKU and variant is updated, unless its offers have
more units on sale, held or sold than the line's stock. The body is the file itself, or a form with the
field `file`.

Columns that no shop has prepare the item's sale, all optional: `Sale Price`, `Sale Units`, `Limit per Buyer`,
`Sale Seconds`, `Countdown Seconds`, `Hold Seconds` (a time may stand as `3:00`). An empty cell leaves a term as
it is, a line with all of them empty the sale. A first sale needs a price, and is of all that is free of the
stock, one for each buyer, for three minutes, unless the line says otherwise. A sale that was pushed is not
touched: other terms become a new draft, the same ones none. What is wrong with a sale rejects its line."""
EDIT_ABOUT = """\
Only what is sent is changed; null leaves a value as it is. Less stock than the item's offers have on
sale, held or sold is 409 `stock_short` and changes nothing. An item without a variant of its own gets no
further ones: it would stand beside them as one of them."""

SCHEMAS: dict[str, Schema] = {
    "NewItem": body(
        {
            "sku": text(SKU_MAX),
            "title": text(TITLE_MAX),
            "variant": optional(text(VARIANT_MAX, "Size, colour", shortest=0)),
            "variants": optional(
                {
                    "type": "array",
                    "maxItems": VARIANTS_MAX,
                    "description": "One item is made for each, all or none; all names, or all objects",
                    "anyOf": [
                        {"items": text(VARIANT_MAX)},
                        {"minItems": 1, "items": ref("NewVariant")},
                    ],
                }
            ),
            "list_price": minor("Price without any offer"),
            "stock": whole(0, STOCK_MAX, "Units that offers may sell"),
            "image_url": optional(IMAGE),
            "notes": optional(text(NOTES_MAX, "For the host", shortest=0)),
        },
        ["sku", "title", "list_price", "stock"],
        {
            "sku": "A1",
            "title": "保温杯",
            "list_price": 12900,
            "stock": 300,
            "variants": ["红", "蓝"],
        },
    ),
    "NewVariant": body(
        {
            "variant": text(VARIANT_MAX, "Size, colour"),
            "sku": optional(text(SKU_MAX, "Its own; else the item's")),
            "stock": optional(whole(0, STOCK_MAX, "Its own; else the item's")),
        },
        ["variant"],
        {"variant": "红", "sku": "A1-R", "stock": 120},
    ),
    "FurtherVariant": body(
        {
            "variant": text(VARIANT_MAX, "Size, colour"),
            "sku": optional(text(SKU_MAX, "Its own; else the item's")),
            "stock": whole(0, STOCK_MAX, "Units that offers may sell"),
        },
        ["variant", "stock"],
        {"variant": "蓝", "stock": 120},
    ),
    "ItemVariant": answer(
        {"id": ID, "variant": {"type": "string"}, "position": whole(1)},
        {"id": "5kq0v3m8zt-i4m9x2kq7h2ne", "variant": "红", "position": 1},
    ),
    "Item": answer(
        {
            "id": ID,
            "position": whole(1, about="In the line-up"),
            "variants": many(ref("ItemVariant"), about="When there is more than one"),
        },
        {"id": "5kq0v3m8zt-i4m9x2kq7h2ne", "position": 1},
        sometimes=["variants"],
    ),
    "ItemEdit": body(
        {
            "title": optional(text(TITLE_MAX)),
            "list_price": optional(minor("Price without any offer")),
            "stock": optional(
                whole(0, STOCK_MAX, "Units that offers may sell, sold ones included")
            ),
            "image_url": optional(IMAGE),
            "variant": optional(text(VARIANT_MAX, shortest=0)),
            "variants": optional(
                {
                    "type": "array",
                    "maxItems": VARIANTS_MAX,
                    "description": "Further variants: new items below it, alike but for what is said; with the sale it had last, of all their units",
                    "items": ref("FurtherVariant"),
                }
            ),
            "notes": optional(text(NOTES_MAX, shortest=0)),
        },
        [],
        {"stock": 500},
    ),
    "EditedItem": answer(
        {
            "id": ID,
            "position": whole(1, about="In the line-up"),
            "sku": {"type": "string"},
            "variant": {"type": "string"},
            "title": {"type": "string"},
            "list_price": amount("Price without any offer"),
            "stock": count("Units that offers may sell, sold ones included"),
            "image_url": optional({"type": "string"}),
            "notes": {"type": "string"},
            "mark": {"type": "string", "description": "For If-Match: it changes with the item"},
        },
        {
            "id": "5kq0v3m8zt-i4m9x2kq7h2ne",
            "position": 1,
            "sku": "A1",
            "variant": "",
            "title": "保温杯",
            "list_price": 12900,
            "stock": 500,
            "image_url": None,
            "notes": "",
            "mark": "1f6c07a9d24be583",
        },
    ),
    "ItemNow": {
        "allOf": [
            ref("EditedItem"),
            answer(
                {
                    "warnings": many(
                        ref("Warning"), about="What is probably a slip, and was not there before"
                    ),
                    "variants": many(ref("ItemVariant"), about="Those that were added"),
                },
                {"warnings": []},
                sometimes=["variants"],
            ),
        ]
    },
    "DraftSale": {
        "allOf": [ref("SaleTerms"), answer({"id": ID}, {"id": "5kq0v3m8zt-ox1r6w0kah2ne"})],
        "description": "The sale that is prepared",
    },
    "Line": {
        "allOf": [
            ref("EditedItem"),
            answer({"sale": optional(ref("DraftSale"))}, {"sale": None}),
        ]
    },
    "LineUp": answer({"items": many(ref("Line"), about="In their order")}, {"items": []}),
    "NewOrderOfItems": body(
        {
            "items": many(ID, about="All items of the show, in the order wanted"),
            "seen": optional(
                many(
                    ID, about="In the order that this one was made of; if it is another by now, 412"
                )
            ),
        },
        ["items"],
        {"items": ["5kq0v3m8zt-i4m9x2kq7h2ne"]},
    ),
    "OrderOfItems": answer({"items": many(ID)}, {"items": ["5kq0v3m8zt-i4m9x2kq7h2ne"]}),
    "RejectedLine": answer(
        {
            "line": whole(2, about="As a text editor counts, the header included"),
            "reason": choice(list(Reason)),
        },
        {"line": 4, "reason": "bad_price"},
    ),
    "Import": answer(
        {
            "created": count(),
            "updated": count(),
            "sales": count("Sales that were made or changed"),
            "rejected": many(ref("RejectedLine")),
            "notes": many(
                ref("RejectedLine"), about="Lines that were taken, without what was wrong"
            ),
        },
        {"created": 41, "updated": 2, "rejected": [{"line": 4, "reason": "bad_price"}]},
        sometimes=["notes", "sales"],
    ),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/items": {
        "parameters": [SHOW_ID],
        "get": call(
            "listItems", "The line-up", tag="items", who=OPERATOR,
            answers={200: said("LineUp", "All items, in their order")}, refusals=[404, 503],
        ),
        "post": call(
            "addItem", "Add an item to the line-up", tag="items", who=OPERATOR,
            body=sent("NewItem"), answers={201: said("Item", "The item, or the first variant")},
            refusals=[404, 409, 429, 503],
        ),
        "patch": CHANGE_LINES,
    },
    "/api/v1/items/{item_id}": {
        "parameters": [ITEM_ID],
        "patch": call(
            "editItem", "Correct an item, also while the show is on air", tag="items", who=OPERATOR,
            about=EDIT_ABOUT, body=sent("ItemEdit"), parameters=[IF_MATCH],
            answers={200: said("ItemNow", "The item now")}, refusals=[404, 409, 412, 503],
        ),
    },
    "/api/v1/shows/{show_id}/items/order": {
        "parameters": [SHOW_ID],
        "post": call(
            "orderItems", "Put the line-up in another order", tag="items", who=OPERATOR,
            body=sent("NewOrderOfItems"), answers={200: said("OrderOfItems", "The order now")},
            refusals=[404, 409, 412, 503],
        ),
    },
    "/api/v1/shows/{show_id}/items/import": {
        "parameters": [SHOW_ID],
        "post": call(
            "importItems", "Import products from a CSV", tag="items", who=OPERATOR,
            about=CSV_ABOUT,
            body={
                "required": True,
                "content": {
                    "text/csv": {
                        "schema": {"type": "string"},
                        "example": "Handle,Title,Variant Price,Variant SKU\ncup,保温杯,129.00,A1\n",
                    },
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "properties": {"file": {"type": "string", "format": "binary"}},
                            "required": ["file"],
                        }
                    },
                },
            },
            answers={201: said("Import", "What became of the lines")},
            refusals=[404, 409, 429, 503],
        ),
    },
}  # fmt: skip
