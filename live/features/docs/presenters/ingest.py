"""Comments of other platforms."""

from live.domain.comment import SHOP, TIP_MAX
from live.features.comments.forms import COMMENT_MAX, NAME_MAX
from live.features.docs.presenters.calls import ANYONE, OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import (
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
from live.features.ingest.forms import BATCH_MAX, ID_MAX

ABOUT = """\
One bad message never loses the others: each that is not taken stands in `refused` with its place in the
batch. A message is known by its platform and `message_id`, so the same batch may be sent again after any
error; what is in the show already counts as a duplicate. Comments count against a rate of their own.
"""
OUTSIDE_ID: Schema = {"type": ["string", "integer"], "minLength": 1, "maxLength": ID_MAX}
KEY: Schema = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The show's ingest key, as `readIngestAddress` gives it",
    "schema": {"type": "string", "pattern": r"^[a-z0-9]{1,64}(\.[0-9]{1,9})?\.[A-Za-z0-9_-]{43}$"},
}


def _any(schema: str) -> Schema:
    """A batch: one that is not as it should be is refused by itself, not the whole."""
    return many({"anyOf": [ref(schema), {}]}, BATCH_MAX)


SCHEMAS: dict[str, Schema] = {
    "OutsideComments": body(
        {
            "platform": {
                "type": "string",
                "pattern": "^[a-z0-9_]{1,20}$",
                "not": {"const": SHOP},
                "description": "Not `shop`: so the crew's own replies are marked",
            },
            "comments": _any("OutsideComment"),
        },
        ["platform", "comments"],
        {
            "platform": "douyin",
            "comments": [
                {"message_id": "7291", "user_id": "u88", "name": "小南", "text": "想要 扣1"}
            ],
        },
        may_have_more=True,
    ),
    "OutsideComment": body(
        {
            "message_id": {**OUTSIDE_ID, "description": "What tells a repetition"},
            "user_id": {**OUTSIDE_ID, "description": "Who says it, as the platform knows them"},
            "name": optional(text(NAME_MAX, "Empty or left out: nameless", shortest=0)),
            "text": optional(text(COMMENT_MAX, "May be left out beside a tip", shortest=0)),
            "tip": optional(text(TIP_MAX, "What was paid to have it said: `$5.00`", shortest=0)),
            "at": optional(moment("When it was said there; a show counts by when it comes in")),
        },
        ["message_id", "user_id"],
        {"message_id": "7291", "user_id": "u88", "name": "小南", "text": "想要 扣1"},
        may_have_more=True,
    ),
    "SocialStreamMessage": {
        "type": "object",
        "description": "As Social Stream Ninja posts it; all other fields are ignored",
        "properties": {
            "type": {"description": "The platform"},
            "chatname": {"description": "Who says it"},
            "userid": {"description": "The same, as the platform knows them"},
            "chatmessage": {"description": "HTML, unless `textonly`"},
            "hasDonation": {"description": "What was paid to have it said, in words"},
            "event": {"description": "What is no viewer's word is left out: joins, likes, follows"},
        },
        "anyOf": [
            {"required": ["chatname"]},
            {"required": ["chatmessage"]},
            {"required": ["type", "event"]},
        ],
        "examples": [
            {
                "chatname": "Mia",
                "chatmessage": "want one",
                "type": "tiktok",
                "userid": "m7",
                "id": 4,
            }
        ],
    },
    "Ingest": {
        "anyOf": [
            ref("OutsideComments"),
            ref("SocialStreamMessage"),
            {**_any("SocialStreamMessage"), "contains": ref("SocialStreamMessage")},
            {"type": "array", "maxItems": 0},
        ]
    },
    "NotTaken": answer(
        {
            "index": count("Its place in the batch, from 0"),
            "code": {"type": "string", "pattern": "^[a-z_]+$"},
            "reason": {"type": "string"},
        },
        {"index": 3, "code": "no_words", "reason": "Nothing is said in it."},
    ),
    "Ingested": answer(
        {"accepted": count(), "duplicates": count(), "refused": many(ref("NotTaken"))},
        {"accepted": 12, "duplicates": 0, "refused": []},
    ),
    "IngestAddress": answer(
        {
            "key": {"type": "string"},
            "url": {"type": "string", "format": "uri", "description": "Keep it private"},
        },
        {
            "key": "5kq0v3m8zt.h0Yk3nq7Jw2cVb9dTe5rUx8aLs1mZo4pQi6gFy0KtXM",
            "url": "https://live.example.com/api/v1/ingest/5kq0v3m8zt.h0Yk3nq7Jw2cVb9dTe5rUx8aLs1mZo4pQi6gFy0KtXM",
        },
    ),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/ingest": {
        "parameters": [SHOW_ID],
        "get": call(
            "readIngestAddress", "Where a tool that sends no headers posts comments", tag="audience",
            who=OPERATOR, answers={200: said("IngestAddress", "The address, with its key")},
            refusals=[400, 404, 503],
        ),
    },
    "/api/v1/shows/{show_id}/ingest/renew": {
        "parameters": [SHOW_ID],
        "post": call(
            "renewIngestAddress", "A new address; those before are shut at once", tag="audience",
            who=OPERATOR, answers={200: said("IngestAddress", "The address from now on")},
            refusals=[404, 409, 503],
        ),
    },
    "/api/v1/shows/{show_id}/ingest/comments": {
        "parameters": [SHOW_ID],
        "post": call(
            "ingestComments", "Bring in comments of another platform", tag="audience", about=ABOUT,
            who=OPERATOR, body=sent("Ingest"), answers={200: said("Ingested", "What became of them")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/ingest/{key}": {
        "parameters": [KEY],
        "post": call(
            "ingestCommentsByKey", "The same, by the key in the address", tag="audience", about=ABOUT,
            who=ANYONE, body=sent("Ingest"), answers={200: said("Ingested", "What became of them")},
            refusals=[403, 404, 409, 429, 503],
        ),
    },
}  # fmt: skip
