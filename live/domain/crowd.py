"""The crowd of a rehearsal: how large it may be, in which mood it comes, what it is asked for and what it tells."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from live.domain.spread import Spread

VIEWERS_MAX = (
    2_000  # one process at low priority holds so many sockets beside the server that it tests
)
ORDERS_PER_S_MAX = 200
COMMENTS_PER_S_MAX = 50
LENGTH_MAX_S = 1_800
TIMES_MAX = 20.0  # an earlier show's curve, times this
SIZES = (100, 500, 2_000)


class Mood(StrEnum):
    """How a crowd takes an opening."""

    CALM = "calm"
    LIVELY = "lively"
    RUSH = "rush"


@dataclass(frozen=True, slots=True)
class Manners:
    """`conversion`: of 100 viewers so many want something of a sale. `haste_s`: how long after the opening they
    order, on average. `comments_per_min`: of one viewer."""

    conversion: float
    haste_s: float
    comments_per_min: float


MANNERS: Mapping[Mood, Manners] = {
    Mood.CALM: Manners(3.0, 20.0, 0.2),
    Mood.LIVELY: Manners(12.0, 6.0, 0.6),
    Mood.RUSH: Manners(40.0, 2.0, 1.2),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for. `conversion`: of 100 viewers, as the mood has it or as was typed. `after`: the
    show whose own curve is followed instead, `times` as many."""

    viewers: int
    mood: Mood = Mood.LIVELY
    conversion: float = 0.0
    after: str = ""
    times: float = 1.0
    length_s: int = 900


@dataclass(frozen=True, slots=True)
class Job:
    """What the crowd's process is told, once. `guests`: viewer id and token of each. `sales`: orders in each
    second after the opening, of the first sale of the earlier show, of the second …; empty: by the mood. `talk`:
    its comments in each second."""

    base_url: str
    show_id: str
    entry: str  # lets its sockets in, past the limit for one address
    guests: Sequence[tuple[str, str]]
    length_s: float
    conversion: float
    haste_s: float
    comments_per_s: float
    sales: Sequence[Sequence[int]] = ()
    talk: Sequence[int] = ()
    times: float = 1.0


@dataclass(slots=True)
class Seen:
    """What the crowd has met with so far. `order`: from the moment at which an order was due until its answer;
    `screen`: from an accepted order's commit until the numbers with it had reached a viewer's socket."""

    watching: int = 0
    most_watching: int = 0
    wishes: int = 0
    accepted: int = 0
    paid: int = 0
    unanswered: int = 0  # nobody knows what became of them
    breaks: int = 0  # sockets that were lost and came back
    comments: int = 0
    comments_refused: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    order: Spread = field(default_factory=Spread)
    screen: Spread = field(default_factory=Spread)

    @property
    def answered(self) -> int:
        return self.accepted + self.refused.total() + self.errors.total()

    def packed(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in _PLAIN}
        return told | {
            "refused": dict(self.refused),
            "errors": dict(self.errors),
            "order": self.order.packed(),
            "screen": self.screen.packed(),
        }

    @classmethod
    def unpacked(cls, told: Mapping[str, Any]) -> "Seen":
        """Of nothing told yet: nothing seen."""
        return cls(
            **{name: int(told.get(name, 0)) for name in _PLAIN},
            refused=Counter(told.get("refused", {})),
            errors=Counter(told.get("errors", {})),
            order=Spread.unpacked(told.get("order", {})),
            screen=Spread.unpacked(told.get("screen", {})),
        )

    def merge(self, other: "Seen") -> None:
        """Both, one after the other."""
        for name in _PLAIN:
            if name not in ("watching", "most_watching"):
                setattr(self, name, getattr(self, name) + getattr(other, name))
        self.most_watching = max(self.most_watching, other.most_watching)
        self.refused.update(other.refused)
        self.errors.update(other.errors)
        self.order.merge(other.order)
        self.screen.merge(other.screen)


_PLAIN = (
    "watching", "most_watching", "wishes", "accepted", "paid", "unanswered", "breaks", "comments",
    "comments_refused",
)  # fmt: skip


def packed(wanted: Wanted) -> dict[str, object]:
    return asdict(wanted)


def unpacked(told: Mapping[str, Any]) -> Wanted:
    return Wanted(**{**told, "mood": Mood(told["mood"])})
