"""Refusals: RFC 9457 problem documents, one response for each status."""

from collections.abc import Sequence

from live.features.docs.presenters.schema import Schema, many, ref

MEANINGS = {
    400: "Malformed: the request could not be read, or its Idempotency-Key is missing",
    401: "Who are you: no token, or one that is forged or has run out",
    403: "Not yours to do",
    404: "There is no such thing, or it is not yours to see",
    409: "The domain says no; `code` says which rule",
    412: "Somebody else has changed it meanwhile; nothing was overwritten",
    413: "The body is larger than allowed",
    422: "Well-formed, but some values are wrong; `errors` names each",
    429: "Too fast; wait `Retry-After` seconds",
    503: "Not now: nothing was sold or changed; try again after `Retry-After` seconds",
}
WAIT: Schema = {
    "description": "Whole seconds to wait",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
CHALLENGE: Schema = {
    "description": "How to sign in",
    "required": True,
    "schema": {"type": "string", "const": "Bearer"},
}
HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": CHALLENGE},
    429: {"Retry-After": WAIT},
    503: {"Retry-After": WAIT},
}

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. Programs look at `code`, people read `detail`.",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:live:problem:"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
        "request_id": {"type": "string", "description": "The request's id in our log"},
        "attempt": {"type": "integer", "description": "Of a refused order: which attempt it was"},
        "last_attempt": {"type": "integer", "description": "The attempt that got the last unit"},
        "last_at": {"type": "string", "format": "date-time", "description": "When it got it"},
        "until": {"type": "string", "format": "date-time", "description": "The end of a mute"},
    },
    "required": ["type", "title", "status", "detail", "code"],
    "examples": [
        {
            "type": "urn:live:problem:sold_out",
            "title": "Conflict",
            "status": 409,
            "detail": "All units are taken. Some may come back if a hold runs out.",
            "code": "sold_out",
        }
    ],
}
FIELD_ERROR: Schema = {
    "type": "object",
    "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
    "required": ["field", "reason"],
}
INVALID: Schema = {
    "allOf": [ref("Problem")],
    "type": "object",
    "properties": {"errors": many(ref("FieldError"))},
    "required": ["errors"],
    "examples": [
        {
            "type": "urn:live:problem:invalid",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "Some values are wrong.",
            "code": "invalid",
            "errors": [{"field": "quantity", "reason": "must be between 1 and 1000"}],
        }
    ],
}

SCHEMAS: dict[str, Schema] = {"Problem": PROBLEM, "FieldError": FIELD_ERROR, "Invalid": INVALID}


def responses_of(statuses: Sequence[int]) -> Schema:
    """The named refusals of an operation."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _response(status: int, meaning: str) -> Schema:
    schema = ref("Invalid" if status == 422 else "Problem")
    response: Schema = {
        "description": meaning,
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in HEADERS:
        response["headers"] = HEADERS[status]
    return response


RESPONSES: Schema = {str(status): _response(status, said) for status, said in MEANINGS.items()}
