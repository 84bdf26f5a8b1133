"""One folding of what people write, for watched words, blocked words and questions alike.

Full-width and half-width, upper and lower case, traditional and simplified characters are the same;
what the eye does not see does not count.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

from opencc import OpenCC


class Folded(NamedTuple):
    """A text to look for words in: with its spaces, and without any."""

    spaced: str
    tight: str


def fold(text: str) -> Folded:
    """NFKC, case folded, simplified, without format characters and variation selectors."""
    spaced = unicodedata.normalize("NFKC", text).casefold().translate(_simplified())
    return Folded(spaced, "".join(spaced.split()))


class _Simplified(dict[int, str | None]):
    """Code point → what it counts as; found out once for each.

    One character at a time, never by the words around it: what is a part of a text must be a part of
    the folded text, too.
    """

    def __init__(self) -> None:
        self._convert = OpenCC("t2s").convert

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        unseen = unicodedata.category(char) == "Cf" or 0xFE00 <= code <= 0xFE0F
        self[code] = None if unseen else self._convert(char)
        return self[code]


@cache
def _simplified() -> _Simplified:
    """Made when first needed: the dictionary takes 20 ms to read."""
    return _Simplified()
