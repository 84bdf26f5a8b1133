"""What an act has changed, field by field, as the record keeps it: below the first line of the act's detail one
line a change, `price [5900, 590]`, with the name of the thing as a third value where the act changed several."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from live.domain.line_up import Line, Sale
from live.domain.moments import rfc3339_of

MOST = 8  # changes told of one act; a CSV may change thousands
LONGEST = 60  # characters of a text: enough to tell one from another
UNTOLD = frozenset({"image_url", "notes"})  # that they changed is enough
OF_ITEM = ("title", "variant", "list_price", "stock", "image_url", "notes")
OF_SALE = ("price", "quantity", "per_buyer_limit", "duration_s", "hold_s", "countdown_s")

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """`field` from `before` to `after`, None for nothing; `of`: whose, where the act does not say it."""

    field: str
    before: Value
    after: Value
    of: str = ""


def change(field: str, before: object, after: object, of: str = "") -> list[Change]:
    """The change, or none."""
    if before == after:
        return []
    return [Change(field, _told(field, before), _told(field, after), of)]


def line_changes(before: Line, after: Line, of: str = "") -> list[Change]:
    """Of an item and of its sale."""
    told = [one for f in OF_ITEM for one in change(f, getattr(before, f), getattr(after, f), of)]
    return told + sale_changes(before.sale, after.sale, of)


def sale_changes(before: Sale | None, after: Sale | None, of: str = "") -> list[Change]:
    """Of a first sale, or of one that is gone, only the price and the units are told."""
    fields = OF_SALE if before and after else OF_SALE[:2]
    pairs = [(f, getattr(before, f, None), getattr(after, f, None)) for f in fields]
    return [one for f, old, new in pairs for one in change(f, old, new, of)]


def with_changes(detail: str, changes: Sequence[Change]) -> str:
    """The detail of an act that made them."""
    lines = [f"{one.field} {json.dumps(_values(one), ensure_ascii=False)}" for one in changes]
    return "\n".join([detail, *lines[:MOST]])


def changes_in(detail: str) -> tuple[str, list[Change]]:
    """The detail without them, and them. A text of several lines is a detail of that act, whole."""
    first, *lines = detail.split("\n")
    found = []
    for line in lines:
        field, _, values = line.partition(" ")
        try:
            found.append(Change(field, *json.loads(values)))
        except (ValueError, TypeError):
            return detail, []
    return first, found


def _values(one: Change) -> list[Value]:
    return [one.before, one.after, *([one.of] if one.of else [])]


def _told(field: str, value: object) -> Value:
    if isinstance(value, datetime):
        return rfc3339_of(value)
    if field in UNTOLD or value in (None, ""):
        return None
    return value if isinstance(value, int) else str(value)[:LONGEST]
