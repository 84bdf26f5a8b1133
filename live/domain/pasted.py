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
from live.domain.doubts import line_doubts
from live.domain.line_up import COUNTDOWN_S, DURATION_S, LIMIT, LINES_MAX, Line, Sale
from live.domain.money import to_minor
from live.domain.offer import LIMIT_MAX, PRICE_MAX, QUANTITY_MAX

TEXT_MAX = 20_000  # characters

_NOTE = re.compile(r"\s*[-–—·•*]\s+(.*)")
_NUMBER = re.compile(
    r"\A\s*(?:\d{1,3}\s*[.．、)）]|[(（]\d{1,3}[)）]|[①-⑳]|[一二三四五六七八九十]{1,3}[、.．])\s*(?=\D)"
)
_APART = r"[\s,，;；|]+"
_EACH = r"(?:each|(?:a|per)\s+(?:buyer|person|customer|viewer))"
# Behind a name any measure word may stand; a bare number is so many units with the commonest ones only: "两只装",
# "5 双" are as often part of a title.
_ANY = "[件个套单份只双条盒瓶包台张支把对组箱袋罐本块片]"
_BARE = "[件个套单份]"
_FEW = "一二两三四五六七八九十"
_SIGN = r"[¥￥$€£]"
_FIGURE = r"(?:\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.\d{1,3})?"
_AMOUNT = rf"{_SIGN}?\s*({_FIGURE})\s*元?"
_PRICE = r"(?:秒杀|直播间?|活动|券后|到手|优惠|福利|一口|单)价|秒杀|到手|特价|现价|售价|价格"
_LIST_PRICE = r"原价|(?:日常|平时|吊牌|市场|专柜|门店|划线|零售)价"


def _ends(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern + r"[\s,，;；|。]*$", re.IGNORECASE)


_MARKS = {  # a Chinese name of a thing may stand close behind what is before it
    "sku": (_ends(rf"\s#(\S{{1,{SKU_MAX}}})"),),
    "limit": (
        _ends(
            rf"(?:(?:每|一|单)[人位](?:限购?|限拍|最多|只能?买?)?|限购|{_APART}限拍?|{_APART}limit)"
            rf"\s*[:：]?\s*(\d{{1,6}}|[{_FEW}](?={_ANY}))\s*{_ANY}?"
        ),
        _ends(rf"{_APART}(?:max|at\s+most)\s+(\d{{1,6}})(?:\s+{_EACH})?"),
        _ends(rf"{_APART}(\d{{1,6}})\s+{_EACH}"),
    ),
    "units": (
        _ends(rf"{_APART}[x×*]\s*(\d{{1,9}})"),
        _ends(rf"(?:库存|{_APART}stock|{_APART}qty)\s*[:：]?\s*(\d{{1,9}})\s*{_ANY}?"),
        _ends(rf"{_APART}(\d{{1,9}})\s*(?:{_BARE}|units?|pcs|in\s+stock)"),
    ),
    "price": (
        _ends(
            rf"(?:{_PRICE}|{_APART}flash|{_APART}sale|{_APART}now)(?:\s+price)?\s*[:：]?\s*{_AMOUNT}"
        ),
    ),
    "list_price": (
        _ends(
            rf"(?:{_LIST_PRICE}|{_APART}list|{_APART}was|{_APART}rrp)(?:\s+price)?\s*[:：]?\s*{_AMOUNT}"
        ),
    ),
}
_SAID = re.compile(  # of a title: it is none, something behind it was not understood
    rf"(?:{_SIGN}|{_PRICE}|{_LIST_PRICE}|库存|限购|[每一]人限?)\s*[:：]?\s*\d"
)
_IN_BRACKETS = (
    re.compile(  # what brackets hold that is called by its name; "(500 ml)" is the title's
        rf"[(（\[【]\s*((?:{_PRICE}|{_LIST_PRICE}|库存|限[购拍]?|每人限?[购拍]?"
        r"|(?:was|now|list|rrp|sale|flash|stock|qty|limit)(?:\s+price)?)"
        rf"\s*[:：]?\s*{_SIGN}?\s*\d[^()（）\[\]【】]*)[)）\]】]",
        re.IGNORECASE,
    )
)
_ODD_TITLE = re.compile(r"(?:\s\d+(?:\.\d+)?){2,}$|\s\d+\.\d{1,2}$")
_CELLS = 2  # bare numbers side by side in a row of a spreadsheet: nobody knows which is which
_SHOWN = rf"(?={_SIGN}|[\d.,]+\s*元)"  # what an amount that shows its money begins with
_OFF = rf"(?:{_APART}|(?<=[)）\]】])|(?<![\d.,，]){_SHOWN})"
_STROKE = _ends(rf"{_OFF}{_AMOUNT}\s*/\s*{_AMOUNT}")  # price / list price
_ARROW = _ends(rf"{_OFF}{_AMOUNT}\s*(?:→|->|=>)\s*{_AMOUNT}")  # list price → price
_ALONE = _ends(_OFF + _AMOUNT)
_SIGNED = _ends(_OFF + _SHOWN + _AMOUNT)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line, counted from 1, that could not be read, and why: no_title, price, units, limit, commas, columns,
    not_read, too_long, too_many, note_first, sku_twice."""

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
            if sum(_is_figure(cell) for cell in raw.split("\t")[1:]) >= _CELLS:
                raise _UnreadableError("columns")
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


def doubts_of(line: Line) -> tuple[str, ...]:
    """As `line_doubts`; and odd_title: it ends in what is more likely a price."""
    return (*(("odd_title",) if _ODD_TITLE.search(line.title) else ()), *line_doubts(line))


def _is_figure(cell: str) -> bool:
    return bool(re.fullmatch(_FIGURE, cell.strip()))


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
    title, said = _read_backwards(_IN_BRACKETS.sub(r" \1 ", _NUMBER.sub(" ", text, count=1)))
    if not title:
        raise _UnreadableError("no_title")
    if len(title) > TITLE_MAX:
        raise _UnreadableError("too_long")
    if _SAID.search(title):
        raise _UnreadableError("not_read")
    quantity = int(said.get("units", 0))
    if quantity > QUANTITY_MAX or ("units" in said and not quantity):
        raise _UnreadableError("units")
    per_buyer = _count(said.get("limit", str(LIMIT)))
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
            _check_commas(text, found)
            return text[: found.start()], dict(zip(called, found.groups(), strict=True))
    return None


def _check_commas(text: str, found: re.Match[str]) -> None:
    """`1,299` behind a space is one number; `99,159`, `1,29` and `1，299` behind a comma may be two."""
    apart, first = text[found.start() : found.start(1)].strip("¥￥$€£"), found[1]
    is_close = apart.strip() != "" and apart == apart.strip()
    if is_close and ("," in first or text[found.start() - 1].isdigit()):
        raise _UnreadableError("commas")


def _count(said: str) -> int:
    if said not in _FEW:
        return int(said)
    return {"两": 2}.get(said) or "一二三四五六七八九十".index(said) + 1


def _money(said: str | None, currency: str) -> int | None:
    """Minor units."""
    if said is None:
        return None
    try:
        amount = to_minor(said.replace(",", ""), currency)
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
