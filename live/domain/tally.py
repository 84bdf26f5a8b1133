"""Watched words: which of them a comment says (扣1, 想要, "A1"), and how often they were said in all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from live.domain.folding import Folded, fold

WORDS_MAX = 20
WORD_MAX = 20  # characters
WINDOW_MAX_S = 3_600  # of a tally; a longer one is the show


class Watch:
    """Finds all of its words in a text in one pass (Aho & Corasick, CACM 18(6), 1975).

    A word of Latin letters and digits must stand alone: `A1` is not said by `A12`; `1` is said by
    `扣1` and by `1 1 1` (people repeat it), but not by `100`. Chinese words may stand anywhere.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.words:
            if tight := fold(word).tight:
                alike[tight].append(word)
        self._patterns = list(alike)
        self._alike = list(alike.values())
        self._finder = AhoCorasick(self._patterns) if alike else None

    def said_by(self, text: Folded) -> list[str]:
        """Those of the words that the text says, in their own order."""
        if self._finder is None:
            return []
        found = self._found(text.tight, may_repeat=True)
        if text.spaced != text.tight:
            found |= self._found(text.spaced, may_repeat=False)
        if not found:
            return []
        said = {word for n in found for word in self._alike[n]}
        return [word for word in self.words if word in said]

    def _found(self, text: str, *, may_repeat: bool) -> set[int]:
        """Numbers of the patterns that the text says."""
        found: set[int] = set()
        assert self._finder is not None
        for n, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            if n in found:
                continue
            word = self._patterns[n]
            if _stands_alone(text, word, start, end) or (may_repeat and _repeats(text, word)):
                found.add(n)
        return found


def _stands_alone(text: str, word: str, start: int, end: int) -> bool:
    before = start > 0 and _is_latin(word[0]) and _is_latin(text[start - 1])
    after = end < len(text) and _is_latin(word[-1]) and _is_latin(text[end])
    return not before and not after


def _repeats(tight: str, word: str) -> bool:
    return len(tight) > len(word) and tight == word * (len(tight) // len(word))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@dataclass(slots=True)
class Tally:
    """How often one word was said. `viewers`: those who count no more, in the window `window`."""

    count: int = 0
    window: int = 0
    viewers: set[str] = field(default_factory=set)


def window_of(at_ms: int, window_s: int | None) -> int:
    """The number of the window in which a comment counts: 0 where the whole show is one (None)."""
    return at_ms // (window_s * 1000) if window_s else 0


class Recount:
    """Counts comments, oldest first, as `lua/say.lua` counts them when they come in.

    `window_s`: a viewer counts once per word in so many seconds, by Redis time; None: once per show;
    0: every time.
    """

    def __init__(self, words: Sequence[str], window_s: int | None) -> None:
        self._watch = Watch(words)
        self._window_s = window_s
        self._said: dict[str, list[str]] = {}  # people repeat each other: match a text once
        self.tallies = {word: Tally() for word in words}

    def add(self, viewer: str, text: str, at_ms: int) -> None:
        said = self._said.get(text)
        if said is None:
            if len(self._said) >= TEXTS_KEPT:
                self._said.clear()
            said = self._said[text] = self._watch.said_by(fold(text))
        for word in said:
            self._count(self.tallies[word], viewer, at_ms)

    def _count(self, tally: Tally, viewer: str, at_ms: int) -> None:
        if self._window_s == 0:
            tally.count += 1
            return
        window = window_of(at_ms, self._window_s)
        if window != tally.window:
            tally.window, tally.viewers = window, set()
        if viewer not in tally.viewers:
            tally.viewers.add(viewer)
            tally.count += 1

    @property
    def counts(self) -> dict[str, int]:
        """Word → how often it was said."""
        return {word: tally.count for word, tally in self.tallies.items()}


TEXTS_KEPT = 10_000
