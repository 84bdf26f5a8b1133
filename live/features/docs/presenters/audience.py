"""Viewers: become one, comment."""

from live.features.comments.forms import COMMENT_MAX, NAME_MAX
from live.features.docs.presenters.calls import ANYONE, SHOW_ID, VIEWER, call, said, sent
from live.features.docs.presenters.moderation import LISTING
from live.features.docs.presenters.schema import ID, Schema, answer, body, choice, optional, text

COMMENT_ABOUT = """\
409 `links_off`, `muted` (with `until`), `banned` or `ended`, and 429 `slow_mode`: it was not taken."""

SCHEMAS: dict[str, Schema] = {
    "NewViewer": body(
        {"display_name": optional(text(NAME_MAX, "Empty or left out: nameless", shortest=0))},
        [],
        {"display_name": "小南"},
    ),
    "Viewer": answer(
        {"id": ID, "token": {"type": "string", "description": "Their bearer token, for 30 days"}},
        {"id": "v0q4m7x1k9r2t6w8a", "token": "v1.eyJpZCI6InYwIn0.c2lnbmF0dXJl"},
    ),
    "PostedComment": answer(
        {"id": ID, "state": choice(["shown", "held"], "`held`: it waits for an approval")},
        {"id": "5kq0v3m8zt-c128", "state": "shown"},
    ),
    "NewComment": body({"text": text(COMMENT_MAX)}, ["text"], {"text": "想要 扣1"}),
}

PATHS: dict[str, object] = {
    "/api/v1/viewers": {
        "post": call(
            "createViewer", "Become a viewer", tag="audience", who=ANYONE,
            body=sent("NewViewer", required=False),
            answers={201: said("Viewer", "The viewer and their token")}, refusals=[403, 429],
        )
    },
    "/api/v1/shows/{show_id}/comments": {
        "parameters": [SHOW_ID],
        "get": LISTING,
        "post": call(
            "postComment", "Say something", tag="audience", who=VIEWER, body=sent("NewComment"),
            about=COMMENT_ABOUT,
            answers={201: said("PostedComment", "The comment")}, refusals=[404, 409, 429, 503],
        ),
    },
}  # fmt: skip
