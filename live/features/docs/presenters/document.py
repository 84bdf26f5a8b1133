"""The document: everything that the nouns say, put together."""

from importlib.metadata import PackageNotFoundError, version

from live.features.docs.presenters import (
    audience,
    button_box,
    health,
    host,
    ingest,
    items,
    line_ups,
    lines,
    moderation,
    offers,
    orders,
    overlay,
    pictures,
    problems,
    proof,
    rehearsals,
    reports,
    shows,
    snippets,
    sockets,
)
from live.features.docs.presenters.schema import Schema

NOUNS = (
    shows,
    rehearsals,
    overlay,
    items,
    lines,
    pictures,
    line_ups,
    offers,
    button_box,
    orders,
    audience,
    moderation,
    host,
    snippets,
    ingest,
    proof,
    reports,
    health,
)

ABOUT = """\
A control room for live commerce: limited stock is sold on air and never oversold.

Ids are opaque. Money is an integer in the currency's minor unit beside an ISO 4217 code; times are
RFC 3339 in UTC. A field that a call does not know is refused with 422
and named (save in what other platforms said); answers may grow fields.

Errors are RFC 9457 `application/problem+json` with a stable `code`. After 429 and 503 wait for
`Retry-After` seconds. An order that was answered by 503, or not at all, is sent again with the same
`Idempotency-Key`: one key is one order, whatever is retried.
"""

SECURITY: Schema = {
    "operator": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token, as `live token create --role operator` prints it",
    },
    "viewer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that `POST /api/v1/viewers` gave, or the shop's own JWT (HS256)",
    },
}
TAGS = {
    "shows": "A show from plan to end, and its numbers",
    "items": "The line-up: what can be sold",
    "offers": "Sales of an item: draft → armed → open ⇄ paused, open ⇄ sold_out, → closed",
    "orders": "Units held for a buyer, until they are paid, given back or run out",
    "audience": "Viewers and what they say",
    "moderation": "What viewers said, who may speak, and the chat's rules",
    "host": "What the crew says to the host, and what becomes of it",
    "proof": "That nothing was oversold or lost",
    "health": "For machines that look after this one",
}


def document() -> Schema:
    """OpenAPI 3.1 of everything that is served under /api/v1, and of the three calls at the root."""
    paths: Schema = {}
    schemas: Schema = dict(problems.SCHEMAS)
    for noun in NOUNS:
        paths |= noun.PATHS
        schemas |= noun.SCHEMAS
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Live Control Room",
            "version": _version(),
            "description": f"{ABOUT}\n{sockets.ABOUT}",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas,
            "responses": problems.RESPONSES,
            "securitySchemes": SECURITY,
        },
    }


def _version() -> str:
    try:
        return version("live-control-room")
    except PackageNotFoundError:
        return "0"  # run from a folder that was never installed
