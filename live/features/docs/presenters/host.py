"""What goes between control room and host: cues, questions, the host's devices."""

from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, in_path, said, sent
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    body,
    many,
    moment,
    optional,
    ref,
    text,
)
from live.features.hosts.forms import COMMENT_ID_MAX, CUE_MAX

CUE_ID = in_path("cue_id", "The cue")
COMMENT = in_path("comment_id", "The comment that asks")
LINK_ID = in_path("link_id", "The link, or the device that it let in")
AT = "2026-11-22T12:31:00.000Z"

SCHEMAS: dict[str, Schema] = {
    "NewCue": body({"text": text(CUE_MAX)}, ["text"], {"text": "还剩两分钟，催付款"}),
    "NewId": answer({"id": ID}, {"id": "5kq0v3m8zt-c118"}),
    "Cue": answer(
        {
            "id": ID,
            "text": {"type": "string"},
            "by": {"type": "string"},
            "at": moment("When it was sent"),
            "seen_at": optional(moment("When the host's screen first had it up")),
            "acked_at": optional(moment("When the host had read it")),
            "dropped_at": optional(moment("When it was taken back")),
        },
        {
            "id": "5kq0v3m8zt-q1r6w0ka", "text": "催付款", "by": "林夏", "at": AT,
            "seen_at": AT, "acked_at": None, "dropped_at": None,
        },
    ),
    "Cues": answer({"cues": many(ref("Cue"), about="That wait, oldest first")}, {"cues": []}),
    "NewAsk": body(
        {"comment_id": text(COMMENT_ID_MAX, "A comment of this show")},
        ["comment_id"],
        {"comment_id": "5kq0v3m8zt-c118"},
    ),
    "Ask": answer(
        {
            "comment": ID,
            "name": {"type": "string", "description": "Who asks"},
            "text": {"type": "string"},
            "by": {"type": "string", "description": "Who sent it over"},
            "at": moment("When it was sent over"),
            "answered_at": optional(moment("When the host had answered it")),
            "dropped_at": optional(moment("When it was taken back")),
            "tip": {"type": "string", "description": "What was paid elsewhere to have it said"},
        },
        {
            "comment": "5kq0v3m8zt-c118", "name": "小南", "text": "有蓝色吗?", "by": "林夏",
            "at": AT, "answered_at": None, "dropped_at": None, "tip": "",
        },
    ),
    "HostLink": answer(
        {
            "id": ID,
            "url": {"type": "string", "description": "To be opened on the device, once"},
            "expires_at": moment("From when on it opens nothing"),
        },
        {"id": "h7q0v3m8z", "url": "https://live.example/h/Jx0", "expires_at": AT},
    ),
    "RevokedLink": answer(
        {"id": ID, "revoked_at": moment("When it was")}, {"id": "h7q0v3m8z", "revoked_at": AT}
    ),
    "HostDevices": answer(
        {
            "devices": many(
                {
                    "type": "object",
                    "properties": {
                        "id": {**ID, "description": "Of the link that let it in"},
                        "device": {"type": "string"},
                        "by": {"type": "string", "description": "Who made the link"},
                        "at": moment("When it came in"),
                        "until": moment("When its time is over"),
                    },
                    "required": ["id", "device", "by", "at", "until"],
                },
                about="That are let in now",
            )
        },
        {"devices": []},
    ),
    "Asks": answer({"asks": many(ref("Ask"), about="That wait, oldest first")}, {"asks": []}),
}  # fmt: skip


def _cue(name: str, summary: str, about: str = "") -> Schema:
    return {
        "parameters": [SHOW_ID, CUE_ID],
        "post": call(
            name, summary, tag="host", about=about, who=OPERATOR,
            answers={200: said("Cue", "The cue")}, refusals=[400, 404, 409, 429, 503],
        ),
    }  # fmt: skip


def _ask(name: str, summary: str, about: str = "") -> Schema:
    return {
        "parameters": [SHOW_ID, COMMENT],
        "post": call(
            name, summary, tag="host", about=about, who=OPERATOR,
            answers={200: said("Ask", "The question")}, refusals=[400, 404, 409, 429, 503],
        ),
    }  # fmt: skip


PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/cues": {
        "parameters": [SHOW_ID],
        "get": call(
            "listCues", "What waits for the host", tag="host", who=OPERATOR,
            answers={200: said("Cues", "Unread cues")}, refusals=[404, 503],
        ),
        "post": call(
            "sendCue", "Put a note on the host's screen", tag="host", who=OPERATOR,
            about="Notes wait there in a line; each stays until the host has read it.",
            body=sent("NewCue"), answers={201: said("NewId", "The cue")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/cues/{cue_id}/seen": _cue(
        "seeCue", "Say that the host's screen has it up"
    ),
    "/api/v1/shows/{show_id}/cues/{cue_id}/ack": _cue(
        "acknowledgeCue", "Say that the host has read it",
        "Twice is harmless. 409 `cue_dropped`: the control room took it back before.",
    ),
    "/api/v1/shows/{show_id}/cues/{cue_id}/drop": _cue(
        "dropCue", "Take it back",
        "Twice is harmless. 409 `cue_acked`: the host has read it already.",
    ),
    "/api/v1/shows/{show_id}/asks": {
        "parameters": [SHOW_ID],
        "get": call(
            "listAsks", "Questions that wait for the host", tag="host", who=OPERATOR,
            answers={200: said("Asks", "Unanswered questions")}, refusals=[404, 503],
        ),
        "post": call(
            "sendAsk", "Send a viewer's question over to the host", tag="host", who=OPERATOR,
            about="What waits there already stays where it is.",
            body=sent("NewAsk"), answers={201: said("Ask", "The question")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/asks/{comment_id}/done": _ask(
        "answerAsk", "Say that the host has answered it",
        "Twice is harmless. 409 `ask_dropped`: the control room took it back before.",
    ),
    "/api/v1/shows/{show_id}/asks/{comment_id}/drop": _ask(
        "dropAsk", "Take it back",
        "Twice is harmless. 409 `ask_answered`: the host has answered it already.",
    ),
    "/api/v1/shows/{show_id}/host-links": {
        "parameters": [SHOW_ID],
        "get": call(
            "listHostDevices", "Devices that show the host's screen by a link", tag="host",
            who=OPERATOR, answers={200: said("HostDevices", "The newest first")},
            refusals=[404, 503],
        ),
        "post": call(
            "makeHostLink", "A link that makes one device the host's screen", tag="host",
            about="Good once and for ten minutes; the device sees this show's host screen, for a day.",
            who=OPERATOR, answers={201: said("HostLink", "The link, told here only")},
            refusals=[404, 409, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/host-links/{link_id}/revoke": {
        "parameters": [SHOW_ID, LINK_ID],
        "post": call(
            "revokeHostLink", "Shut the link, and show its device out at once", tag="host",
            about="Twice is harmless.", who=OPERATOR,
            answers={200: said("RevokedLink", "It opens nothing any more")},
            refusals=[400, 404, 429, 503],
        ),
    },
}  # fmt: skip
