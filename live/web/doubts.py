"""What is probably a slip of the finger (`domain/doubts.py`), in words."""

from collections.abc import Sequence

from live.domain.doubts import FIELDS
from live.domain.line_up import Line
from live.web.figures import money
from live.web.words import translate


def warnings_json(codes: Sequence[str], line: Line, currency: str) -> list[dict[str, str]]:
    """What is done as it was asked, and is probably a slip."""
    return [
        {
            "field": FIELDS[code],
            "code": code,
            "detail": doubt_in("en", code, line.list_price, line.stock, currency),
        }
        for code in codes
    ]


def doubt_in(lang: str, code: str, list_price: int, stock: int, currency: str) -> str:
    """The sentence of a doubt; `list_price` in minor units."""
    price = money(list_price, currency, lang)
    return translate(lang, f"offers.doubt.{code}", price=price, stock=stock)
