"""What a stretch of work costs: Redis's own clocks by command, its processor time, and ours."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from live.hotpath.client import Client

CALM_S = 120.0
RUNS = ("evalsha", "eval")


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks at one moment: microseconds by Redis command, and seconds of processor time."""

    commands_us: Mapping[str, float]
    redis_s: float
    web_s: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of one order. `script`: inside the script calls, its commands included; `redis`: all
    processor time of Redis, parsing and its file too; `web`: of the process that puts the orders, from
    the wish to the outcome, without HTTP. `parts`: what each command inside the script took of it;
    `lua` is the rest."""

    script: float
    redis: float
    web: float
    parts: Mapping[str, float]


async def read_clocks(client: Client) -> Reading:
    """Redis is asked twice, which is part of nothing that is compared."""
    stats: dict[str, Any] = await client.do("INFO", "commandstats")
    cpu: dict[str, Any] = await client.do("INFO", "cpu")
    us = {name.removeprefix("cmdstat_"): float(one["usec"]) for name, one in stats.items()}
    redis_s = float(cpu["used_cpu_user"]) + float(cpu["used_cpu_sys"])
    return Reading(us, redis_s, time.process_time())


async def is_rewriting(client: Client) -> bool:
    """Whether Redis has a child that writes its file anew: then every page that it changes is copied."""
    told: dict[str, Any] = await client.do("INFO", "persistence")
    return bool(int(told["aof_rewrite_in_progress"]) or int(told["aof_rewrite_scheduled"]))


async def calm(client: Client) -> None:
    """Waits until Redis has no such child. Raises RuntimeError when it has one for ever."""
    until = time.monotonic() + CALM_S
    while time.monotonic() < until:
        if not await is_rewriting(client):
            return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"Redis has been writing its file anew for {CALM_S:.0f} s")


def cost(before: Reading, after: Reading, orders: int) -> Cost:
    """Of one order, between the two readings."""
    spent = {
        name: (us - before.commands_us.get(name, 0.0)) / orders
        for name, us in after.commands_us.items()
        if name not in ("info", *RUNS)
    }
    scripts = sum(after.commands_us.get(n, 0.0) - before.commands_us.get(n, 0.0) for n in RUNS)
    script = scripts / orders
    parts = {name: us for name, us in spent.items() if us > 0}
    return Cost(
        script=script,
        redis=(after.redis_s - before.redis_s) * 1e6 / orders,
        web=(after.web_s - before.web_s) * 1e6 / orders,
        parts=parts | {"lua": script - sum(parts.values())},
    )


def add(costs: list[Cost]) -> Cost:
    """The mean of several stretches of as many orders."""
    names = {name for one in costs for name in one.parts}
    n = len(costs)
    return Cost(
        sum(one.script for one in costs) / n,
        sum(one.redis for one in costs) / n,
        sum(one.web for one in costs) / n,
        {name: sum(one.parts.get(name, 0.0) for one in costs) / n for name in names},
    )
