"""Words in which the other modules write JSON Schema (2020-12, as OpenAPI 3.1 has it)."""

from collections.abc import Mapping, Sequence

from live.domain.money import CURRENCIES, MINOR_MAX

Schema = dict[str, object]


def ref(name: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def text(longest: int, about: str = "", *, shortest: int = 1) -> Schema:
    """Text that people read. Surrounding space is trimmed, control characters are refused."""
    return _about({"type": "string", "minLength": shortest, "maxLength": longest}, about)


def whole(least: int, most: int | None = None, about: str = "", **more: object) -> Schema:
    """A whole number."""
    schema: Schema = {"type": "integer", "minimum": least, **more}
    if most is not None:
        schema["maximum"] = most
    return _about(schema, about)


def count(about: str = "") -> Schema:
    """A number of things, in an answer."""
    return whole(0, about=about)


def minor(about: str, most: int = MINOR_MAX) -> Schema:
    """An amount of money in a body."""
    return whole(0, most, f"{about}, in the currency's minor unit")


def amount(about: str) -> Schema:
    """An amount of money in an answer; sums have no upper bound."""
    return whole(0, about=f"{about}, in the currency's minor unit")


def choice(options: Sequence[str], about: str = "", **more: object) -> Schema:
    """One of a few words."""
    return _about({"type": "string", "enum": [str(option) for option in options], **more}, about)


def optional(schema: Mapping[str, object]) -> Schema:
    """The same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    loose = {**schema, "type": [schema["type"], "null"]}
    if isinstance(options := schema.get("enum"), list):
        loose["enum"] = [*options, None]
    return loose


def url(about: str) -> Schema:
    """An absolute web address."""
    return {"type": "string", "format": "uri", "maxLength": 2_000, "description": about}


def moment(about: str) -> Schema:
    """RFC 3339 in UTC."""
    return {"type": "string", "format": "date-time", "description": about}


def many(schema: Schema, most: int | None = None, about: str = "") -> Schema:
    """A list."""
    found: Schema = {"type": "array", "items": schema}
    if most is not None:
        found["maxItems"] = most
    return _about(found, about)


def body(
    properties: Mapping[str, object],
    required: Sequence[str],
    example: Mapping[str, object],
    *,
    may_have_more: bool = False,
) -> Schema:
    """What a caller sends, and nothing else: an unknown field is a misspelt one."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": may_have_more,
        "examples": [dict(example)],
    }


def answer(
    properties: Mapping[str, object],
    example: Mapping[str, object],
    *,
    sometimes: Sequence[str] = (),
) -> Schema:
    """What we answer: every field is always there, save those in `sometimes`. Fields may be added."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in sometimes],
        "examples": [dict(example)],
    }


def _about(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about} if about else schema


ID: Schema = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]{1,64}$",
    "description": "Opaque",
}
CURRENCY: Schema = choice(sorted(CURRENCIES), "ISO 4217")
