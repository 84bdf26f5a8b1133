"""What the load client is told, and what it tells: one JSON object each way."""

from dataclasses import dataclass
from typing import Literal

from scripts.benchmarks.hammer import Blow

SHORT = 0.98  # of the asked rate; below, what was measured is not the load that was asked for


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `rate` orders a second in the open loop; None is the closed loop.

    Over HTTP, `path` is where orders are posted and the tokens take turns. Over sockets it is where they
    are opened, each by the next token, and each socket orders `per_offer` times of each of `offers`.
    """

    kind: Literal["http", "socket"]
    host: str
    port: int
    path: str
    tokens: tuple[str, ...]
    run: str  # makes the keys unique among runs
    connections: int
    seconds: float
    rate: float | None = None
    arrivals: Literal["poisson", "fixed"] = "poisson"
    seed: int = 0
    offers: tuple[str, ...] = ()
    per_offer: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one run. Latencies count from the intended start of each order."""

    accepted: int
    refused: int
    lost: int  # their connection broke before the answer
    unanswered: int  # not answered, or not even sent, when patience ended
    intended: int  # arrivals of the open loop; in the closed loop, all that were sent
    seconds: float  # from the first intended start to the last answer, and no less than planned
    p50_ms: float
    p99_ms: float
    max_ms: float
    late_p99_ms: (
        float  # open loop: how long after an intended start the client itself woke up for it
    )
    cpu_us: float  # processor time of the client for each answer
    other_frames: int  # over sockets: what else the server had to say
    remark: str  # the first refusal or loss, in its own words

    @property
    def blow(self) -> Blow:
        """As the other client tells it."""
        others = self.refused + self.lost + self.unanswered
        return Blow(self.accepted, others, self.seconds, self.p50_ms, self.p99_ms)

    def kept(self, planned_s: float) -> float:
        """The achieved rate of answers as a share of the rate at which orders were due."""
        due = self.intended / planned_s
        return (self.accepted + self.refused) / self.seconds / due if due else 1.0

    def is_short(self, planned_s: float) -> bool:
        """True if the asked rate was missed: the figures then describe some other load."""
        return self.kept(planned_s) < SHORT
