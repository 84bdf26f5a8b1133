"""A line-up as people type it: one product a line, and below it what the host says of it.

    316 保温杯 500 ml 99/159 x60 限2
    - 双层真空，早上灌的水下午还烫口
    Ceramic mug 79 x100 limit 2 #MUG-1

The end of a line is read backwards: #SKU, a limit, the units, and the price with the list price behind a
stroke. All but the title may be left out; without a price there is no sale. Tabs, as a spreadsheet pastes
them, count as spaces. A line that begins with a dash or a dot is a note for the host.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from live.domain.catalogue import NOTES_MAX, SKU_MAX, TITLE_MAX
from live.domain.line_up import LINES_MAX, Line, Sale
from live.domain.money import to_minor
from live.domain.offer import LIMIT_MAX, PRICE_MAX, QUANTITY_MAX

TEXT_MAX = 20_000  # characters

DURATION_S, COUNTDOWN_S, LIMIT = 180, 10, 1  # of a sale of which nothing else is said

_NOTE = re.compile(r"\s*[-–—·•*]\s+(.*)")
_SKU = re.compile(rf"\s#(\S{{1,{SKU_MAX}}})$")
_LIMIT = re.compile(r"\s(?:限购?|limit)\s*(\d{1,6})\s*[件个]?$", re.IGNORECASE)
_UNITS = re.compile(r"\s(?:[x×*]\s*(\d{1,9})|(\d{1,9})\s*[件个])$", re.IGNORECASE)
_PRICE = re.compile(
    r"\s[¥￥$€£]?(\d{1,13}(?:\.\d{1,3})?)(?:\s*/\s*[¥￥$€£]?(\d{1,13}(?:\.\d{1,3})?))?\s*元?$"
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line, counted from 1, that could not be read, and why: no_title, price, units, limit, too_long,
    too_many, note_first, sku_twice."""

    number: int
    reason: str


def read_pasted(
    text: str, currency: str, hold_s: int, taken: Sequence[str] = ()
) -> tuple[list[Line], list[Unread]]:
    """Lines in their order, and those that are not. `taken`: SKUs that the show has; a line without one of
    its own gets the next free number."""
    lines: list[Line] = []
    unread: list[Unread] = []
    used = set(taken)
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        note = _NOTE.fullmatch(raw)
        try:
            if note:
                _add_note(lines, note[1].strip())
                continue
            line = _line(" " + " ".join(raw.split()), currency, hold_s)
            _claim(line.sku, used)
            lines.append(line)
            if len(lines) > LINES_MAX:
                raise _UnreadableError("too_many")
        except _UnreadableError as wrong:
            unread.append(Unread(number, str(wrong)))
            if str(wrong) == "too_many":
                break
    return [line if line.sku else replace(line, sku=free_sku(used)) for line in lines], unread


class _UnreadableError(Exception):
    """Its text is the reason."""


def _add_note(lines: list[Line], note: str) -> None:
    if not lines:
        raise _UnreadableError("note_first")
    notes = f"{lines[-1].notes}\n{note}".strip()
    if len(notes) > NOTES_MAX:
        raise _UnreadableError("too_long")
    lines[-1] = replace(lines[-1], notes=notes)


def _line(text: str, currency: str, hold_s: int) -> Line:
    text, sku = _cut(text, _SKU)
    text, limit = _cut(text, _LIMIT)
    text, units = _cut(text, _UNITS)
    text, price, list_price = _prices(text, currency)
    title = text.strip()
    if not title:
        raise _UnreadableError("no_title")
    if len(title) > TITLE_MAX:
        raise _UnreadableError("too_long")
    quantity = int(units or 0)
    if quantity > QUANTITY_MAX or (units and not quantity):
        raise _UnreadableError("units")
    per_buyer = int(limit or LIMIT)
    if not 1 <= per_buyer <= LIMIT_MAX:
        raise _UnreadableError("limit")
    sale = None
    if price is not None and quantity:
        sale = Sale(price, quantity, per_buyer, DURATION_S, hold_s, COUNTDOWN_S)
    return Line(sku, "", title, list_price or price or 0, quantity, None, "", sale)


def _cut(text: str, end: re.Pattern[str]) -> tuple[str, str]:
    """The text before, and what was found."""
    found = end.search(text)
    if found is None:
        return text, ""
    return text[: found.start()], next(part for part in found.groups() if part)


def _prices(text: str, currency: str) -> tuple[str, int | None, int | None]:
    found = _PRICE.search(text)
    if found is None or not text[: found.start()].strip():  # a title may be a number
        return text, None, None
    try:
        price, list_price = [to_minor(part, currency) if part else None for part in found.groups()]
    except ValueError as wrong:
        raise _UnreadableError("price") from wrong
    if any(value is not None and value > PRICE_MAX for value in (price, list_price)):
        raise _UnreadableError("price")
    return text[: found.start()], price, list_price


def _claim(sku: str, used: set[str]) -> None:
    if sku in used:
        raise _UnreadableError("sku_twice")
    if sku:
        used.add(sku)


def free_sku(used: set[str]) -> str:
    """The next one that is not in `used`, where it is put."""
    number = len(used) + 1
    while (sku := f"P{number}") in used:
        number += 1
    used.add(sku)
    return sku
