"""Moderation: a show's rules for its chat, what they make of a comment, and who may still speak.

A blocked word hides a comment without a word to its author; pre-moderation holds it until somebody
approves it; a link is refused. What is hidden or held is kept and stays with the crew.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from live.domain.comment import CommentState
from live.domain.folding import Folded, fold
from live.domain.tally import Tally, Watch

BLOCKED_MAX = 2_000  # words of one show
BLOCKED_WORD_MAX = 40  # characters
SLOW_MAX_S = 300
MUTE_MAX_S = 30 * 24 * 3600
QUESTION_MARKS = ("?", "吗", "呢", "多少", "怎么", "什么")

# Why a comment did not go straight to everyone. It is fixed when the comment comes in.
HELD_FIRST = "premoderation"
BY_WORD = "word:"  # followed by the word that is blocked
BY_SHADOW = "shadow"
BY_SHOP = "shop"  # the crew's own words: not screened, and counted for no word

_DOMAINS = (
    "com|cn|net|org|top|xyz|shop|vip|cc|io|me|tv|link|live|store|info|biz|co|ru|hk|tw|jp|uk|app|site"
    "|online|club|icu"
)
_LINK = re.compile(
    rf"https?:/|www\.|(?<![a-z0-9])[a-z0-9][a-z0-9-]*\.(?:[a-z0-9-]+\.)*(?:{_DOMAINS})(?![a-z0-9-])"
)
# After a word of any script, whatever full stop and spaces are between: only endings that begin no sentence
# ("好的。vip 有优惠吗" has no link).
_SPACED_LINK = re.compile(r"[^\W_] *\. *(?:com|org|xyz)(?![a-z0-9-])")
_CHINESE_LINK = re.compile(r"[^\W_]\.(?:cn|net)(?![a-z0-9-])")  # with a dot, not with a full stop
_DOTS = str.maketrans("。｡·・•‧∙", ".......")


@dataclass(frozen=True, slots=True)
class ChatRules:
    """`slow_s`: seconds between two comments of a viewer, 0 is none. `tally_window_s`: see `Recount`.
    `ingest_n`: which of the show's addresses for other platforms' comments is open, from 0; the others
    are shut."""

    premoderation: bool = False
    slow_s: int = 0
    links_off: bool = False
    blocked: tuple[str, ...] = ()
    tally_window_s: int | None = None
    ingest_n: int = 0


class StandingKind(StrEnum):
    FREE = "free"
    MUTED = "muted"  # until a moment
    BANNED = "banned"
    SHADOWED = "shadowed"  # speaks, and only the crew hears it


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a viewer may speak; `until_ms` (Redis time) is for those muted."""

    kind: StandingKind = StandingKind.FREE
    until_ms: int = 0

    def at(self, now_ms: int) -> "Standing":
        """A mute that is over is none."""
        over = self.kind is StandingKind.MUTED and self.until_ms <= now_ms
        return FREE if over else self


FREE = Standing()


@dataclass(frozen=True, slots=True)
class Screened:
    """What the rules make of a text. `refused`: the code with which it is not taken at all; `words`: the
    watched words that it says; `asks`: it is a question."""

    state: CommentState
    why: str
    words: Sequence[str]
    asks: bool
    refused: str = ""


OF_THE_SHOP = Screened(CommentState.SHOWN, BY_SHOP, (), asks=False)


class Screen:
    """A show's rules and watched words, made ready for many comments."""

    def __init__(self, rules: ChatRules, words: Sequence[str] = ()) -> None:
        self.rules = rules
        self.words = tuple(words)
        self._blocked = Watch(rules.blocked)
        self._watched = Watch(words)

    def screen(self, text: str) -> Screened:
        """Without a look at who speaks: standings and slow mode are decided where they are kept."""
        folded = fold(text)
        words, asks = self._watched.said_by(folded), is_question(folded)
        if self.rules.links_off and has_link(folded):
            return Screened(CommentState.HIDDEN, "", words, asks, refused="links_off")
        if blocked := self._blocked.said_by(folded):
            return Screened(CommentState.HIDDEN, BY_WORD + blocked[0], words, asks)
        if self.rules.premoderation:
            return Screened(CommentState.HELD, HELD_FIRST, words, asks)
        return Screened(CommentState.SHOWN, "", words, asks)


def is_question(text: Folded) -> bool:
    """True for a comment that asks something."""
    return any(mark in text.tight for mark in QUESTION_MARKS)


def has_link(text: Folded) -> bool:
    """True for a text with an address in it, written out or with dots and spaces to hide it."""
    return any(_is_linked(form) for form in text)


def _is_linked(text: str) -> bool:
    dotted = text.translate(_DOTS)
    return bool(_LINK.search(dotted) or _SPACED_LINK.search(dotted) or _CHINESE_LINK.search(text))


def arrival(why: str) -> CommentState:
    """The state in which a comment came in, from what is kept of the reason."""
    if why.startswith(BY_WORD):
        return CommentState.HIDDEN
    return {HELD_FIRST: CommentState.HELD, BY_SHADOW: CommentState.SHADOWED}.get(
        why, CommentState.SHOWN
    )


def counts(why: str) -> bool:
    """Whether a comment that came in so counts for the watched words: later acts change nothing of it."""
    return why != BY_SHOP and arrival(why) in (CommentState.SHOWN, CommentState.HELD)


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """What a show's chat has come to: all that Redis must have again when it has lost the show.

    `words` in the operator's order · `decided`: comments whose state the crew has changed · `held`: how many
    wait for an approval · `pinned`: a comment's id, or "" · `own`: of each viewer what they said here last, oldest
    first: (seq, name, text, why) · `messages`: (platform, id) of the last ones from
    outside, as many as must not come in twice.
    """

    rules: ChatRules
    words: Mapping[str, Tally]
    standings: Mapping[str, Standing]
    decided: Mapping[str, CommentState]
    held: int
    pinned: str
    own: Mapping[str, Sequence[tuple[int, str, str, str]]]
    messages: Sequence[tuple[str, str]]


HEARD_MAX = (
    100_000  # messages from outside at least that are told again; `lua/say.lua` has the same
)
