"""The cues that the control room sends by one press."""

from live.features.docs.presenters.calls import IF_MATCH, OPERATOR, SHOW_ID, call, said, sent
from live.features.docs.presenters.schema import Schema, answer, body, many, text
from live.features.hosts.forms import QUICK_MAX, QUICK_TEXT_MAX

TEXTS = many(text(QUICK_TEXT_MAX), QUICK_MAX, "In the order of the buttons")
EXAMPLE = {"texts": ["催单", "讲尺寸"]}

SCHEMAS: dict[str, Schema] = {
    "QuickCues": answer(
        {"texts": TEXTS, "mark": {"type": "string", "description": "For If-Match"}},
        EXAMPLE | {"mark": "1f6c07a9d24be583"},
    ),
    "NewQuickCues": body({"texts": TEXTS}, [], EXAMPLE),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/quick-cues": {
        "parameters": [SHOW_ID],
        "get": call(
            "listQuickCues", "The quick cues of the show's room", tag="host", who=OPERATOR,
            about="None where nobody has set any: the page shows four of its own then.",
            answers={200: said("QuickCues", "As they are")}, refusals=[404, 503],
        ),
        "put": call(
            "setQuickCues", "Set the quick cues of the show's room", tag="host", who=OPERATOR,
            body=sent("NewQuickCues"), parameters=[IF_MATCH], answers={200: said("QuickCues", "As they are now")},
            refusals=[404, 412, 429, 503],
        ),
    },
}  # fmt: skip
