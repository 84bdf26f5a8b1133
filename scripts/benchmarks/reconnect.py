"""`scripts/bench reconnect`: how long until all viewers are back after `kill -9` of the web process, and what
orders feel of it.

Half of the viewers are pages, half programs that resume by their last id, each returning after a time drawn by
chance as the real ones do. One web process, which its supervisor starts again; rate limits off, for all come from
one address. A page is back with its first full frame, a program when it follows live again. Orders come at a
steady pace all the while and are asked for again under their key; those that were due while nobody served are
counted apart. Every comment posted meanwhile must reach every program once.
"""

import asyncio
import resource
import secrets
import statistics
import time
from typing import Any

from live.crowd.client import Client
from scripts.benchmarks.audience.crowd import Party
from scripts.benchmarks.audience.gather import Gathering, gathered
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.servers import buyer_tokens, own_tree
from scripts.benchmarks.steady_orders import Order, Steady, ordering, p99_ms
from scripts.faults.tree import Tree

GOAL_S, P99_GOAL = 15.0, 2.0
ARRIVE_PER_S = 400.0
PATIENCE_S = 120.0
SPARE_FILES = 500  # of a process, beside its sockets
BUYERS = 2_000


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    allow_files(options.sockets)
    with own_tree() as tree:
        return asyncio.run(_run(options, tree))


def allow_files(sockets: int) -> None:
    """For this process and those that it starts. Raises RuntimeError when the machine does not let us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + SPARE_FILES
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise RuntimeError(f"{sockets} sockets need `ulimit -n` of {wanted} or more; it is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


async def _run(options: BenchOptions, tree: Tree) -> dict[str, Any]:
    target = Target(Client(tree.url, connections=64), await asyncio.to_thread(tree.token))
    await target.set_up()
    path = await target.new_sale()
    party = Party(
        "127.0.0.1", tree.port, target.show_id, viewer_tokens(options.sockets), ARRIVE_PER_S
    )
    comments = f"/api/v1/shows/{target.show_id}/comments"
    buyers = buyer_tokens(BUYERS)
    async with gathered(party) as crowd:
        arrived_s = await crowd.until(lambda: crowd.is_complete, PATIENCE_S)
        print(f"{options.sockets} viewers arrived in {arrived_s:.1f} s", flush=True)
        rounds = []
        run_id = secrets.token_hex(4)
        load = (target.client, path, comments, buyers, run_id, options.orders_per_s)
        async with ordering(*load) as steady:
            for _ in range(options.pairs):
                rounds.append(await _kill(options, tree, crowd, steady))
        await asyncio.sleep(2)
        lost = {name: crowd.count(name) for name in ("unheard", "doubled", "resets", "comments")}
    statuses = [order.status for order in steady.orders]
    print(f"comments {lost}; orders not accepted {len([s for s in statuses if s != 201])}")
    await target.quiet()
    audit = await target.proof()
    target.client.close()
    return {
        "bench": "reconnect",
        "sockets": options.sockets,
        "orders_per_s": options.orders_per_s,
        "back_s": round(statistics.median(r["back_s"] for r in rounds), 1),
        "goal_s": GOAL_S,
        "p99_ratio": round(statistics.median(r["p99_ratio"] for r in rounds), 2),
        "p99_goal": P99_GOAL,
        "rounds": rounds,
        "heard": lost,
        "orders_not_accepted": sum(status != 201 for status in statuses),
        "audit_ok": audit and not lost["unheard"] and not lost["doubled"],
    }


def viewer_tokens(number: int) -> tuple[str, ...]:
    return tuple(buyer_tokens(number))


async def _kill(
    options: BenchOptions, tree: Tree, crowd: Gathering, steady: Steady
) -> dict[str, Any]:
    calm = time.monotonic()
    await asyncio.sleep(options.seconds)
    killed = time.monotonic()
    tree.kill("web")
    await crowd.until(lambda: crowd.count("here") < crowd.size, PATIENCE_S)
    await crowd.until(lambda: crowd.is_complete, PATIENCE_S)
    back = time.monotonic()
    await asyncio.sleep(options.seconds)
    serves = _serves_again(steady.orders, killed)
    normal, meanwhile = steady.between(calm, killed), steady.between(serves, back)
    after = steady.between(back, time.monotonic() - 1)
    apart = steady.between(killed, serves)
    figures = {
        "back_s": round(back - killed, 2),
        "serves_again_s": round(serves - killed, 2),
        "normal": _told(normal),
        "meanwhile": _told(meanwhile),
        "afterwards": _told(after),
        "due_while_down": _told(apart) | {"tries": max((o.tries for o in apart), default=0)},
        "p99_ratio": round(p99_ms(meanwhile) / p99_ms(normal), 2) if normal else 0.0,
        "turned_away": crowd.count("turned_away"),
    }
    print(f"all back after {figures['back_s']} s: {figures}", flush=True)
    return figures


def _serves_again(orders: list[Order], killed: float) -> float:
    """When the first order was answered after the kill."""
    return min((order.answered for order in orders if order.due > killed), default=killed)


def _told(orders: list[Order]) -> dict[str, float]:
    middle = statistics.median([order.ms for order in orders]) if orders else 0.0
    return {"orders": len(orders), "p50_ms": round(middle, 1), "p99_ms": round(p99_ms(orders), 1)}
