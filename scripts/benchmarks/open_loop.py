"""Latency at a steady pace: orders are due at moments drawn beforehand, whatever the server does."""

import statistics
from collections.abc import Sequence
from typing import Any

from scripts.benchmarks.load.plan import Plan, Report
from scripts.benchmarks.load.press import press

SHARE = 0.7  # of each one's own capacity, as the closed loop has found it in the same round
P99_GOAL = 2.0  # ours to the reference's, at most


async def steady(
    base_url: str,
    rate: float,
    path: str,
    tokens: Sequence[str],
    run: str,
    connections: int,
    seconds: float,
    seed: int,
) -> Report:
    """The open loop: `rate` orders a second, due at moments that the seed draws."""
    host, _, port = base_url.removeprefix("http://").partition(":")
    return await press(
        Plan(
            kind="http",
            host=host,
            port=int(port),
            path=path,
            tokens=tuple(tokens),
            run=run,
            connections=connections,
            seconds=seconds,
            rate=max(rate, 1.0),  # where nothing was accepted at all, the figures tell
            seed=seed,
        )
    )


def p99_ratio(ours: Report, base: Report) -> float:
    """How many times the reference's p99 ours is, each at its own pace."""
    return ours.p99_ms / base.p99_ms if base.p99_ms else 0.0


def told(report: Report, seconds: float) -> str:
    """One report in words; what spoils it, in capitals."""
    others, short = report.blow.others, report.is_short(seconds)
    return (
        f"{report.intended / seconds:8.0f}/s  p50 {report.p50_ms:.2f}  p99 {report.p99_ms:.2f} ms  "
        f"(client: {report.cpu_us:.1f} µs an order, late by {report.late_p99_ms:.2f} ms at p99)"
        f"{f'  ONLY {report.kept(seconds):.0%} OF THE ASKED RATE' if short else ''}"
        f"{f'  not accepted {others}: {report.remark}' if others else ''}"
    )


def figures_of(pairs: Sequence[tuple[Report, Report]], seconds: float) -> dict[str, Any]:
    """Of all rounds, each (reference, ours) planned for so many seconds."""
    ratios = [p99_ratio(ours, base) for base, ours in pairs]
    ours, base = [ours for _, ours in pairs], [base for base, _ in pairs]
    return {
        "p99_ratio": round(statistics.median(ratios), 2),
        "p99_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "p50_ms": round(statistics.median(r.p50_ms for r in ours), 2),
        "p99_ms": round(statistics.median(r.p99_ms for r in ours), 2),
        "reference_p50_ms": round(statistics.median(r.p50_ms for r in base), 2),
        "reference_p99_ms": round(statistics.median(r.p99_ms for r in base), 2),
        "per_s": round(statistics.median(r.blow.rate for r in ours)),
        "reference_per_s": round(statistics.median(r.blow.rate for r in base)),
        "not_accepted": sum(r.blow.others for r in (*ours, *base)),
        "short_of_rate": sum(r.is_short(seconds) for r in (*ours, *base)),
        "client_us": round(statistics.median(r.cpu_us for r in (*ours, *base)), 1),
        "client_late_p99_ms": round(max(r.late_p99_ms for r in (*ours, *base)), 2),
    }
