"""A list of words as people keep it: one or several a line, typed, or from a CSV.

Commas and semicolons of either language, 、 and tabs part the words of a line; a word that has one of them
stands in double quotes, as in a CSV. A line that names its columns begins a table, which lasts until the
next empty line: only its column of words counts, whatever notes stand beside it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from live.domain.folding import fold
from live.domain.moderation import BLOCKED_MAX, BLOCKED_WORD_MAX

COMMENT = "#"  # a line that begins with it is passed over
_PARTS = ",，、;；\t"
_CELL = re.compile(rf'(?:^|[{_PARTS}]) *(?:"((?:[^"]|"")*)"(?= *(?:$|[{_PARTS}]))|([^{_PARTS}]*))')
_NEEDS_QUOTES = re.compile(rf'[{_PARTS}"]|^{COMMENT}')
# How the column of words is called at the head of a table.
_HEADS = {"word", "words", "keyword", "keywords", "blocked word", "blocked words"} | {
    "词", "词语", "屏蔽词", "关键词", "敏感词", "违禁词",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RejectedWord:
    """`line` as a text editor counts; `reason`: too_long, unreadable, too_many."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class WordList:
    """Words in the order of the file, each once however it is written."""

    words: Sequence[str]
    rejected: Sequence[RejectedWord]


def read_words(text: str) -> WordList:
    """Empty lines and lines that begin with # are passed over."""
    words: dict[str, str] = {}
    rejected: list[RejectedWord] = []
    for number, word in _words(text.removeprefix("\ufeff")):
        folded = fold(word).tight
        reason = _fault(word, folded)
        if not reason and folded not in words and len(words) == BLOCKED_MAX:
            reason = "too_many"
        if reason:
            rejected.append(RejectedWord(number, reason))
        else:
            words.setdefault(folded, word)
    return WordList(tuple(words.values()), rejected)


def write_words(words: Iterable[str]) -> str:
    """A word a line, in such a way that `read_words` reads the same."""
    return "\n".join(_quoted(word) if _NEEDS_QUOTES.search(word) else word for word in words)


def _words(text: str) -> Iterator[tuple[int, str]]:
    column: int | None = None  # the only one that counts, inside a table
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            column = None
        if line.lstrip().startswith(COMMENT):
            continue
        cells = _cells(line)
        heads = [place for place, cell in enumerate(cells) if cell.casefold() in _HEADS]
        if heads and len(cells) > 1:
            column = heads[0]
        else:
            wanted = cells if column is None else cells[column : column + 1]
            yield from ((number, cell) for cell in wanted if cell)


def _cells(line: str) -> list[str]:
    found = (
        plain if quoted is None else quoted.replace('""', '"')
        for quoted, plain in (match.groups() for match in _CELL.finditer(line))
    )
    return [unicodedata.normalize("NFC", cell).strip() for cell in found]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _fault(word: str, folded: str) -> str:
    if len(word) > BLOCKED_WORD_MAX:
        return "too_long"
    is_plain = all(unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn") for char in word)
    return "" if folded and is_plain else "unreadable"
