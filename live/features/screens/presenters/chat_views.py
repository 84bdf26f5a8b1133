"""What the templates see of the chat. Values only, no I/O."""

from dataclasses import dataclass
from datetime import datetime

from live.domain.comment import SHOP, CommentState, seq_of
from live.domain.moderation import FREE, Standing


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment as the crew sees it. `state` shown, held, hidden, shadowed; `why` it did not come in as
    shown ("" if it did): premoderation, word (then `blocked` is the word), shadow. `label`: what its author
    has in this show, "paid", "unpaid" (an open hold) or "". `platform` "" is our own page; `tip`: what
    was paid elsewhere to have it said, in words."""

    id: str
    viewer: str
    name: str
    text: str
    at: datetime
    is_question: bool
    state: str = CommentState.SHOWN
    why: str = ""
    blocked: str = ""
    platform: str = ""
    label: str = ""
    is_pinned: bool = False
    standing: Standing = FREE
    tip: str = ""

    @property
    def is_shop(self) -> bool:
        """The crew says it, in the shop's name."""
        return self.platform == SHOP


@dataclass(frozen=True, slots=True)
class ChatLines:
    """The newest comments of a view, oldest first; `count`: how many it has had since this process looked
    first, so that what a reader has not seen can be told."""

    lines: tuple[CommentView, ...] = ()
    count: int = 0

    @property
    def newest(self) -> str:
        """The id of the line that came in last; "" without any."""
        return max((line.id for line in self.lines), key=seq_of, default="")


@dataclass(frozen=True, slots=True)
class PinView:
    id: str
    name: str
    text: str
