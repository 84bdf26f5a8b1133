"""A line-up as people type it: one product a line, and below it what the host says of it.

    316 保温杯 500 ml 99/159 x60 限2
    - 双层真空，早上灌的水下午还烫口
    2. 香薰灯，原价 89 秒杀 39.9，库存 5
    Ceramic mug 79 x100 limit 2 #MUG-1

The end of a line is read backwards, in whatever order: #SKU, a limit, the units, and the price with the list
price behind a stroke, or each of them called by its name. All but the title may be left out; without a price
there is no sale. Tabs, as a spreadsheet pastes them, count as spaces; a number in front of the line is none of
the title's. A line that begins with a dash or a dot is a note for the host.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from live.domain.catalogue import NOTES_MAX, SKU_MAX, TITLE_MAX
from live.domain.line_up import COUNTDOWN_S, DURATION_S, LIMIT, LINES_MAX, Line, Sale
from live.domain.money import to_minor
from live.domain.offer import LIMIT_MAX, PRICE_MAX, QUANTITY_MAX

TEXT_MAX = 20_000  # characters

_NOTE = re.compile(r"\s*[-–—·•*]\s+(.*)")
_NUMBER = re.compile(r"\s*(?:\d{1,3}\s*[.．、)）]|[(（]\d{1,3}[)）]|[①-⑳])\s*(?=\D)")
_APART = r"[\s,，;；|]+"
_EACH = r"(?:each|(?:a|per)\s+(?:buyer|person|customer|viewer))"
_AMOUNT = r"[¥￥$€£]?\s*(\d{1,13}(?:\.\d{1,3})?)\s*元?"


def _ends(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + r"[\s,，;；|。]*$", re.IGNORECASE)


_MARKS = {  # a Chinese name of a thing may stand close behind what is before it
    "sku": (_ends(rf"\s#(\S{{1,{SKU_MAX}}})"),),
    "limit": (
        _ends(
            rf"(?:每人(?:限购?|最多)?|限购|{_APART}限|{_APART}limit)\s*[:：]?\s*(\d{{1,6}})\s*[件个]?"
        ),
        _ends(rf"{_APART}(?:max|at\s+most)\s+(\d{{1,6}})(?:\s+{_EACH})?"),
        _ends(rf"{_APART}(\d{{1,6}})\s+{_EACH}"),
    ),
    "units": (
        _ends(rf"{_APART}[x×*]\s*(\d{{1,9}})"),
        _ends(rf"(?:库存|{_APART}stock|{_APART}qty)\s*[:：]?\s*(\d{{1,9}})\s*[件个]?"),
        _ends(rf"{_APART}(\d{{1,9}})\s*(?:[件个]|units?|pcs|in\s+stock)"),
    ),
    "price": (
        _ends(
            rf"(?:秒杀价?|直播价|到手价|特价|现价|{_APART}flash|{_APART}sale|{_APART}now)"
            rf"(?:\s+price)?\s*[:：]?\s*{_AMOUNT}"
        ),
    ),
    "list_price": (
        _ends(
            rf"(?:原价|日常价|吊牌价|{_APART}list|{_APART}was|{_APART}rrp)"
            rf"(?:\s+price)?\s*[:：]?\s*{_AMOUNT}"
        ),
    ),
}
_STROKE = _ends(rf"{_APART}{_AMOUNT}\s*/\s*{_AMOUNT}")  # price / list price
_ARROW = _ends(rf"{_APART}{_AMOUNT}\s*(?:→|->|=>)\s*{_AMOUNT}")  # list price → price
_ALONE = _ends(_APART + _AMOUNT)
_SIGNED = _ends(_APART + r"(?=[¥￥$€£]|\S+元)" + _AMOUNT)


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
    title, said = _read_backwards(_NUMBER.sub(" ", text, count=1))
    if not title:
        raise _UnreadableError("no_title")
    if len(title) > TITLE_MAX:
        raise _UnreadableError("too_long")
    quantity = int(said.get("units", 0))
    if quantity > QUANTITY_MAX or ("units" in said and not quantity):
        raise _UnreadableError("units")
    per_buyer = int(said.get("limit", LIMIT))
    if not 1 <= per_buyer <= LIMIT_MAX:
        raise _UnreadableError("limit")
    price, list_price = (_money(said.get(name), currency) for name in ("price", "list_price"))
    sale = None
    if price is not None and quantity:
        sale = Sale(price, quantity, per_buyer, DURATION_S, hold_s, COUNTDOWN_S)
    return Line(said.get("sku", ""), "", title, list_price or price or 0, quantity, None, "", sale)


def _read_backwards(text: str) -> tuple[str, dict[str, str]]:
    """What is left as the title, and what was said behind it, each thing once."""
    said: dict[str, str] = {}
    while True:
        found = _last_of(text, said)
        if found is None:
            return text.strip(" ,，;；|。"), said
        text, more = found
        said |= more


def _last_of(text: str, said: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    for name, patterns in _MARKS.items():
        for pattern in patterns if name not in said else ():
            if found := pattern.search(text):
                return text[: found.start()], {name: found[1]}
    names = {_STROKE: ("price", "list_price"), _ARROW: ("list_price", "price"), _ALONE: ("price",)}
    if (
        "price" in said
    ):  # a number in front of it is the title's, a price with its sign is the older one
        names = {} if "list_price" in said else {_SIGNED: ("list_price",)}
    for pattern, called in names.items():
        found = pattern.search(text)
        if found and text[: found.start()].strip():  # a title may be a number
            return text[: found.start()], dict(zip(called, found.groups(), strict=True))
    return None


def _money(said: str | None, currency: str) -> int | None:
    """Minor units."""
    if said is None:
        return None
    try:
        amount = to_minor(said, currency)
    except ValueError as wrong:
        raise _UnreadableError("price") from wrong
    if amount > PRICE_MAX:
        raise _UnreadableError("price")
    return amount


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
