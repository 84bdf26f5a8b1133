"""how fast the worker carries a burst into SQL, beside how fast the burst came.

The same orders as `bench orders`, twice in each round: with the worker held back, first the log fills,
then it drains, each alone on the machine; and with the worker at work all the time, as in `bench orders`
and in a show. The ratio is the first one's rate out to the second one's rate in; the first one's own is
told as `held_back`: without the worker more orders come in. And how long the lag takes to be back at
zero after a burst with the worker at work, beside the length of the burst. With
--orders N bursts go on until N orders are in SQL, and the worker's resident memory is told: idle before
the first order, after the first rounds (the start), in the middle, at the end, and its peak. PostgreSQL is started for this, with fsync and synchronous_commit on.
"""

import asyncio
import os
import secrets
import signal
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.crowd.client import Client
from scripts.benchmarks import machine
from scripts.benchmarks.hammer import hammer
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.ratios import pairwise, spread
from scripts.benchmarks.servers import (
    control_room_settings,
    free_port,
    make_operator_token,
    served,
)
from scripts.postgres import running_postgres

GOAL = 1.5
CATCH_UP_S = 300.0
LOOK_S = 0.02
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Burst:
    """Orders that came in `seconds`, and how long after the last of them all were in SQL."""

    orders: int
    seconds: float
    lag_s: float

    @property
    def fill(self) -> float:
        """Orders a second into the log."""
        return self.orders / self.seconds

    @property
    def drain(self) -> float:
        """Orders a second out of the log, where the worker was held back while it filled."""
        return self.orders / self.lag_s

    @property
    def ratio(self) -> float:
        """Of the rate out of the log to the rate into it."""
        return self.drain / self.fill

    @property
    def lag_share(self) -> float:
        """How long the lag took to come back to zero, in lengths of the burst."""
        return self.lag_s / self.seconds


@dataclass(slots=True)
class Memory:
    """The worker's resident memory over a long run: a sample after each burst, by orders so far."""

    idle: int  # bytes before the first order
    samples: list[tuple[int, int]]  # orders in SQL, bytes
    peak: int = 0

    def figures(self) -> dict[str, float]:
        """MiB at the start, in the middle (by orders) and at the end; what each half added."""
        first, last = self.samples[0], self.samples[-1]
        half = (first[0] + last[0]) / 2
        middle = min(self.samples, key=lambda sample: abs(sample[0] - half))
        start, mid, end = (sample[1] / 2**20 for sample in (first, middle, last))
        return {
            "idle_mib": round(self.idle / 2**20, 1),
            "start_mib": round(start, 1),
            "middle_mib": round(mid, 1),
            "end_mib": round(end, 1),
            "peak_mib": round(self.peak / 2**20, 1),
            "grew_first_half_mib": round(mid - start, 1),
            "grew_second_half_mib": round(end - mid, 1),
        }


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark, one database after the other."""
    figures: dict[str, Any] = {}
    with ExitStack() as stack:
        urls = {}
        for database in dict.fromkeys(options.databases):
            urls[database] = ""
            if database == "postgresql":
                server = stack.enter_context(running_postgres(durable=True))
                urls[database] = server.url(server.create())
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            facts = machine.look(Path(name))
            print(machine.told(facts))
        for database, url in urls.items():
            with tempfile.TemporaryDirectory(prefix="bench-") as name:
                figures[database] = asyncio.run(_one(options, Path(name), database, url))
    ok = all(one["audit_ok"] for one in figures.values())
    return {"bench": "ledger", "machine": facts, "goal": GOAL, **figures, "audit_ok": ok}


async def _one(options: BenchOptions, folder: Path, database: str, url: str) -> dict[str, Any]:
    port = free_port()
    settings = control_room_settings(port, folder / "var")
    if url:
        settings["LIVE_DATABASE_URL"] = url
    async with served(["live", "up"], port, folder, **settings) as ours:
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(ours, connections=8), token)
        await target.set_up()
        worker = _worker_of(folder)
        idle = resident_bytes(worker)
        connections = options.connections[0]
        held, free = [], []
        for _ in range(options.pairs):
            held.append(await _burst(options, target, connections, hold_back=worker))
            free.append(await _burst(options, target, connections))
            print(
                f"{database:>10}  held back: in {held[-1].fill:7.0f}/s  out {held[-1].drain:7.0f}/s"
                f"  ratio {held[-1].ratio:.2f}   at work: in {free[-1].fill:7.0f}/s"
                f"  ratio {held[-1].drain / free[-1].fill:.2f}  lag gone after {free[-1].lag_s:.2f} s"
                f" ({free[-1].lag_share:.2f} of the burst)",
                flush=True,
            )
        so_far = sum(burst.orders for burst in (*held, *free))
        memory = await _go_on(options, target, worker, idle, so_far)
        ok = await target.proof()
        target.client.close()
    return _figures(held, free) | memory | {"audit_ok": ok}


def _figures(held: list[Burst], free: list[Burst]) -> dict[str, Any]:
    lag = spread([burst.lag_share for burst in free])
    to_orders = pairwise([burst.drain for burst in held], [burst.fill for burst in free])
    return to_orders.figures() | {
        "held_back": spread([burst.ratio for burst in held]).figures(),
        "fill_per_s": round(statistics.median(burst.fill for burst in held)),
        "drain_per_s": round(statistics.median(burst.drain for burst in held)),
        "at_work": {
            "fill_per_s": round(statistics.median(burst.fill for burst in free)),
            "lag_s": round(statistics.median(burst.lag_s for burst in free), 2),
            "lag_to_burst": round(lag.median, 3),
            "lag_to_burst_range": [round(lag.least, 3), round(lag.most, 3)],
        },
    }


async def _burst(
    options: BenchOptions, target: Target, connections: int, hold_back: int | None = None
) -> Burst:
    """One burst on a sale of its own; `hold_back` is a worker that is stopped while it lasts."""
    path = await target.new_sale()
    await _caught_up(target.client)
    load = (target.tokens, secrets.token_hex(4), connections, options.seconds)
    if hold_back is not None:
        os.kill(hold_back, signal.SIGSTOP)
    try:
        fill = await hammer(target.client.base_url, path, *load)
    finally:
        if hold_back is not None:
            os.kill(hold_back, signal.SIGCONT)
    if not fill.accepted:
        raise RuntimeError("not one order was accepted; nothing can be said of the ledger")
    return Burst(fill.accepted, fill.seconds, await _caught_up(target.client))


async def _caught_up(client: Client) -> float:
    """Seconds until SQL has every fact. Asks what is cheap to answer: the audit counts all orders."""
    started = time.monotonic()
    while time.monotonic() - started < CATCH_UP_S:
        if (await client.call("GET", "/readyz"))["ledger_lag"] == 0:
            return time.monotonic() - started
        await asyncio.sleep(LOOK_S)
    raise RuntimeError(f"the ledger has not caught up within {CATCH_UP_S:.0f} s")


async def _go_on(
    options: BenchOptions, target: Target, worker: int, idle: int, so_far: int
) -> dict[str, Any]:
    """Bursts until `options.orders` are in SQL, and what the worker's memory did meanwhile."""
    memory = Memory(idle, [(so_far, resident_bytes(worker))])
    while so_far < options.orders:
        so_far += (await _burst(options, target, options.connections[0])).orders
        memory.samples.append((so_far, resident_bytes(worker)))
    # The kernel counts both lazily: the peak may be told a little below a sample.
    memory.peak = max(peak_bytes(worker), *(size for _, size in memory.samples))
    told = memory.figures()
    if options.orders:
        print(
            f"{so_far:,} orders in SQL; worker {told['idle_mib']} MiB idle, {told['start_mib']} at"
            f" the start, {told['middle_mib']} in the middle, {told['end_mib']} at the end,"
            f" peak {told['peak_mib']}",
            flush=True,
        )
    return {"orders": so_far, "worker": told}


def _worker_of(folder: Path) -> int:
    """The pid of the worker that serves this folder."""
    mark = f"LIVE_DATA_DIR={folder / 'var'}".encode()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"work" in words and mark in (process / "environ").read_bytes():
                return int(process.name)
        except OSError:
            continue
    raise RuntimeError("the worker cannot be found (this benchmark needs Linux)")


def resident_bytes(pid: int) -> int:
    """Resident memory of a process now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_bytes(pid: int) -> int:
    """The most resident memory that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) * 1024
