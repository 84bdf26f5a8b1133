"""The line-up: add an item, import a shop's export."""

from live.domain.catalogue import SKU_MAX, STOCK_MAX, TITLE_MAX, Reason
from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import (
    ID,
    Schema,
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
from live.features.products.forms import NOTES_MAX, VARIANT_MAX, VARIANTS_MAX

CSV_ABOUT = """\
A CSV as Shopify exports products: UTF-8, UTF-16 or GB 18030; at most 8 MiB and 100,000 lines. A line is
taken or rejected as a whole; an item with the same SKU and variant is updated. The body is the file
itself, or a form with the field `file`."""
IMAGE: Schema = {
    "type": "string",
    "format": "uri-reference",
    "maxLength": 2_000,
    "description": "An http(s) address, or a picture of ours under /static/",
}

SCHEMAS: dict[str, Schema] = {
    "NewItem": body(
        {
            "sku": text(SKU_MAX),
            "title": text(TITLE_MAX),
            "variant": optional(text(VARIANT_MAX, "Size, colour", shortest=0)),
            "variants": optional(
                many(text(VARIANT_MAX), VARIANTS_MAX, "One item is made for each, all or none")
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
    "ItemVariant": answer(
        {"id": ID, "variant": {"type": "string"}, "position": whole(1)},
        {"id": "5kq0v3m8zt-i4m9x2kq7", "variant": "红", "position": 1},
    ),
    "Item": answer(
        {
            "id": ID,
            "position": whole(1, about="In the line-up"),
            "variants": many(ref("ItemVariant"), about="When there is more than one"),
        },
        {"id": "5kq0v3m8zt-i4m9x2kq7", "position": 1},
        sometimes=["variants"],
    ),
    "RejectedLine": answer(
        {
            "line": whole(2, about="As a text editor counts, the header included"),
            "reason": choice(list(Reason)),
        },
        {"line": 4, "reason": "bad_price"},
    ),
    "Import": answer(
        {"created": count(), "updated": count(), "rejected": many(ref("RejectedLine"))},
        {"created": 41, "updated": 2, "rejected": [{"line": 4, "reason": "bad_price"}]},
    ),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/items": {
        "parameters": [SHOW_ID],
        "post": call(
            "addItem", "Add an item to the line-up", tag="items", who=OPERATOR,
            body=sent("NewItem"), answers={201: said("Item", "The item, or the first variant")},
            refusals=[404, 409, 429, 503],
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
