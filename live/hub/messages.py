"""What clients may say to the hub. Only shapes are checked here; what the values mean is the domain's."""

import json
from dataclasses import dataclass

from live.domain.attendance import Picture

MESSAGE_MAX = 4 * 1024  # bytes. A comment and its envelope fit four times over.
PICTURES = {"on": Picture.ON, "failed": Picture.FAILED}
REF_MAX = 64  # characters of the client's own reference, which comes back with the answer
NAME_MAX = 64  # characters of an unknown field's name that are told back
FIELDS = {
    "ping": {"type"},
    "auth": {"type", "token"},
    "order": {"type", "ref", "offer_id", "quantity", "key"},
    "comment": {"type", "ref", "text"},
    "picture": {"type", "state"},
}


@dataclass(frozen=True, slots=True)
class Auth:
    token: str


@dataclass(frozen=True, slots=True)
class Ping:
    pass


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    ref: str | int
    offer_id: str
    quantity: int
    key: str


@dataclass(frozen=True, slots=True)
class PostComment:
    ref: str | int
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page says of its broadcast picture."""

    picture: Picture


Message = Auth | Ping | PlaceOrder | PostComment | Seen


class UnreadableMessageError(Exception):
    """Not a message of ours; the text says why, and may be shown to the client."""


def parse(text: str) -> Message:
    """Raises UnreadableMessageError."""
    match message := _read(text):
        case {"type": "ping"}:
            return Ping()
        case {"type": "auth", "token": str(token)}:
            return Auth(token)
        case {
            "type": "order",
            "offer_id": str(offer_id),
            "quantity": int(quantity),
            "key": str(key),
        }:
            return PlaceOrder(_ref(message), offer_id, _not_bool(quantity), key)
        case {"type": "picture", "state": "on" | "failed" as state}:
            return Seen(PICTURES[state])
        case {"type": "comment", "text": str(comment)}:
            return PostComment(_ref(message), comment)
    raise UnreadableMessageError("Unknown type, or a field is missing or of the wrong kind.")


def _read(text: str) -> dict[str, object]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("This is not JSON.") from error
    if not isinstance(message, dict):
        raise UnreadableMessageError("A message is a JSON object.")
    if not _is_text(message):
        raise UnreadableMessageError("A text holds half of a surrogate pair.")
    _refuse_unknown(message)
    return message


def _refuse_unknown(message: dict[str, object]) -> None:
    """A name that nobody asked for is a misspelt one: the API says so, too."""
    known = FIELDS.get(str(message.get("type")))
    unknown = next((name for name in message if known and name not in known), None)
    if unknown is not None:
        raise UnreadableMessageError(f"There is no field `{unknown[:NAME_MAX]}` in this message.")


def _is_text(message: object) -> bool:
    """False when an escape made what no encoding can write: neither an answer nor a fact could hold it."""
    try:
        json.dumps(message, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _ref(message: dict[str, object]) -> str | int:
    ref = message.get("ref", "")
    if isinstance(ref, str) and len(ref) <= REF_MAX:
        return ref
    if isinstance(ref, int) and not isinstance(ref, bool) and abs(ref) < 2**53:
        return ref
    raise UnreadableMessageError(
        f"`ref` is a string of at most {REF_MAX} characters, or an integer."
    )


def _not_bool(quantity: int) -> int:
    if isinstance(quantity, bool):
        raise UnreadableMessageError("`quantity` is an integer.")
    return quantity
