"""`scripts/bench orders`: accepted orders a second over HTTP, durable, everything on, beside the reference.

Then both at 70 % of what each has just shown it can do, in the open loop: a latency counts from when the
order was due, so that a server that stalls cannot hide it by being asked less.
"""

import asyncio
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from live.crowd.client import Client
from scripts.benchmarks.hammer import Blow, client_name, hammer
from scripts.benchmarks.load.plan import Report
from scripts.benchmarks.open_loop import P99_GOAL, SHARE, figures_of, p99_ratio, steady, told
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.servers import (
    buyer_tokens,
    control_room_settings,
    free_port,
    fsync_us,
    make_operator_token,
    reference_argv,
    served,
)

BUYERS = 12_000  # each orders a few times in a run: within the pace that a viewer is allowed
UNITS = 1_000_000  # the most that one sale may have; the bench ends long before
LIMIT = (
    1_000  # the most that one buyer may be allowed; a new sale for each run keeps it out of reach
)
QUIET_TIMEOUT_S = 300.0
GOAL, SOLD_OUT_GOAL = 1.5, 2.0


@dataclass(slots=True)
class Target:
    """The control room under test, with one show on air."""

    client: Client
    token: str
    show_id: str = ""
    sales: int = 0
    tokens: list[str] = field(default_factory=list)

    async def set_up(self) -> None:
        show = await self._post("/shows", {"title": "Bench", "currency": "CNY"})
        self.show_id = str(show["id"])
        await self._post(f"/shows/{self.show_id}/start", {})
        self.tokens = buyer_tokens(BUYERS)

    async def new_sale(self, units: int = UNITS) -> str:
        """The order path of a fresh open sale. Its holds outlive the bench: expiry isn't measured."""
        self.sales += 1
        goods = {"sku": f"B{self.sales}", "title": "Bench", "list_price": 100, "stock": UNITS}
        item = await self._post(f"/shows/{self.show_id}/items", goods)
        body = {
            "item_id": item["id"],
            "kind": "flash_sale",
            "price": 100,
            "quantity": units,
            "per_buyer_limit": LIMIT,
            "duration_s": 7200,
            "hold_s": 7200,
            "countdown_s": 0,
        }
        offer = await self._post(f"/shows/{self.show_id}/offers", body)
        await self._post(f"/offers/{offer['id']}/push", {})
        return f"/api/v1/offers/{offer['id']}/orders"

    async def sample(self, path: str) -> str:
        """One order's answer, as the reference shall give it too."""
        answer, _ = await self.client.insist(
            "POST", path, {"quantity": 1}, token=self.tokens[0], key=secrets.token_hex(8)
        )
        return answer.body.decode()

    async def quiet(self) -> float:
        """Waits until the ledger has caught up: its work must not slow the reference down."""
        started = time.monotonic()
        while time.monotonic() - started < QUIET_TIMEOUT_S:
            audit = await self.client.call(
                "GET", f"/api/v1/shows/{self.show_id}/audit", token=self.token
            )
            if not audit["ledger_lag"]:
                break
            await asyncio.sleep(0.02)
        return time.monotonic() - started

    async def proof(self) -> bool:
        audit = await self.client.call(
            "GET", f"/api/v1/shows/{self.show_id}/audit", token=self.token
        )
        return bool(audit["ok"])

    async def _post(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        return await self.client.call("POST", f"/api/v1{path}", body, token=self.token)


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


@asynccontextmanager
async def beside_the_reference(folder: Path, **more: str) -> AsyncIterator[tuple[Target, str, str]]:
    """A control room with one show on air (`more`: settings besides), the reference's base URL, and one
    order's answer, which the reference gives too."""
    port, reference_port = free_port(), free_port()
    settings = control_room_settings(port, folder / "var") | more
    async with served(["live", "up"], port, folder, **settings) as ours:
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(ours, connections=8), token)
        await target.set_up()
        sample = await target.sample(await target.new_sale())
        argv = reference_argv(reference_port, sample)
        async with served(argv, reference_port, folder) as reference:
            yield target, reference, sample
        target.client.close()


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    print(f"client: {client_name()}; disk: fdatasync {(disk := fsync_us(folder))} µs")
    async with beside_the_reference(folder) as (target, reference, sample):
        figures = {
            str(connections): await _compare(options, target, reference, connections)
            for connections in options.connections
        }
        ok = await target.proof()
    return {
        "bench": "orders",
        "client": client_name(),
        "fdatasync_us": disk,
        "answer_bytes": len(json.dumps(json.loads(sample), separators=(",", ":"))),
        "connections": figures,
        "goal": GOAL,
        "sold_out_goal": SOLD_OUT_GOAL,
        "open_p99_goal": P99_GOAL,
        "audit_ok": ok,
    }


@dataclass(frozen=True, slots=True)
class Round:
    """One pair: closed loop, sold out, and the open loop of both."""

    base: Blow
    ours: Blow
    refused: Blow
    drain_s: float
    open_base: Report
    open_ours: Report

    @property
    def open_p99_ratio(self) -> float:
        return p99_ratio(self.open_ours, self.open_base)


async def _compare(
    options: BenchOptions, target: Target, reference: str, connections: int
) -> dict[str, Any]:
    """Alternates reference, ours, ours sold out; reference, ours at a steady pace."""
    rounds: list[Round] = []
    for number in range(options.pairs):
        path, gone = await target.new_sale(), await target.new_sale(units=1)
        await target.sample(gone)
        run = f"{secrets.token_hex(3)}{number}"
        load = (target.tokens, run, connections, options.seconds)
        base = await hammer(reference, path, *load)
        ours = await hammer(target.client.base_url, path, *load)
        drain_s = await target.quiet()
        refused = await hammer(target.client.base_url, gone, *load)
        path = await target.new_sale()
        pace = (path, target.tokens, f"{run}o", connections, options.seconds, number)
        open_base = await steady(reference, SHARE * base.rate, *pace)
        open_ours = await steady(target.client.base_url, SHARE * ours.rate, *pace)
        await target.quiet()
        rounds.append(Round(base, ours, refused, drain_s, open_base, open_ours))
        _print(connections, rounds[-1], options.seconds)
    return _figures(rounds, options.seconds)


def _print(connections: int, one: Round, seconds: float) -> None:
    base, ours, refused = one.base, one.ours, one.refused
    print(
        f"{connections:>4} connections  reference {base.rate:8.0f}/s  ours {ours.rate:8.0f}/s  "
        f"ratio {_ratio(ours.rate, base):.2f}  sold out {refused.other_rate:8.0f}/s  "
        f"ratio {_ratio(refused.other_rate, base):.2f}  p99 {base.p99_ms:.1f} / {ours.p99_ms:.1f} ms"
        f"{f'  not accepted {ours.others}' if ours.others else ''}"
        f"  ledger caught up after {one.drain_s:.1f} s"
    )
    print(f"     {SHARE:.0%}, open loop  reference {told(one.open_base, seconds)}")
    print(
        f"                     ours      {told(one.open_ours, seconds)}  "
        f"p99 ratio {one.open_p99_ratio:.2f}",
        flush=True,
    )


def _figures(rounds: list[Round], seconds: float) -> dict[str, Any]:
    """Ratios of each round, their median and range."""
    ratios = [_ratio(r.ours.rate, r.base) for r in rounds]
    refusals = [_ratio(r.refused.other_rate, r.base) for r in rounds]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "range": [round(min(ratios), 3), round(max(ratios), 3)],
        "sold_out_ratio": round(statistics.median(refusals), 3),
        "sold_out_range": [round(min(refusals), 3), round(max(refusals), 3)],
        "reference_per_s": round(statistics.median(r.base.rate for r in rounds)),
        "accepted_per_s": round(statistics.median(r.ours.rate for r in rounds)),
        "sold_out_per_s": round(statistics.median(r.refused.other_rate for r in rounds)),
        "not_accepted": sum(r.ours.others for r in rounds),
        "p99_ms": round(statistics.median(r.ours.p99_ms for r in rounds), 2),
        "reference_p99_ms": round(statistics.median(r.base.p99_ms for r in rounds), 2),
        "drain_s": round(statistics.median(r.drain_s for r in rounds), 1),
        "open_loop": figures_of([(r.open_base, r.open_ours) for r in rounds], seconds),
    }


def _ratio(rate: float, base: Blow) -> float:
    return rate / base.rate if base.rate else 0.0
