"""A line-up again: a copy of a show, templates, and pasted text."""

from live.domain.pasted import TEXT_MAX
from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, in_path, said, sent
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    body,
    count,
    many,
    moment,
    optional,
    ref,
    text,
)
from live.features.line_ups.forms import NAME_MAX
from live.features.shows.forms import TITLE_MAX

PASTE_ABOUT = """\
One product a line: title, price or `price/list price`, `x60` units, `limit 2`, `#SKU`; all but the title may
be left out. A line that begins with a dash is a note for the host of the product above it. All lines or
none: each that could not be read is named in `errors`."""

SCHEMAS: dict[str, Schema] = {
    "ShowCopy": body(
        {
            "title": optional(text(TITLE_MAX)),
            "starts_at": optional(moment("When it is planned to start")),
            "auto_start": optional({"type": "boolean"}),
            "stream_url": optional({"type": "string", "description": "Empty: as the show before"}),
        },
        [],
        {"starts_at": "2026-11-23T12:00:00Z"},
    ),
    "PastedLineUp": body(
        {"text": text(TEXT_MAX)}, ["text"], {"text": "保温杯 99/159 x60 限2 #A1\n- 双层真空"}
    ),
    "LineUpTaken": body({"line_up": ID}, ["line_up"], {"line_up": "l5kq0v3m8zt"}),
    "NewLineUp": body({"name": text(NAME_MAX)}, ["name"], {"name": "周五清仓"}),
    "LinesAdded": answer({"created": count("Lines added at the end")}, {"created": 6}),
    "PastedWarning": {
        "allOf": [ref("Warning"), answer({"sku": {"type": "string"}}, {"sku": "A1"})],
        "description": "Of the line with this SKU",
    },
    "LinesPasted": answer(
        {
            "created": count("Lines added at the end"),
            "warnings": many(
                ref("PastedWarning"), about="What was taken as written, and is probably a slip"
            ),
        },
        {"created": 6, "warnings": []},
    ),
    "LineUpTemplate": answer(
        {
            "id": ID,
            "room_id": ID,
            "name": {"type": "string"},
            "currency": {"type": "string"},
            "items": count(),
            "by": {"type": "string"},
            "created_at": moment("When it was saved"),
        },
        {
            "id": "l5kq0v3m8zt",
            "room_id": "r1",
            "name": "周五清仓",
            "currency": "CNY",
            "items": 6,
            "by": "Lin",
            "created_at": "2026-11-22T12:00:00.000Z",
        },
    ),
    "LineUpTemplates": answer({"line_ups": many(ref("LineUpTemplate"))}, {"line_ups": []}),
    "LineUpGone": answer({"id": ID}, {"id": "l5kq0v3m8zt"}),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/clone": {
        "parameters": [SHOW_ID],
        "post": call(
            "cloneShow", "The same line-up in a new show", tag="items", who=OPERATOR,
            about="Sales are drafts again; orders and comments stay where they were, and so do units that are sold or held: an "
            "item's stock is what is left of it, and its sale of no more than that (of nothing left, as it was).",
            body=sent("ShowCopy", required=False), answers={201: said("Show", "The new show")},
            refusals=[404, 409, 413, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/items/paste": {
        "parameters": [SHOW_ID],
        "post": call(
            "pasteItems", "Add items and their sales as text", tag="items", who=OPERATOR,
            about=PASTE_ABOUT, body=sent("PastedLineUp"),
            answers={201: said("LinesPasted", "All of them")}, refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/line-up": {
        "parameters": [SHOW_ID],
        "post": call(
            "addLineUp", "Add the lines of a template", tag="items", who=OPERATOR,
            body=sent("LineUpTaken"), answers={201: said("LinesAdded", "All of them")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/line-ups": {
        "parameters": [SHOW_ID],
        "post": call(
            "saveLineUp", "Keep the line-up as a template", tag="items", who=OPERATOR,
            about="With what is left of the stock, as a copy has it.",
            body=sent("NewLineUp"), answers={201: said("LineUpTemplate", "The template")},
            refusals=[404, 409, 413, 429, 503],
        ),
    },
    "/api/v1/line-ups": {
        "get": call(
            "listLineUps", "Templates of the rooms in which you may make shows", tag="items",
            who=OPERATOR, answers={200: said("LineUpTemplates", "Newest first")}, refusals=[503],
        ),
    },
    "/api/v1/line-ups/{line_up_id}": {
        "parameters": [in_path("line_up_id", "The template")],
        "delete": call(
            "removeLineUp", "Forget a template", tag="items", who=OPERATOR,
            answers={200: said("LineUpGone", "Which one")}, refusals=[404, 429, 503],
        ),
    },
}  # fmt: skip
