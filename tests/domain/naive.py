"""What it means to say a word, by a loop over words: what the matcher must find, too."""

from collections.abc import Iterable

from live.domain.folding import fold


def spoken(text: str, words: Iterable[str]) -> list[str]:
    folded = fold(text)
    return [word for word in words if _says(folded.spaced, folded.tight, fold(word).tight)]


def _says(spaced: str, tight: str, word: str) -> bool:
    if not word:
        return False
    if not (_is_latin(word[0]) or _is_latin(word[-1])):
        return word in tight
    return any(_stands_alone(text, word) for text in (spaced, tight)) or _repeats(tight, word)


def _stands_alone(text: str, word: str) -> bool:
    for start in range(len(text) - len(word) + 1):
        end = start + len(word)
        if text[start:end] != word:
            continue
        before = start > 0 and _is_latin(word[0]) and _is_latin(text[start - 1])
        after = end < len(text) and _is_latin(word[-1]) and _is_latin(text[end])
        if not before and not after:
            return True
    return False


def _repeats(tight: str, word: str) -> bool:
    return len(tight) > len(word) and tight == word * (len(tight) // len(word))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
