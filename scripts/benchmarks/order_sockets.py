"""`scripts/bench orders --socket`: accepted orders a second over viewers' open sockets, beside the reference.

One viewer a socket, the next order when the last is answered, each under a key of its own; each viewer
also hears of their own orders, as everywhere. Two limits would measure themselves here, so they are off
(LIVE_RATE_LIMITS=off), and the output says so: a viewer may order 5 times a second, which would need
thousands of sockets for one burst, and one address may open 2 sockets a second. All else is on.
"""

import asyncio
import math
import secrets
import statistics
import tempfile
from pathlib import Path
from typing import Any

from scripts.benchmarks.hammer import Blow, client_name, hammer
from scripts.benchmarks.load.plan import Plan, Report
from scripts.benchmarks.load.press import press
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import LIMIT, Target, beside_the_reference
from scripts.benchmarks.servers import (
    fsync_us,
)

GOAL = 2.0
RATE_MAX = 60_000  # orders a second that the sales of one run are made for


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    print(
        f"reference's client: {client_name()}; ours: own socket client, one viewer a socket; "
        f"rate limits OFF; disk: fdatasync {(disk := fsync_us(folder))} µs"
    )
    async with beside_the_reference(folder, LIVE_RATE_LIMITS="off") as (target, reference, _):
        figures = {
            str(sockets): await _compare(options, target, reference, sockets)
            for sockets in options.connections
        }
        ok = await target.proof()
    return {
        "bench": "orders over sockets",
        "client": client_name(),
        "rate_limits": "off",
        "fdatasync_us": disk,
        "sockets": figures,
        "goal": GOAL,
        "audit_ok": ok,
    }


async def _compare(
    options: BenchOptions, target: Target, reference: str, sockets: int
) -> dict[str, Any]:
    """Alternates the reference over HTTP and ours over as many sockets."""
    rounds: list[tuple[Blow, Report]] = []
    for number in range(options.pairs):
        run = f"{secrets.token_hex(3)}{number}"
        paths = [await target.new_sale() for _ in range(sales_for(sockets, options.seconds))]
        base = await hammer(reference, paths[0], target.tokens, run, sockets, options.seconds)
        plan = _plan(target, paths, run, sockets, options.seconds)
        ours = await press(plan)
        drain_s = await target.quiet()
        rounds.append((base, ours))
        others = ours.blow.others
        print(
            f"{sockets:>4} sockets  reference {base.rate:8.0f}/s  ours {ours.blow.rate:8.0f}/s  "
            f"ratio {_ratio(ours, base):.2f}  p99 {base.p99_ms:.1f} / {ours.p99_ms:.1f} ms  "
            f"client {ours.cpu_us:.1f} µs an order, {ours.other_frames} other frames"
            f"{f'  not accepted {others}: {ours.remark}' if others else ''}"
            f"  ledger caught up after {drain_s:.1f} s",
            flush=True,
        )
    ratios = [_ratio(ours, base) for base, ours in rounds]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "range": [round(min(ratios), 3), round(max(ratios), 3)],
        "reference_per_s": round(statistics.median(base.rate for base, _ in rounds)),
        "accepted_per_s": round(statistics.median(ours.blow.rate for _, ours in rounds)),
        "not_accepted": sum(ours.blow.others for _, ours in rounds),
        "p50_ms": round(statistics.median(ours.p50_ms for _, ours in rounds), 2),
        "p99_ms": round(statistics.median(ours.p99_ms for _, ours in rounds), 2),
        "client_us": round(statistics.median(ours.cpu_us for _, ours in rounds), 1),
    }


def sales_for(sockets: int, seconds: float) -> int:
    """Sales that so many viewers need, one after the other, since each may buy LIMIT units of one."""
    return math.ceil(RATE_MAX * seconds / (sockets * LIMIT))


def _plan(target: Target, paths: list[str], run: str, sockets: int, seconds: float) -> Plan:
    host, _, port = target.client.base_url.removeprefix("http://").partition(":")
    return Plan(
        kind="socket",
        host=host,
        port=int(port),
        path=f"/api/v1/shows/{target.show_id}/events",
        tokens=tuple(target.tokens[:sockets]),
        run=run,
        connections=sockets,
        seconds=seconds,
        offers=tuple(path.split("/")[-2] for path in paths),
        per_offer=LIMIT,
    )


def _ratio(ours: Report, base: Blow) -> float:
    return ours.blow.rate / base.rate if base.rate else 0.0
