"""`scripts/bench ledger`: how fast the worker carries a burst into SQL, beside how fast the burst came.

The same orders as `bench orders`, with the worker stopped: first the log fills, then it drains.
"""

import asyncio
import os
import secrets
import signal
import statistics
import tempfile
from pathlib import Path
from typing import Any

from live.cli.demo_http import Client
from scripts.benchmarks.hammer import client_name, hammer
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.servers import (
    control_room_settings,
    free_port,
    fsync_us,
    make_operator_token,
    served,
)

GOAL = 1.5


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; `LIVE_DATABASE_URL` in the environment names another database than SQLite."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    port = free_port()
    settings = control_room_settings(port, folder / "var")
    database = os.environ.get("LIVE_DATABASE_URL")
    if database:
        settings["LIVE_DATABASE_URL"] = database
    print(f"client: {client_name()}; disk: fdatasync {(disk := fsync_us(folder))} µs")
    async with served(["live", "up"], port, folder, **settings) as ours:
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(ours, connections=8), token)
        await target.set_up()
        worker = _worker_of(folder)
        rounds = [
            await _round(options, target, worker, options.connections[0])
            for _ in range(options.pairs)
        ]
        ok = await target.proof()
        target.client.close()
    ratios = [drain / fill for fill, drain, _, _ in rounds]
    return {
        "bench": "ledger",
        "database": "PostgreSQL" if database else "SQLite",
        "fdatasync_us": disk,
        "ratio": round(statistics.median(ratios), 3),
        "range": [round(min(ratios), 3), round(max(ratios), 3)],
        "fill_per_s": round(statistics.median(r[0] for r in rounds)),
        "drain_per_s": round(statistics.median(r[1] for r in rounds)),
        "orders": sum(r[2] for r in rounds),
        "worker_mib": [r[3] for r in rounds],
        "goal": GOAL,
        "audit_ok": ok,
    }


async def _round(
    options: BenchOptions, target: Target, worker: int, connections: int
) -> tuple[float, float, int, int]:
    """(orders a second into the log, out of it into SQL, how many, the worker's memory in MiB)."""
    path = await target.new_sale()
    await target.quiet()
    os.kill(worker, signal.SIGSTOP)
    try:
        load = (target.tokens, secrets.token_hex(4), connections, options.seconds)
        fill = await hammer(target.client.base_url, path, *load)
    finally:
        os.kill(worker, signal.SIGCONT)
    took_s = await target.quiet()
    drain, memory = fill.accepted / took_s, _memory_mib(worker)
    print(
        f"{fill.accepted:>8} orders  in {fill.rate:8.0f}/s  out {drain:8.0f}/s  "
        f"ratio {drain / fill.rate:.2f}  worker {memory} MiB",
        flush=True,
    )
    return fill.rate, drain, fill.accepted, memory


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


def _memory_mib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0
