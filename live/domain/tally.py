"""Watched words: which of them a comment says (扣1, 想要, "A1")."""

import unicodedata
from collections.abc import Iterable

WORDS_MAX = 20
WORD_MAX = 20  # characters


def normalise(text: str) -> str:
    """Full-width and half-width, upper and lower case count as the same; spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def spoken(text: str, words: Iterable[str]) -> list[str]:
    """Those of `words` that the comment says.

    A word of Latin letters and digits must stand alone: `A1` is not said by `A12`; `1` is said by
    `扣1` and by `1 1 1` (people repeat it), but not by `100`. Chinese words may stand anywhere.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    tight = "".join(folded.split())
    return [word for word in words if _says(folded, tight, normalise(word))]


def _says(folded: str, tight: str, word: str) -> bool:
    if not word:
        return False
    if not (_is_ascii_word(word[0]) or _is_ascii_word(word[-1])):
        return word in tight
    return any(_stands_alone(text, word) for text in (folded, tight)) or _is_repetition(tight, word)


def _stands_alone(text: str, word: str) -> bool:
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        before = start > 0 and _is_ascii_word(word[0]) and _is_ascii_word(text[start - 1])
        after = end < len(text) and _is_ascii_word(word[-1]) and _is_ascii_word(text[end])
        if not before and not after:
            return True
        start = text.find(word, start + 1)
    return False


def _is_repetition(tight: str, word: str) -> bool:
    return len(tight) > len(word) and tight == word * (len(tight) // len(word))


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
