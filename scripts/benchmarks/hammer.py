"""Closed-loop load on one URL: wrk with one thread when there is one, else our own client.

Every request of every run carries a key of its own; a replayed key is a cheaper path. Both servers
get the very same requests, so that what the client costs, it costs both.
"""

import asyncio
import itertools
import json
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from live.crowd.client import Client, Unanswered
from scripts.crowd.figures import percentile

SCRIPT = Path(__file__).with_name("orders.lua")


@dataclass(frozen=True, slots=True)
class Blow:
    """One run: requests that were answered 2xx, those that were not, and the latencies."""

    accepted: int
    others: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.accepted / self.seconds if self.seconds else 0.0

    @property
    def other_rate(self) -> float:
        """Refusals a second, where a refusal is what is measured."""
        return self.others / self.seconds if self.seconds else 0.0


def client_name() -> str:
    """Who makes the load."""
    return "wrk, one thread" if shutil.which("wrk") else "own asyncio client (wrk is missing)"


async def hammer(
    base_url: str, path: str, tokens: Sequence[str], run: str, connections: int, seconds: float
) -> Blow:
    """Orders of one unit, as fast as the connections allow. `run` makes the keys unique."""
    if shutil.which("wrk"):
        return await asyncio.to_thread(_wrk, base_url, path, tokens, run, connections, seconds)
    return await _own(base_url, path, tokens, run, connections, seconds)


def _wrk(
    base_url: str, path: str, tokens: Sequence[str], run: str, connections: int, seconds: float
) -> Blow:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", "-s", str(SCRIPT)]
    command += ["--timeout", "10s", base_url + path, "--", run]
    done = subprocess.run(
        command, input="\n".join(tokens), capture_output=True, text=True, check=False
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines or not lines[-1].startswith("{"):
        raise RuntimeError(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    told = json.loads(lines[-1])
    failed = told["not_2xx"] + told["broken"]
    return Blow(
        accepted=told["requests"] - told["not_2xx"],
        others=failed,
        seconds=told["us"] / 1e6,
        p50_ms=told["p50_us"] / 1000,
        p99_ms=told["p99_us"] / 1000,
    )


async def _own(
    base_url: str, path: str, tokens: Sequence[str], run: str, connections: int, seconds: float
) -> Blow:
    client = Client(base_url, connections=connections)
    number = itertools.count()
    counts: Counter[bool] = Counter()
    waits: list[float] = []
    started = time.perf_counter()

    async def one_line() -> None:
        while time.perf_counter() - started < seconds:
            n = next(number)
            before = time.perf_counter()
            try:
                answer = await client.request(
                    "POST", path, {"quantity": 1}, token=tokens[n % len(tokens)], key=f"{run}-{n}"
                )
            except Unanswered:
                counts[False] += 1
                continue
            waits.append(time.perf_counter() - before)
            counts[answer.ok] += 1

    await asyncio.gather(*(one_line() for _ in range(connections)))
    took_s = time.perf_counter() - started
    client.close()
    waits.sort()
    p50_ms, p99_ms = percentile(waits, 50) * 1000, percentile(waits, 99) * 1000
    return Blow(counts[True], counts[False], took_s, p50_ms, p99_ms)
