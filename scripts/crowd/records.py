"""What the crowd saw: one record per wish to buy, one per socket. Plain values that cross processes."""

from dataclasses import asdict, dataclass, field
from typing import Any

from live.crowd.purchase import ACCEPTED, Purchase


@dataclass(slots=True)
class Heard:
    """What one viewer's socket brought: their own orders' states, and how the line held."""

    viewer: str
    orders: dict[str, list[str]] = field(default_factory=dict)  # order id -> states in order
    expired_at: dict[str, str] = field(default_factory=dict)  # order id -> `at` of its expiry
    repeats: int = 0  # event ids that came twice
    resets: int = 0
    joins: int = 0
    breaks: int = 0
    frames: int = 0


@dataclass(slots=True)
class Evidence:
    """All that a run is judged by: what was asked for, what was seen, what the server says."""

    quantity: int
    restocked: int
    limit: int
    offer_id: str
    purchases: list[Purchase]
    heard: list[Heard]
    audit: dict[str, Any]
    rows: list[dict[str, Any]]
    tally: dict[str, Any]
    outage: bool = False  # the server was away for a while: deadlines may have slipped meanwhile

    @property
    def accepted(self) -> list[Purchase]:
        return [p for p in self.purchases if p.outcome == ACCEPTED]


def pack(purchases: list[Purchase], heard: list[Heard]) -> dict[str, Any]:
    """Records as plain maps, for a JSON file."""
    return {"purchases": [asdict(p) for p in purchases], "heard": [asdict(h) for h in heard]}


def unpack(data: dict[str, Any]) -> tuple[list[Purchase], list[Heard]]:
    """The other way round."""
    return [Purchase(**p) for p in data["purchases"]], [Heard(**h) for h in data["heard"]]
