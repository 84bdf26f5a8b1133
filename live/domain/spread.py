"""A spread of times: counts in buckets that grow by 5 %, so that a million waits travel as some hundred numbers."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

GROWTH = 1.05  # a percentile is at most so much too high, never too low
LEAST_MS = 0.1  # shorter ones are told as this


@dataclass(slots=True)
class Spread:
    """Counts by bucket: bucket n holds what is above LEAST_MS · GROWTH^(n−1) and up to LEAST_MS · GROWTH^n."""

    counts: Counter[int] = field(default_factory=Counter)

    def add(self, ms: float) -> None:
        steps = math.log(max(ms, LEAST_MS) / LEAST_MS) / math.log(GROWTH)
        self.counts[math.ceil(steps - 1e-9)] += 1

    def merge(self, other: "Spread") -> None:
        self.counts.update(other.counts)

    @property
    def count(self) -> int:
        return self.counts.total()

    def percentile(self, percent: float) -> float | None:
        """Nearest rank, in ms: the least bound that `percent` of all do not exceed; None of nothing."""
        rank = max(math.ceil(percent / 100 * self.count), 1)
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return LEAST_MS * GROWTH**bucket
        return None

    def packed(self) -> dict[str, int]:
        """For JSON, whose keys are texts."""
        return {str(bucket): n for bucket, n in sorted(self.counts.items())}

    @classmethod
    def unpacked(cls, told: Mapping[str, int]) -> "Spread":
        return cls(Counter({int(bucket): n for bucket, n in told.items()}))
