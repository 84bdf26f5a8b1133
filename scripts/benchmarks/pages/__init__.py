"""`scripts/bench pages`: how heavy the pages are, and what Lighthouse says of the viewer page on a phone.

Bytes on the wire by kind for viewer page, control room, host screen and overlay, each with an empty cache, until
it shows live figures; a sale is on, and there is no film. Then Lighthouse's figures (mobile, its own slow network
and processor), the median of `--runs`. Goals: viewer page at most 100 KB; performance 95, accessibility and best
practices 100. Browser, server, worker and Redis share the processors. Exit code 1 when a goal is missed
or Lighthouse, though it is here, comes to nothing.
"""

import asyncio
from typing import Any

from live.crowd.client import Client
from scripts.benchmarks.control_room import control_room
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.pages.lighthouse import NoFigures, NotHere, judge
from scripts.benchmarks.pages.weight import KINDS, weigh
from scripts.benchmarks.ratios import table
from scripts.benchmarks.servers import own_tree
from scripts.faults.tree import Tree

VIEWER_MAX = 100 * 1024  # bytes, all kinds
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100}


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with own_tree() as tree:
        weights, viewer = asyncio.run(_weights(tree))
        rows = [
            [name, *(f"{bytes_of.get(kind, 0):,}" for kind in KINDS), f"{sum(bytes_of.values()):,}"]
            for name, bytes_of in weights.items()
        ]
        print(table(["bytes on the wire", *KINDS, "all"], rows), flush=True)
        scores: dict[str, int] | None = None
        is_good = True
        try:
            scores = judge(viewer, options.pairs)
        except NotHere as cause:
            print(f"Lighthouse is left out: {cause}")
        except NoFigures as cause:
            is_good = False
            print(f"Lighthouse: {cause}")
    if scores is not None:
        print(", ".join(f"{name} {score}" for name, score in scores.items()))
        is_good = all(scores[name] >= goal for name, goal in GOALS.items())
    is_light = sum(weights["viewer page"].values()) <= VIEWER_MAX
    return {
        "bench": "pages",
        "bytes": weights,
        "lighthouse": scores,
        "goals": GOALS | {"viewer_bytes": VIEWER_MAX},
        "goals_met": is_light and is_good,
    }


async def _weights(tree: Tree) -> tuple[dict[str, dict[str, int]], str]:
    """Page → kind → bytes, and the viewer page's address."""
    target = Target(Client(tree.url, connections=2), await asyncio.to_thread(tree.token))
    await target.set_up()
    await target.new_sale()
    show = await target.client.call("GET", f"/api/v1/shows/{target.show_id}")
    viewer = f"{tree.url}/watch/{show['slug']}"
    async with control_room(tree.url, target.show_id, tree.said()) as desk:
        await desk.goto(f"/shows/{target.show_id}/setup")
        overlay = await desk.locator("#address-overlay").input_value()
        pages = {
            "viewer page": viewer,
            "control room": f"/shows/{target.show_id}/control",
            "host screen": f"/shows/{target.show_id}/host",
            "overlay": overlay,
        }
        found = {name: await weigh(desk, address) for name, address in pages.items()}
    target.client.close()
    return found, viewer
