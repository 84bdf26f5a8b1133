"""Moderation: what viewers said, who may speak, the chat's rules."""

from live.domain.comment import ChatView, CommentState
from live.domain.moderation import (
    BLOCKED_MAX,
    BLOCKED_WORD_MAX,
    MUTE_MAX_S,
    SLOW_MAX_S,
    StandingKind,
)
from live.domain.tally import WINDOW_MAX_S
from live.features.comments.forms import AFTER_MAX, NAME_MAX, PAGE_MAX
from live.features.docs.presenters.calls import (
    OPERATOR,
    SHOW_ID,
    call,
    in_path,
    in_query,
    said,
    sent,
)
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    body,
    choice,
    many,
    moment,
    optional,
    ref,
    text,
    whole,
)
from live.features.moderation.actions import HIDDEN_MAX
from live.features.moderation.forms import IDS_MAX, PER_SHOW

COMMENT_ID = in_path("comment_id", "The comment")
VIEWER_ID = in_path("viewer_id", "The viewer")
COMMENT = {
    "id": "5kq0v3m8zt-c128",
    "viewer": "v0q4m7x1k9r2t6w8a",
    "name": "小南",
    "text": "有蓝色吗?",
    "at": "2026-11-22T12:34:56.789Z",
    "state": "shown",
    "why": "",
    "question": True,
    "platform": "",
    "tip": "",
}
RULES = {
    "premoderation": False,
    "slow_s": 5,
    "links_off": True,
    "blocked": ["加微信"],
    "tally_window_s": None,
}
WINDOW_ABOUT = (
    "A viewer counts once per watched word in so many seconds by the server's clock; 0: every time; "
    f'null (or "{PER_SHOW}"): once per show. A change counts everything that was said anew.'
)
LIST_ABOUT = """\
Oldest first, from the database: a comment is there within a moment. `held`: what waits for an approval, and
what a blocked word has hidden. `buyers`: of those who hold or own units."""
APPROVE_ABOUT = """\
What came after that comment waits on, and what a blocked word has hidden stays hidden. Doing so twice is
harmless."""
HIDE_ABOUT = """\
Everyone but the crew and its author stops seeing it, and the author is not told. A pin on it goes. Doing so
twice is harmless."""
HIDE_ALL_ABOUT = f"""\
The last {HIDDEN_MAX} comments of the viewer; the answer names those that everyone saw until now, for `bring-back`. What
they say from now on is shown: see `ban`."""

SCHEMAS: dict[str, Schema] = {
    "Comment": answer(
        {
            "id": ID,
            "viewer": ID,
            "name": {"type": "string"},
            "text": {"type": "string"},
            "at": moment("When it came in"),
            "state": choice(
                list(CommentState), "`held` waits for an approval; `hidden`, `shadowed`: crew only"
            ),
            "why": {
                "type": "string",
                "description": "Why it did not come in as shown: premoderation, word:<the word>, shadow",
            },
            "question": {"type": "boolean"},
            "platform": {"type": "string", "description": "Where it was said; empty: here"},
            "tip": {"type": "string", "description": "What was paid there to have it said, in words"},
        },
        COMMENT,
    ),
    "CommentPage": answer(
        {
            "comments": many(ref("Comment")),
            "next": {"type": ["string", "null"], "description": "`after` of the next page"},
        },
        {"comments": [COMMENT], "next": None},
    ),
    "CommentState": answer({"id": ID, "state": choice(["shown", "hidden"])},
                           {"id": "5kq0v3m8zt-c128", "state": "hidden"}),
    "Approve": body(
        {"up_to": {**ID, "description": "The newest comment that was read before"}},
        ["up_to"],
        {"up_to": "5kq0v3m8zt-c128"},
    ),
    "Approved": answer(
        {"up_to": ID, "approved": {"type": "integer", "description": "How many waited"}},
        {"up_to": "5kq0v3m8zt-c128", "approved": 12},
    ),
    "HiddenComments": answer(
        {"viewer": ID, "hidden": many(ID, about="Those that everyone saw until now")},
        {"viewer": "v0q4m7x1k9r2t6w8a", "hidden": ["5kq0v3m8zt-c128"]},
    ),
    "BringBack": body(
        {"comments": many(ID, IDS_MAX)}, ["comments"], {"comments": ["5kq0v3m8zt-c128"]}
    ),
    "BroughtBack": answer(
        {"shown": {"type": "integer", "description": "How many were hidden"}}, {"shown": 1}
    ),
    "Pinned": answer({"id": ID, "pinned": {"type": "boolean"}},
                     {"id": "5kq0v3m8zt-c128", "pinned": True}),
    "Unpinned": answer({"pinned": {"type": "boolean"}}, {"pinned": False}),
    "Mute": body(
        {
            "seconds": whole(1, MUTE_MAX_S, "From now"),
            "name": optional(text(NAME_MAX, "How the viewer is called, for the record", shortest=0)),
        },
        ["seconds"],
        {"seconds": 600, "name": "小南"},
    ),
    "Judged": body(
        {"name": optional(text(NAME_MAX, "How the viewer is called, for the record", shortest=0))},
        [],
        {"name": "小南"},
    ),
    "Standing": answer(
        {
            "viewer": ID,
            "standing": choice(list(StandingKind)),
            "until": optional(moment("The end of a mute")),
        },
        {"viewer": "v0q4m7x1k9r2t6w8a", "standing": "muted", "until": "2026-11-22T12:44:56.789Z"},
    ),
    "ChatRules": answer(
        {
            "premoderation": {"type": "boolean"},
            "slow_s": whole(0, SLOW_MAX_S),
            "links_off": {"type": "boolean"},
            "blocked": many({"type": "string"}),
            "tally_window_s": {"type": ["integer", "null"]},
        },
        RULES,
    ),
    "NewChatRules": body(
        {
            "premoderation": optional({"type": "boolean", "description": "Comments wait for approval"}),
            "slow_s": optional(whole(0, SLOW_MAX_S, "Seconds between two comments of a viewer")),
            "links_off": optional({"type": "boolean", "description": "A comment with a link is refused"}),
            "blocked": optional(
                many(text(BLOCKED_WORD_MAX), BLOCKED_MAX, "Words that hide a comment; all of them")
            ),
            "tally_window_s": {
                "description": WINDOW_ABOUT,
                "anyOf": [
                    {"type": "integer", "minimum": 0, "maximum": WINDOW_MAX_S},
                    {"const": PER_SHOW},
                    {"type": "null"},
                ],
            },
        },
        [],
        RULES,
    ),
}  # fmt: skip


def _comment(name: str, summary: str, schema: str, about: str = "") -> Schema:
    post = call(
        name, summary, tag="moderation", who=OPERATOR, about=about,
        answers={200: said(schema, "How it is now")}, refusals=[404, 409, 503],
    )  # fmt: skip
    return {"parameters": [SHOW_ID, COMMENT_ID], "post": post}


def _viewer(name: str, summary: str, schema: str = "Judged") -> Schema:
    post = call(
        name, summary, tag="moderation", who=OPERATOR,
        body=sent(schema, required=schema != "Judged"),
        answers={200: said("Standing", "From now on")}, refusals=[404, 409, 503],
    )  # fmt: skip
    return {"parameters": [SHOW_ID, VIEWER_ID], "post": post}


LISTING: Schema = call(
    "listComments", "What was said, filtered", tag="moderation", who=OPERATOR, about=LIST_ABOUT,
    parameters=[
        in_query("filter", "Which", {**choice(list(ChatView)), "default": "all"}),
        in_query("after", "`next` of the page before", whole(0, AFTER_MAX)),
        in_query("limit", "At most so many", {**whole(1, PAGE_MAX), "default": 100}),
    ],
    answers={200: said("CommentPage", "A page")}, refusals=[404, 422, 503],
)  # fmt: skip

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/comments/unpin": {
        "parameters": [SHOW_ID],
        "post": call(
            "unpinComment", "Nothing is pinned any more", tag="moderation", who=OPERATOR,
            answers={200: said("Unpinned", "Done")}, refusals=[404, 409, 503],
        ),
    },
    "/api/v1/shows/{show_id}/comments/approve": {
        "parameters": [SHOW_ID],
        "post": call(
            "approveComments", "Approve all that wait, up to a comment", tag="moderation", who=OPERATOR,
            about=APPROVE_ABOUT, body=sent("Approve"), answers={200: said("Approved", "Done")},
            refusals=[404, 409, 422, 503],
        ),
    },
    "/api/v1/shows/{show_id}/comments/bring-back": {
        "parameters": [SHOW_ID],
        "post": call(
            "bringCommentsBack", "Show hidden comments again", tag="moderation", who=OPERATOR,
            body=sent("BringBack"), answers={200: said("BroughtBack", "Done")},
            refusals=[404, 409, 422, 503],
        ),
    },
    "/api/v1/shows/{show_id}/viewers/{viewer_id}/hide-comments": {
        "parameters": [SHOW_ID, VIEWER_ID],
        "post": call(
            "hideAllOf", "Hide all that a viewer has said", tag="moderation", who=OPERATOR,
            about=HIDE_ALL_ABOUT, answers={200: said("HiddenComments", "Done")},
            refusals=[404, 409, 503],
        ),
    },
    "/api/v1/shows/{show_id}/comments/{comment_id}/hide": _comment(
        "hideComment", "Hide a comment", "CommentState", HIDE_ABOUT
    ),
    "/api/v1/shows/{show_id}/comments/{comment_id}/show": _comment(
        "showComment", "Approve a comment, or bring it back", "CommentState"
    ),
    "/api/v1/shows/{show_id}/comments/{comment_id}/pin": _comment(
        "pinComment", "Put a comment above the others", "Pinned",
        "Only one that everyone sees, else 409 `comment_not_shown`; another one that was pinned is not any more.",
    ),
    "/api/v1/shows/{show_id}/viewers/{viewer_id}/mute": _viewer(
        "muteViewer", "Refuse a viewer's comments for a while", "Mute"
    ),
    "/api/v1/shows/{show_id}/viewers/{viewer_id}/ban": _viewer(
        "banViewer", "Refuse a viewer's comments"
    ),
    "/api/v1/shows/{show_id}/viewers/{viewer_id}/shadow-ban": _viewer(
        "shadowBanViewer", "Show a viewer's comments to the crew alone"
    ),
    "/api/v1/shows/{show_id}/viewers/{viewer_id}/free": _viewer(
        "freeViewer", "Let a viewer speak as everyone"
    ),
    "/api/v1/shows/{show_id}/chat-rules": {
        "parameters": [SHOW_ID],
        "get": call(
            "readChatRules", "The chat's rules", tag="moderation", who=OPERATOR,
            answers={200: said("ChatRules", "Now")}, refusals=[404, 503],
        ),
        "put": call(
            "setChatRules", "Change the chat's rules", tag="moderation", who=OPERATOR,
            about="What is not sent stays. They hold for the next comment, in every process.",
            body=sent("NewChatRules"),
            answers={200: said("ChatRules", "From now on")}, refusals=[404, 409, 503],
        ),
    },
}  # fmt: skip
