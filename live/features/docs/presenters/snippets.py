"""Short texts at hand: cues to the host, and replies to viewers, that the control room sends by one press."""

from live.domain.snippets import CUES, REPLIES, Snippets
from live.features.comments.forms import COMMENT_MAX
from live.features.docs.presenters.calls import IF_MATCH, OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import Schema, answer, body, many, text

MARK = {"type": "string", "description": "For If-Match"}
CUES_ABOUT = "None where nobody has set any: the page shows four of its own then."
REPLY_ABOUT = """\
In the shop's name (the room's), marked as such: `platform` of the comment is `shop`. It is shown at once, whatever
the chat's rules are, and counts for no watched word. Hide it as any comment."""


def _schemas(name: str, which: Snippets, texts: list[str]) -> dict[str, Schema]:
    listed = many(text(which.longest), which.most, "In the order of the buttons")
    example = {"texts": texts}
    return {
        name: answer({"texts": listed, "mark": MARK}, example | {"mark": "1f6c07a9d24be583"}),
        f"New{name}": body({"texts": listed}, [], example),
    }


def _paths(name: str, what: str, tag: str, about: str = "") -> dict[str, object]:
    return {
        "parameters": [SHOW_ID],
        "get": call(
            f"list{name}", f"The {what} of the show's room", tag=tag, who=OPERATOR, about=about,
            answers={200: said(name, "As they are")}, refusals=[404, 503],
        ),
        "put": call(
            f"set{name}", f"Set the {what} of the show's room", tag=tag, who=OPERATOR,
            body=sent(f"New{name}"), parameters=[IF_MATCH], answers={200: said(name, "As they are now")},
            refusals=[404, 412, 429, 503],
        ),
    }  # fmt: skip


SCHEMAS: dict[str, Schema] = {
    **_schemas("QuickCues", CUES, ["催单", "讲尺寸"]),
    **_schemas("QuickReplies", REPLIES, ["全场包邮", "48 小时内发货"]),
    "NewReply": body({"text": text(COMMENT_MAX)}, ["text"], {"text": "全场包邮"}),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/quick-cues": _paths("QuickCues", "quick cues", "host", CUES_ABOUT),
    "/api/v1/shows/{show_id}/quick-replies": _paths("QuickReplies", "quick replies", "moderation"),
    "/api/v1/shows/{show_id}/replies": {
        "parameters": [SHOW_ID],
        "post": call(
            "replyToViewers", "Say something to the viewers, as the shop", tag="moderation", who=OPERATOR,
            about=REPLY_ABOUT, body=sent("NewReply"),
            answers={201: said("PostedComment", "The comment")}, refusals=[404, 409, 429, 503],
        ),
    },
}  # fmt: skip
