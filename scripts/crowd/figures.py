"""Figures of a run: percentiles, throughput, and series by time. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from live.crowd.purchase import ACCEPTED, REFUSALS, UNRESOLVED, Purchase
from scripts.crowd.records import Evidence

PERCENTILES = (50.0, 90.0, 99.0, 99.9)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Nearest rank: the smallest value that `percent` of all do not exceed; 0 of nothing."""
    if not ordered:
        return 0.0
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[min(max(rank, 1), len(ordered)) - 1]


@dataclass(frozen=True, slots=True)
class Bucket:
    """One slice of time: what arrived in it, what was answered in it, how long that had taken."""

    at_s: float
    arrived: int
    accepted: int
    refused: int
    failed: int
    p50_s: float
    p99_s: float


def summarize(evidence: Evidence, troubles: Counter[str]) -> dict[str, Any]:
    """The figures that are printed, kept as JSON and drawn."""
    answered = [p for p in evidence.purchases if p.outcome != UNRESOLVED]
    waits = sorted(p.latency_s for p in answered)
    ends = [p.answered_s for p in answered]
    span_s = max(ends) - min(p.intended_s for p in answered) if answered else 0.0
    outcomes = Counter(p.outcome for p in evidence.purchases)
    refused = {k: v for k, v in outcomes.items() if k in REFUSALS}
    errors = {k: v for k, v in outcomes.items() if k not in REFUSALS and k != ACCEPTED}
    latency = {f"p{p:g}": round(percentile(waits, p) * 1000, 2) for p in PERCENTILES}
    latency["max"] = round(waits[-1] * 1000, 2) if waits else 0.0
    return {
        "wishes": len(evidence.purchases),
        "accepted": outcomes[ACCEPTED],
        "refused": dict(sorted(refused.items())),
        "errors": dict(sorted(errors.items())),
        "replayed": sum(len(p.replays) for p in evidence.purchases),
        "repeats": sum(p.repeats for p in evidence.purchases),
        "troubles": dict(sorted(troubles.items())),
        "latency_ms": latency,
        "answered_per_s": round(len(answered) / span_s, 1) if span_s else 0.0,
        "accepted_per_s": round(accepted_rate(evidence.accepted), 1),
        "ends": dict(Counter(r["state"] for r in evidence.rows)),
        "sockets": {
            "viewers": len(evidence.heard),
            "frames": sum(h.frames for h in evidence.heard),
            "breaks": sum(max(h.joins - 1, 0) for h in evidence.heard),
            "resets": sum(h.resets for h in evidence.heard),
        },
    }


def accepted_rate(accepted: Sequence[Purchase]) -> float:
    """Accepted orders a second, from the first intended to the last answered."""
    if not accepted:
        return 0.0
    span_s = max(p.answered_s for p in accepted) - min(p.intended_s for p in accepted)
    return len(accepted) / max(span_s, 0.001)


def by_time(purchases: Sequence[Purchase], slices: int = 60) -> list[Bucket]:
    """The burst cut into equal slices, by arrival and by answer."""
    answered = [p for p in purchases if p.outcome != UNRESOLVED]
    if not answered:
        return []
    width_s = max(max(p.answered_s for p in answered), 0.001) / slices
    arrivals = Counter(min(int(p.intended_s / width_s), slices - 1) for p in purchases)
    groups: list[list[Purchase]] = [[] for _ in range(slices)]
    for purchase in answered:
        groups[min(int(purchase.answered_s / width_s), slices - 1)].append(purchase)
    return [_bucket(n * width_s, arrivals[n], group) for n, group in enumerate(groups)]


def _bucket(at_s: float, arrived: int, group: list[Purchase]) -> Bucket:
    waits = sorted(p.latency_s for p in group)
    accepted = sum(p.outcome == ACCEPTED for p in group)
    refused = sum(p.outcome in REFUSALS for p in group)
    failed = len(group) - accepted - refused
    p50_s, p99_s = percentile(waits, 50), percentile(waits, 99)
    return Bucket(at_s, arrived, accepted, refused, failed, p50_s, p99_s)
