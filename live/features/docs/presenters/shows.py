"""Shows: create, read, start, end, tally, watched words."""

from live.domain.attendance import Place
from live.domain.show import ShowState
from live.domain.tally import WORD_MAX, WORDS_MAX
from live.features.docs.presenters.calls import ANYONE, OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import (
    CURRENCY,
    ID,
    Schema,
    amount,
    answer,
    body,
    choice,
    count,
    many,
    moment,
    optional,
    ref,
    text,
    url,
    whole,
)
from live.features.shows.forms import TITLE_MAX, VIDEO_DELAY_MAX_S

STATE = choice([*ShowState, "recovering"], "`recovering`: sales are closed until stock is proven")
SHOW = {
    "id": "5kq0v3m8zt",
    "slug": "x7p2ma",
    "title": "双十一专场",
    "state": "planned",
    "currency": "CNY",
    "starts_at": "2026-11-22T12:00:00.000Z",
    "started_at": None,
    "ended_at": None,
    "stream_url": None,
    "video_delay_s": 0,
    "is_demo": False,
    "demo_running": False,
    "rehearsal_of": None,
}

DELAY = "Seconds by which viewers see the host late: a pushed sale opens so much later"
EDIT_ABOUT = """\
What is not sent stays; null takes away what may be none. The currency is fixed from the first item on, and on air. 412
`changed_meanwhile`: somebody changed the show in that very moment."""

PAGES = {
    Place.VIEWER: "Viewer pages",
    Place.VIEWER_API: "API sockets of viewers",
    Place.OVERLAY: "Overlays, in a browser or in software that does not give its name",
    Place.OBS: "Overlays in OBS",
    Place.HOST: "Host screens",
    Place.CONTROL: "Control rooms",
    Place.SETUP: "Set-up pages",
    Place.STAFF_API: "API sockets of the crew",
}
OPEN_PAGES = {
    "viewer": 790, "viewer_api": 31, "overlay": 0, "obs": 1, "host": 1, "control": 2, "staff_api": 1,
}  # fmt: skip

SCHEMAS: dict[str, Schema] = {
    "NewShow": body(
        {
            "title": text(TITLE_MAX),
            "currency": optional({**CURRENCY, "default": "CNY"}),
            "starts_at": optional(moment("When it is planned to begin")),
            "stream_url": optional(url("Where players find the video")),
            "video_delay_s": optional(whole(0, VIDEO_DELAY_MAX_S, DELAY)),
            "room_id": optional(
                {**ID, "description": "Where it is made; else the first room where one may"}
            ),
            "auto_start": optional(
                {"type": "boolean", "description": "It goes on air by itself at `starts_at`"}
            ),
            "demo": optional({"type": "boolean", "description": "Labelled as a demo everywhere"}),
        },
        ["title"],
        {"title": "双十一专场", "currency": "CNY", "starts_at": "2026-11-22T12:00:00Z"},
    ),
    "ShowEdit": body(
        {
            "title": text(TITLE_MAX),
            "currency": CURRENCY,
            "starts_at": optional(moment("When it is planned to begin")),
            "stream_url": optional(url("Where players find the video")),
            "auto_start": {"type": "boolean", "description": "On air by itself at `starts_at`"},
            "video_delay_s": optional(whole(0, VIDEO_DELAY_MAX_S, DELAY)),
        },
        [],
        {"video_delay_s": 5},
    ),
    "Show": answer(
        {
            "id": ID,
            "slug": {"type": "string", "description": "In the address of the viewers' page"},
            "title": {"type": "string"},
            "state": STATE,
            "currency": CURRENCY,
            "starts_at": optional(moment("When it is planned to begin")),
            "started_at": optional(moment("When it went on air")),
            "ended_at": optional(moment("When it ended")),
            "stream_url": optional(url("Where players find the video")),
            "video_delay_s": whole(0, VIDEO_DELAY_MAX_S, DELAY),
            "is_demo": {"type": "boolean"},
            "demo_running": {"type": "boolean", "description": "A simulated crowd is in it"},
            "rehearsal_of": optional({**ID, "description": "The show that it is a rehearsal of"}),
        },
        SHOW,
    ),
    "ShowState": answer(
        {"id": ID, "state": choice(list(ShowState))}, {"id": "5kq0v3m8zt", "state": "live"}
    ),
    "Keyword": answer(
        {
            "word": {"type": "string"},
            "count": count("How often it counts, by the chat rules' `tally_window_s`"),
        },
        {"word": "想要", "count": 12},
    ),
    "OpenPages": answer({name: count(about) for name, about in PAGES.items()}, OPEN_PAGES),
    "Tally": answer(
        {
            "viewers": count("Here now"),
            "peak_viewers": count("Most at once"),
            "unique_viewers": count("Different viewers until the end; a reload is the same one"),
            "views": count("Visits until the end; one after 30 minutes away is another"),
            "average_viewers": optional(
                {"type": "number", "minimum": 0, "description": "Watch time / time on air"}
            ),
            "watch_s": count("Seconds watched on air, of all viewers together"),
            "pages": ref("OpenPages"),
            "orders": count("Ever placed"),
            "units": count("Of all orders ever placed"),
            "held": count("Units held now"),
            "paid": count("Units paid and not refunded"),
            "gmv": amount("Sum of all orders ever placed"),
            "gmv_paid": amount("Sum of the orders that are paid"),
            "currency": CURRENCY,
            "comments": count(),
            "keywords": many(ref("Keyword"), about="The watched words, in the operator's order"),
            "as_of": moment("Redis time of these numbers"),
        },
        {
            "viewers": 812,
            "peak_viewers": 1204,
            "unique_viewers": 5310,
            "views": 6022,
            "average_viewers": 733.4,
            "watch_s": 1363110,
            "pages": OPEN_PAGES,
            "orders": 96,
            "units": 131,
            "held": 20,
            "paid": 87,
            "gmv": 772900,
            "gmv_paid": 513300,
            "currency": "CNY",
            "comments": 2210,
            "keywords": [{"word": "想要", "count": 12}],
            "as_of": "2026-11-22T12:31:07.250Z",
        },
    ),
    "Words": body(
        {"words": many(text(WORD_MAX), WORDS_MAX, "Counted from now on, and in what was said")},
        ["words"],
        {"words": ["想要", "1"]},
    ),
    "WatchedWords": answer({"words": many({"type": "string"})}, {"words": ["想要", "1"]}),
}


def _move(verb: str, summary: str) -> Schema:
    return {
        "parameters": [SHOW_ID],
        "post": call(
            f"{verb}Show", summary, tag="shows", who=OPERATOR,
            answers={200: said("ShowState", "The new state")},
            refusals=[400, 404, 409, 429, 503],
        ),
    }  # fmt: skip


PATHS: dict[str, object] = {
    "/api/v1/shows": {
        "post": call(
            "createShow", "Plan a show", tag="shows", who=OPERATOR, body=sent("NewShow"),
            answers={201: said("Show", "The planned show")}, refusals=[429, 503],
        )
    },
    "/api/v1/shows/{show_id}": {
        "parameters": [SHOW_ID],
        "get": call(
            "readShow", "What the show is and how it stands", tag="shows", who=ANYONE,
            answers={200: said("Show", "The show")}, refusals=[400, 404, 503],
        ),
        "patch": call(
            "editShow", "Change what is said of the show", tag="shows", who=OPERATOR,
            about=EDIT_ABOUT, body=sent("ShowEdit"), answers={200: said("Show", "The show now")},
            refusals=[404, 409, 412, 429, 503],
        ),
    },
    "/api/v1/shows/{show_id}/start": _move("start", "Go on air"),
    "/api/v1/shows/{show_id}/end": _move("end", "End the show: offers close, holds stay payable"),
    "/api/v1/shows/{show_id}/tally": {
        "parameters": [SHOW_ID],
        "get": call(
            "readTally", "The show's numbers now", tag="shows", who=OPERATOR,
            answers={200: said("Tally", "The numbers")}, refusals=[400, 404, 503],
        ),
    },
    "/api/v1/shows/{show_id}/words": {
        "parameters": [SHOW_ID],
        "put": call(
            "watchWords", "Count who says these words", tag="shows", who=OPERATOR,
            body=sent("Words"), answers={200: said("WatchedWords", "Each once, in this order")},
            refusals=[404, 409, 429, 503],
        ),
    },
}  # fmt: skip
