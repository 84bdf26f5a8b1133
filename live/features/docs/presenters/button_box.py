"""What a box of buttons calls: a Stream Deck, a foot switch, a script."""

from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said, sent
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
    whole,
)

NOW_ABOUT = """\
Small enough to be asked for once a second; the events of `/shows/{id}/events` tell when it changes. `slot`
is the number of the line in the line-up."""
NEXT_ABOUT = """\
Nothing is sold by it. One of the three, or none: then the line-up says what comes next. Once it is on air,
the line-up says so again."""
TAKE_ABOUT = """\
The TAKE key. With `expect` exactly that offer, or 412 when another one comes next by now. Without it a
second press within a second is 409 `pushed_twice`. What is on sale stays on sale unless `end_others`."""
OUT_OF_LINE: Schema = {
    "allOf": [ref("Offer")],
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "slot": whole(1, about="The line in the line-up"),
        "item_id": ID,
    },
    "required": ["title", "slot", "item_id"],
}

SCHEMAS: dict[str, Schema] = {
    "OfferInLine": OUT_OF_LINE,
    "Now": answer(
        {
            "state": {"type": "string", "enum": ["planned", "live", "ended"]},
            "on_air": optional(ref("OfferInLine")),
            "next": optional(ref("OfferInLine")),
            "others": many(ref("OfferInLine"), about="On sale beside the one on air"),
            "comments_held": count("Comments that wait for an approval"),
            "cue": optional(
                {
                    "type": "object",
                    "properties": {
                        "id": ID,
                        "text": {"type": "string"},
                        "acked_at": optional(moment("When the host has read it")),
                    },
                    "required": ["id", "text", "acked_at"],
                }
            ),
            "health": {"type": "object", "additionalProperties": {"type": "string"}},
            "as_of": moment("When this was so"),
        },
        {
            "state": "live",
            "on_air": None,
            "next": None,
            "others": [],
            "comments_held": 0,
            "cue": None,
            "health": {"redis": "ok"},
            "as_of": "2026-11-22T12:31:00.000Z",
        },
    ),
    "NewNext": body(
        {
            "offer_id": {**ID, "description": "A draft of this show"},
            "step": {"type": "integer", "description": "So many drafts on; negative: back"},
            "slot": whole(1, about="The draft of this line of the line-up"),
        },
        [],
        {"slot": 3},
    ),
    "Take": body(
        {
            "expect": {**ID, "description": "The offer that is meant"},
            "end_others": optional({"type": "boolean", "default": False}),
        },
        [],
        {"expect": "5kq0v3m8zt-ox1r6w0kah2ne"},
    ),
    "Frozen": answer({"paused": many(ID, about="The sales that it paused")}, {"paused": []}),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/now": {
        "parameters": [SHOW_ID],
        "get": call(
            "readNow", "What is on air, and what comes next", tag="offers", about=NOW_ABOUT,
            who=OPERATOR, answers={200: said("Now", "At this moment")}, refusals=[404, 503],
        ),
    },
    "/api/v1/shows/{show_id}/next": {
        "parameters": [SHOW_ID],
        "post": call(
            "setNext", "Say what comes next", tag="offers", about=NEXT_ABOUT, who=OPERATOR,
            body=sent("NewNext"), answers={200: said("Now", "At this moment")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/take": {
        "parameters": [SHOW_ID],
        "post": call(
            "takeNext", "Put on air what comes next", tag="offers", about=TAKE_ABOUT, who=OPERATOR,
            body=sent("Take", required=False), answers={200: said("Offer", "The offer now")},
            refusals=[404, 409, 412, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/freeze": {
        "parameters": [SHOW_ID],
        "post": call(
            "freezeShow", "Pause everything that is on sale, at once", tag="offers", who=OPERATOR,
            about="Held orders stay payable. Each of the sales is resumed by itself.",
            answers={200: said("Frozen", "What stands still now")}, refusals=[404, 429, 503],
        ),
    },
}  # fmt: skip
