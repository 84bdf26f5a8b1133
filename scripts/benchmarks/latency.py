"""`scripts/bench latency`: from an order's commit to its paint on the control room in Chromium, viewers connected.

Measured on the strip's number of orders: an order is seen when a frame that counts it has been drawn. Both clocks
are this machine's. Calm (5 orders a second), then a burst (`--orders-per-s`). Beside it: what the burst does to
the beat, and the event loop's own lag, from /metrics; and what the crowd does to orders: to the most in a second,
and to a burst's. Without it two viewers watch, for where nobody does nothing is drawn at all.
Client, browser, viewers, server, worker and Redis share the processors; rate limits are off.
"""

import asyncio
import dataclasses
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from live.crowd.client import Client
from live.hub.lag import BOUNDS_MS
from scripts.benchmarks.audience.crowd import Party
from scripts.benchmarks.audience.gather import gathered
from scripts.benchmarks.control_room import control_room, latencies_ms, paints_of
from scripts.benchmarks.hammer import Blow, hammer
from scripts.benchmarks.open_loop import steady
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.reconnect import ARRIVE_PER_S, PATIENCE_S, allow_files, viewer_tokens
from scripts.benchmarks.servers import own_tree
from scripts.benchmarks.steady_orders import quantile
from scripts.faults.tree import Tree

GOAL_MS, LAG_GOAL_MS, SLOWER_GOAL = 400, 50, 0.8
CALM_PER_S = 5.0
CONNECTIONS = 64


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    allow_files(options.sockets)
    with own_tree() as tree:
        return asyncio.run(_run(options, tree))


async def _run(options: BenchOptions, tree: Tree) -> dict[str, Any]:
    target = Target(Client(tree.url, connections=8), await asyncio.to_thread(tree.token))
    await target.set_up()
    tokens = viewer_tokens(options.sockets)
    async with _watching(tree, target, tokens[:2]):
        await _most(options, target)  # every buyer's token is looked at for the first time
        alone = await _pressed(options, target)
        print(f"two viewers: {alone}", flush=True)
    async with _watching(tree, target, tokens):
        async with control_room(tree.url, target.show_id, tree.said()) as page:
            await paints_of(page)
            calm = await _watched(options, target, page, CALM_PER_S)
            print(f"calm   {calm}", flush=True)
            burst = await _watched(options, target, page, options.orders_per_s)
            print(f"burst  {burst}", flush=True)
        beside = await _pressed(options, target)
        print(f"all viewers: {beside}", flush=True)
    ok = await target.proof()
    target.client.close()
    return {
        "bench": "latency",
        "sockets": options.sockets,
        "calm": calm,
        "burst": burst,
        "goal_p99_ms": GOAL_MS,
        "goal_lag_p99_ms": LAG_GOAL_MS,
        "beat_interval_ratio": round(burst["beat_every_ms"] / calm["beat_every_ms"], 2),
        "orders_ratio": round(beside.burst_per_s / alone.burst_per_s, 2),
        "most_orders_ratio": round(beside.most_per_s / alone.most_per_s, 2),
        "orders_goal": SLOWER_GOAL,
        "with_two_viewers": dataclasses.asdict(alone),
        "with_all_viewers": dataclasses.asdict(beside),
        "audit_ok": ok,
    }


@asynccontextmanager
async def _watching(tree: Tree, target: Target, tokens: tuple[str, ...]) -> AsyncIterator[None]:
    party = Party("127.0.0.1", tree.port, target.show_id, tokens, ARRIVE_PER_S)
    async with gathered(party) as crowd:
        await crowd.until(lambda: crowd.is_complete, PATIENCE_S)
        yield


@dataclass(frozen=True, slots=True)
class Pressed:
    """Orders in a second: the most, and of a burst so many as were asked for; and how long those took."""

    most_per_s: float
    burst_per_s: float
    burst_p50_ms: float
    burst_p99_ms: float


async def _pressed(options: BenchOptions, target: Target) -> Pressed:
    most = await _most(options, target)
    await target.quiet()
    path, run_id = await target.new_sale(), secrets.token_hex(4)
    url, per_s = target.client.base_url, options.orders_per_s
    burst = await steady(url, per_s, path, target.tokens, run_id, CONNECTIONS, options.seconds, 1)
    await target.quiet()
    figures = (most.rate, burst.blow.rate, burst.p50_ms, burst.p99_ms)
    return Pressed(*(round(one, 1) for one in figures))


async def _most(options: BenchOptions, target: Target) -> Blow:
    """Orders as fast as they go."""
    path = await target.new_sale()
    run_id = secrets.token_hex(4)
    url = target.client.base_url
    return await hammer(url, path, target.tokens, run_id, CONNECTIONS, options.seconds)


async def _watched(
    options: BenchOptions, target: Target, page: Any, per_s: float
) -> dict[str, Any]:
    path = await target.new_sale()
    before = await _gauge(target)
    known = len(await _placed(target))
    url, run_id = target.client.base_url, secrets.token_hex(4)
    sent = await steady(url, per_s, path, target.tokens, run_id, CONNECTIONS, options.seconds, 1)
    after = await _gauge(target)
    await asyncio.sleep(1.5)  # the last beats
    found = latencies_ms(await paints_of(page), await _placed(target), known)
    if not found:
        raise RuntimeError("the control room has painted none of these orders")
    return {
        "orders": len(found),
        "orders_per_s": round(sent.blow.rate),
        "p50_ms": round(quantile(found, 0.5)),
        "p99_ms": round(quantile(found, 0.99)),
        "max_ms": round(max(found, default=0.0)),
        **after.since(before),
    }


async def _placed(target: Target) -> list[int]:
    """When each order of the show was placed, in unix ms, ascending."""
    await target.quiet()
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        path = f"/api/v1/shows/{target.show_id}/orders?limit=500" + (
            f"&after={after}" if after else ""
        )
        answer = await target.client.call("GET", path, token=target.token)
        found += [
            round(datetime.fromisoformat(o["placed_at"]).timestamp() * 1000)
            for o in answer["orders"]
        ]
        after = answer["next"]
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Gauge:
    """What /metrics said, and when."""

    at: float
    beats: float
    beat_s: float
    lag: tuple[float, ...]  # cumulative, as Prometheus has it

    def since(self, before: "Gauge") -> dict[str, Any]:
        beats = max(self.beats - before.beats, 1)
        lag = [now - then for now, then in zip(self.lag, before.lag, strict=True)]
        share = next((i for i, count in enumerate(lag) if count >= 0.99 * lag[-1]), len(lag) - 1)
        return {
            "beat_every_ms": round((self.at - before.at) / beats * 1000),
            "beat_takes_ms": round((self.beat_s - before.beat_s) / beats * 1000),
            "lag_p99_ms_at_most": [*BOUNDS_MS, float("inf")][share],
        }


async def _gauge(target: Target) -> Gauge:
    answer = await target.client.request("GET", "/metrics")
    values = dict(
        line.rsplit(" ", 1)
        for line in answer.body.decode().splitlines()
        if not line.startswith("#")
    )
    bounds = [f"{bound / 1000:g}" for bound in BOUNDS_MS] + ["+Inf"]
    lag = tuple(float(values[f'live_loop_lag_seconds_bucket{{le="{bound}"}}']) for bound in bounds)
    beats, beat_s = (
        float(values[name]) for name in ("live_beats_total", "live_beat_seconds_total")
    )
    return Gauge(time.monotonic(), beats, beat_s, lag)
