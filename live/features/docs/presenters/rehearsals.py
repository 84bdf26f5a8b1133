"""Rehearsals: begin one, send a crowd into it, read what it came to."""

from live.domain.crowd import LENGTH_MAX_S, TIMES_MAX, VIEWERS_MAX, Mood
from live.domain.go_no_go import Verdict
from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    body,
    choice,
    count,
    many,
    moment,
    optional,
    ref,
    text,
    whole,
)

BEGIN_ABOUT = """\
A copy of a planned show with its own stock, orders and comments; nothing of it leads back. While a rehearsal
of the show is on air, that one is answered."""
CROWD_ABOUT = """\
Simulated viewers in a process of their own, who watch, talk, order when a sale opens, and pay. They leave when
asked, when their time is over, with the rehearsal, when its control room is closed, and when a real show goes on
air. 409: it is no rehearsal, not on air, has a crowd already, or a real show is on air."""
CARD_ABOUT = """\
Go or no-go, and why; of a rehearsal on air, as it stands now. Waits are as the crowd met with them, which shares
the machine with the server. Reactions are counted by the server's clock, from the fact to the act."""

SCHEMAS: dict[str, Schema] = {
    "NewCrowd": body(
        {
            "viewers": optional({**whole(1, VIEWERS_MAX), "default": 500}),
            "mood": optional({**choice(list(Mood)), "default": Mood.LIVELY}),
            "conversion": optional(whole(0, 100, default=0)),
            "after": optional(text(64, "An earlier show of the room whose arrivals are followed")),
            "percent": optional(whole(10, round(TIMES_MAX * 100), default=100)),
            "length_s": optional(whole(10, LENGTH_MAX_S, default=900)),
        },
        [],
        {"viewers": 500, "mood": "rush"},
    ),
    "Crowd": answer(
        {
            "running": {"type": "boolean"},
            "watching": count("Sockets of the crowd that are open"),
            "wishes": count("Orders tried"),
            "accepted": count(),
            "refused": count("For a reason of the sale: sold out, limit reached …"),
            "errors": count("Anything else, or no answer"),
            "paid": count(),
            "comments": count(),
            "order_p50_ms": optional(count("From the moment an order was due until its answer")),
            "order_p99_ms": optional(count()),
            "screen_p99_ms": optional(count("From commit until a viewer had the numbers")),
        },
        {
            "running": True,
            "watching": 500,
            "wishes": 212,
            "accepted": 107,
            "refused": 105,
            "errors": 0,
            "paid": 70,
            "comments": 53,
            "order_p50_ms": 2,
            "order_p99_ms": 37,
            "screen_p99_ms": 258,
        },
    ),
    "CrowdGone": answer({"id": ID}, {"id": "8z6b7fb2v0"}),
    "Finding": answer(
        {
            "name": {"type": "string"},
            "verdict": choice(list(Verdict)),
            "code": {"type": "string"},
            "blocks": {"type": "boolean", "description": "It makes the rehearsal a no-go"},
            "values": {"type": "object", "additionalProperties": {"type": "integer"}},
            "names": many({"type": "string"}),
        },
        {
            "name": "orders",
            "verdict": "done",
            "code": "ok",
            "blocks": False,
            "values": {"p50": 2, "p99": 37, "n": 212, "limit": 500},
            "names": [],
        },
    ),
    "RehearsalCard": answer(
        {
            "show_id": ID,
            "rehearsal_of": ID,
            "go": {"type": "boolean"},
            "settled": {"type": "boolean", "description": "Over, and all of it in the ledger"},
            "started_at": optional(moment("When it went on air")),
            "ended_at": optional(moment("When it ended")),
            "crowds": many({"type": "string"}, about="How each crowd ended"),
            "lines": many(ref("Finding")),
        },
        {
            "show_id": "8z6b7fb2v0",
            "rehearsal_of": "5kq0v3m8zt",
            "go": True,
            "settled": True,
            "started_at": "2026-11-22T10:00:00.000Z",
            "ended_at": "2026-11-22T10:20:00.000Z",
            "crowds": ["asked"],
            "lines": [],
        },
    ),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/rehearse": {
        "parameters": [SHOW_ID],
        "post": call(
            "rehearseShow", "Rehearse a planned show", tag="shows", who=OPERATOR,
            about=BEGIN_ABOUT, answers={201: said("Show", "The rehearsal")},
            refusals=[400, 404, 409, 413, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/rehearsal": {
        "parameters": [SHOW_ID],
        "get": call(
            "readRehearsal", "Go or no-go", tag="shows", who=OPERATOR, about=CARD_ABOUT,
            answers={200: said("RehearsalCard", "The card")}, refusals=[400, 404, 409, 503],
        ),
    },
    "/api/v1/shows/{show_id}/crowd": {
        "parameters": [SHOW_ID],
        "get": call(
            "readCrowd", "Who is in the rehearsal, and what they met with", tag="shows",
            who=OPERATOR, answers={200: said("Crowd", "The crowd")}, refusals=[400, 404, 503],
        ),
        "post": call(
            "sendCrowd", "Send a crowd into a rehearsal", tag="shows", who=OPERATOR,
            about=CROWD_ABOUT, body=sent("NewCrowd", required=False),
            answers={201: said("Crowd", "It is coming")}, refusals=[404, 409, 422, 429, 503],
        ),
        "delete": call(
            "endCrowd", "Send the crowd away", tag="shows", who=OPERATOR,
            answers={200: said("CrowdGone", "It leaves within a second or two")},
            refusals=[400, 404, 409, 429, 503],
        ),
    },
}  # fmt: skip
