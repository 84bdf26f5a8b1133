"""One wish to buy, and all that came of it. Plain values that cross processes."""

from dataclasses import dataclass, field

ACCEPTED = "accepted"
UNRESOLVED = "unresolved"
# What a buyer is told when the sale says no; every other answer is an error.
REFUSALS = frozenset({"sold_out", "limit_reached", "not_open", "ended", "key_reused"})


@dataclass(slots=True)
class Purchase:
    """One wish to buy under one idempotency key, and everything that was answered to it.

    Times are seconds since the burst began. `outcome` is `accepted`, a refusal's code, or
    `unresolved` when no answer could be had at all.
    """

    key: str
    buyer: str
    quantity: int
    wish: str  # pay, late, cancel or leave
    intended_s: float
    replay: str = ""  # "" none, "after" the answer, "twin" at the same moment
    answered_s: float = -1.0
    repeats: int = 0  # of requests that trouble left unanswered
    outcome: str = UNRESOLVED
    status: int = 0
    order: str = ""
    body: str = ""
    expires_at: str = ""
    replays: list[str] = field(default_factory=list)  # bodies of the same key asked again
    end: str = ""  # the state that pay or cancel answered; "" when left alone or never answered
    end_code: str = ""  # the refusal's code when pay or cancel was refused

    @property
    def latency_s(self) -> float:
        return self.answered_s - self.intended_s
