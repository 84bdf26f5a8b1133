"""A comment: what comes in, from our own viewers or from another platform, and what becomes of it."""

from dataclasses import dataclass
from enum import StrEnum

from live.domain.ids import ShowId

TIP_MAX = 40  # characters
OWN_KEPT = 3  # comments of a viewer that they see again; `lua/say.lua` has the same
OURS = ""  # the `platform` of what viewers say on our own pages
SHOP = "shop"  # and of what the crew says to them; nothing from elsewhere may call itself so


class CommentState(StrEnum):
    """Who sees it. Shown: everyone. Held: until somebody approves it, the crew and its author. Hidden and
    shadowed: the same, and its author is never told."""

    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"
    SHADOWED = "shadowed"


class ChatView(StrEnum):
    """Which comments the crew looks at. Buyers: of those who hold or own units. Held: what waits for an
    approval, and what a blocked word has hidden."""

    ALL = "all"
    QUESTIONS = "questions"
    BUYERS = "buyers"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something said. `platform` and `message_id` say where a message from outside comes from, and are
    what tells a repetition; both are empty for our own viewers.

    `tip`: what was paid there to have it said, in that platform's words; it is shown, and counted nowhere.
    `at_ms`: when it was said there, unix ms by the platform's own clock, or None. A show counts by when
    a comment came in, so this is for whoever replays a recording.
    """

    viewer: str
    name: str
    text: str
    platform: str = OURS
    message_id: str = ""
    at_ms: int | None = None
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """It is in the show's log. `state` is for the crew: `as_told` is what its author may know."""

    id: str
    state: CommentState

    @property
    def as_told(self) -> CommentState:
        return told_to_author(self.state)


@dataclass(frozen=True, slots=True)
class OwnComment:
    """One of the last things that a viewer has said here, as they may know it. `waits`: for an approval."""

    id: str
    name: str
    text: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The platform's message was taken before; nothing was added."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not taken: `ended`, `links_off`, `muted` (until `until_ms`), `banned`, or `slow_mode` (for
    another `wait_ms`)."""

    code: str
    until_ms: int = 0
    wait_ms: int = 0


Answer = Posted | Duplicate | Refused


def told_to_author(state: CommentState) -> CommentState:
    """Whoever is hidden is not told so."""
    return CommentState.HELD if state is CommentState.HELD else CommentState.SHOWN


def comment_id(show_id: ShowId, seq: int) -> str:
    """Of the comment that is the fact `seq`."""
    return f"{show_id}-c{seq}"


def seq_of(comment: str) -> int:
    """The fact that the comment is; 0 for what is no comment's id."""
    _, _, number = comment.partition("-c")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
