"""A list of words as people keep it: a text with a word a line, or the first column of a CSV."""

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from live.domain.folding import fold
from live.domain.moderation import BLOCKED_MAX, BLOCKED_WORD_MAX


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
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        word = _word(line)
        if not word or word.startswith("#"):
            continue
        folded = fold(word).tight
        reason = _fault(word, folded)
        if not reason and folded not in words and len(words) == BLOCKED_MAX:
            reason = "too_many"
        if reason:
            rejected.append(RejectedWord(number, reason))
        else:
            words.setdefault(folded, word)
    return WordList(tuple(words.values()), rejected)


def _word(line: str) -> str:
    """The first cell: spreadsheets write more of them, and quotes."""
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error:
        cells = [line]
    return unicodedata.normalize("NFC", cells[0]).strip() if cells else ""


def _fault(word: str, folded: str) -> str:
    if len(word) > BLOCKED_WORD_MAX:
        return "too_long"
    is_plain = all(unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn") for char in word)
    return "" if folded and is_plain else "unreadable"
