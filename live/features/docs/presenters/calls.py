"""Words in which the other modules write operations: who may call, with what, and what comes back."""

from collections.abc import Mapping, Sequence

from live.domain.order import KEY_MAX
from live.features.docs.presenters.problems import responses_of
from live.features.docs.presenters.schema import ID, Schema, ref

ANYONE: list[Schema] = []
OPERATOR: list[Schema] = [{"operator": []}]
VIEWER: list[Schema] = [{"viewer": []}]
EITHER: list[Schema] = [{"viewer": []}, {"operator": []}]


def call(
    name: str,
    summary: str,
    *,
    tag: str,
    who: Sequence[Schema],
    answers: Mapping[int, Schema],
    refusals: Sequence[int],
    about: str = "",
    body: Schema | None = None,
    parameters: Sequence[Schema] = (),
) -> Schema:
    """One operation. `refusals` names the statuses beside those that its parts imply."""
    statuses = {*refusals, *_implied(who, body)}
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "security": list(who),
        "responses": {
            **{str(status): answer for status, answer in answers.items()},
            **responses_of(sorted(statuses)),
        },
    }
    if about:
        operation["description"] = about
    if body is not None:
        operation["requestBody"] = body
    if parameters:
        operation["parameters"] = list(parameters)
    return operation


def _implied(who: Sequence[Schema], body: Schema | None) -> set[int]:
    statuses: set[int] = set()
    if who:
        statuses |= {401, 403}
    if body is not None:
        statuses |= {400, 413, 422}
    return statuses


def sent(schema: str, *, required: bool = True) -> Schema:
    """A JSON body."""
    return {"required": required, "content": {"application/json": {"schema": ref(schema)}}}


def said(schema: str, about: str) -> Schema:
    """A JSON answer."""
    return {"description": about, "content": {"application/json": {"schema": ref(schema)}}}


def in_path(name: str, about: str) -> Schema:
    """An id in the address."""
    return {"name": name, "in": "path", "required": True, "description": about, "schema": ID}


def in_query(name: str, about: str, schema: Schema) -> Schema:
    """A value that may follow the question mark."""
    return {"name": name, "in": "query", "description": about, "schema": schema}


IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": "The `mark` that was read: if it is another by now, 412 and nothing is changed",
    "schema": {"type": "string"},
}
SHOW_ID = in_path("show_id", "The show")
ITEM_ID = in_path("item_id", "The item")
OFFER_ID = in_path("offer_id", "The offer")
ORDER_ID = in_path("order_id", "The order")

IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each order that is meant, the same for every retry of it",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_MAX,
        "pattern": "^[!-~]+$",
        "examples": ["3f6c2d1e-8f0a-4a57-9f7e-0a4f4a8d3d55"],
    },
}
