"""What is left of a show, as files for a spreadsheet."""

from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, in_query
from live.features.docs.presenters.schema import Schema, whole
from live.features.reports.forms import OFFSET_MOST_MIN

_OFFSET = in_query(
    "utc_offset_min",
    "By how many minutes the reader's clock is ahead of UTC: spreadsheets know no zones",
    whole(-OFFSET_MOST_MIN, OFFSET_MOST_MIN, default=0),
)
ABOUT = """\
Every one of them, in the order in which they came, also while the show runs. The columns' names and the states are
in the language that is asked for (`Accept-Language`); a cell that a spreadsheet would run begins with an apostrophe."""

SCHEMAS: dict[str, Schema] = {}


def _sheet(operation: str, summary: str) -> dict[str, object]:
    return {
        "parameters": [SHOW_ID],
        "get": call(
            operation, summary, tag="proof", who=OPERATOR, about=ABOUT, parameters=[_OFFSET],
            answers={
                200: {
                    "description": "The file",
                    "content": {"text/csv": {"schema": {"type": "string"}}},
                }
            },
            refusals=[400, 404, 422, 503],
        ),
    }  # fmt: skip


PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/orders.csv": _sheet("exportOrders", "All orders as a CSV"),
    "/api/v1/shows/{show_id}/comments.csv": _sheet("exportComments", "All comments as a CSV"),
}
