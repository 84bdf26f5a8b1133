"""the same burst of orders against ours and against what others would write in an afternoon.

In turns, all on this machine and all durable, one web process each, the same client, as many
connections, a key of its own for every order: a bare Starlette route (1.0), ours, FastAPI + Redis +
PostgreSQL, and FastAPI + PostgreSQL alone, once as a transaction and once as one statement. After each
burst the books are checked: rows == units gone. At the end each sells out a small sale, and not one
unit too many may be gone. What the peers leave out, and ours does, is in scripts/peers/__init__.py.
"""

import asyncio
import importlib.util
import os
import secrets
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from scripts.benchmarks import machine
from scripts.benchmarks.contestants import Contestant, ours_on, peers_on
from scripts.benchmarks.hammer import Blow, hammer
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import UNITS
from scripts.benchmarks.ratios import pairwise, table
from scripts.benchmarks.servers import (
    free_port,
    reference_argv,
    served,
)
from scripts.postgres import PostgresServer, running_postgres

REFERENCE = "bare Starlette route"
SMALL_SALE = 200  # units
STROKE_S, STROKES = 1.0, 10  # of those who want them: until one is refused, at the most so often
LEFT_OUT = (
    "the peers do not verify the buyer's token, know no limit per buyer and no rate limit, no holds, no "
    "payment, no clock, no log for screens, no hash chain; FastAPI + Redis + PostgreSQL loses units "
    "when killed between the script and the INSERT"
)

Bursts = dict[str, list[Blow]]


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    if importlib.util.find_spec("fastapi") is None:
        raise RuntimeError("FastAPI is missing; `scripts/setup bench` installs it.")
    with (
        running_postgres(durable=True) as postgres,
        tempfile.TemporaryDirectory(prefix="bench-") as name,
    ):
        databases = [postgres.create() for _ in range(3)]
        return asyncio.run(_run(options, Path(name), postgres, databases))


async def _run(
    options: BenchOptions, folder: Path, postgres: PostgresServer, databases: Sequence[str]
) -> dict[str, Any]:
    facts = machine.look(folder, "fastapi", "starlette", "uvicorn", "redis", "asyncpg")
    print(machine.told(facts))
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(ours_on(folder))
        reference_port = free_port()
        sample = await ours.target.sample(await ours.new_sale())
        reference = await stack.enter_async_context(
            served(reference_argv(reference_port, sample), reference_port, folder)
        )
        peers = await stack.enter_async_context(peers_on(folder, postgres, databases))
        everyone: list[Contestant] = [ours, *peers]
        wrongs: list[str] = []
        by_connections = {
            connections: await _rounds(options, reference, everyone, connections, wrongs)
            for connections in options.connections
        }
        sold = {one.name: await _sell_out(one, wrongs) for one in everyone}
    print(f"\n{markdown(by_connections, [one.name for one in everyone])}\n")
    print(f"{LEFT_OUT}.")
    print("books: " + ("; ".join(wrongs) or f"exact; {SMALL_SALE} units sold out as {sold}"))
    return {
        "bench": "peers",
        "machine": facts,
        "connections": {str(c): _figures(bursts) for c, bursts in by_connections.items()},
        "small_sale": {"units": SMALL_SALE, "sold": sold},
        "wrong": wrongs,
        "audit_ok": not wrongs,
    }


async def _rounds(
    options: BenchOptions,
    reference: str,
    everyone: Sequence[Contestant],
    connections: int,
    wrongs: list[str],
) -> Bursts:
    """Reference, ours, each peer; again and again. What is wrong with any books is added to `wrongs`."""
    bursts: Bursts = {name: [] for name in (REFERENCE, *(one.name for one in everyone))}
    for _ in range(options.pairs):
        run = secrets.token_hex(4)
        tokens = everyone[0].tokens
        path = "/api/v1/offers/0/orders"
        await asyncio.to_thread(os.sync)
        base = await hammer(reference, path, tokens, run, connections, options.seconds)
        bursts[REFERENCE].append(base)
        said = [f"{connections:>4} connections  reference {base.rate:.0f}/s"]
        for one in everyone:
            path = await one.new_sale()
            load = (one.tokens, run, connections, options.seconds)
            await asyncio.to_thread(
                os.sync
            )  # nobody pays for what the one before left to be written
            blow = await hammer(one.base_url, path, *load)
            await one.quiet()
            bursts[one.name].append(blow)
            wrong = await one.check(path, UNITS, blow.accepted)
            if wrong:
                wrongs.append(f"{one.name}: {wrong}")
            others = f", {blow.others} not accepted" if blow.others else ""
            said.append(f"{one.name} {blow.rate:.0f}/s ({blow.rate / base.rate:.3f}{others})")
        print("  ".join(said), flush=True)
    return bursts


async def _sell_out(one: Contestant, wrongs: list[str]) -> int:
    """More want it than there is; how many orders were accepted."""
    path = await one.new_sale(SMALL_SALE)
    accepted = 0
    for _ in range(STROKES):
        run = secrets.token_hex(4)
        blow = await hammer(one.base_url, path, one.tokens, run, 64, STROKE_S)
        accepted += blow.accepted
        if blow.others:
            break
    wrong = await one.check(path, SMALL_SALE, accepted)
    if not wrong and accepted != SMALL_SALE:
        wrong = f"{accepted} orders were accepted for {SMALL_SALE} units"
    if wrong:
        wrongs.append(f"{one.name}, sold out: {wrong}")
    return accepted


def markdown(by_connections: dict[int, Bursts], names: Sequence[str]) -> str:
    """The table of the README: ratio, orders a second, p99."""
    head = ["", *(f"{connections} connections" for connections in by_connections)]
    rows = [[name, *(_cell(bursts, name) for bursts in by_connections.values())] for name in names]
    rows.insert(0, [REFERENCE, *(_cell(bursts, REFERENCE) for bursts in by_connections.values())])
    return table(head, rows)


def _cell(bursts: Bursts, name: str) -> str:
    rate = statistics.median(blow.rate for blow in bursts[name])
    p99_ms = statistics.median(blow.p99_ms for blow in bursts[name])
    ratio = pairwise([b.rate for b in bursts[name]], [b.rate for b in bursts[REFERENCE]])
    return f"{ratio}, {rate:,.0f}/s, p99 {p99_ms:.1f} ms"


def _figures(bursts: Bursts) -> dict[str, dict[str, Any]]:
    base = [blow.rate for blow in bursts[REFERENCE]]
    return {
        name: pairwise([blow.rate for blow in blows], base).figures()
        | {
            "per_s": round(statistics.median(blow.rate for blow in blows)),
            "p99_ms": round(statistics.median(blow.p99_ms for blow in blows), 2),
            "not_accepted": sum(blow.others for blow in blows),
        }
        for name, blows in bursts.items()
    }
