"""`scripts/bench screens`: what Chromium makes of control room and viewer page in a flood of comments and a burst.

Frames a second, the longest time without one, elements and script memory of both pages: calm, then with
`--rate` comments and `--orders-per-s` orders a second. In the flood a comment is hidden by key, ten times:
from the key to the word that it is done. Browser, crowd, server, worker and Redis share the processors; rate
limits are off.
"""

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Any

from live.crowd.client import Client
from scripts.benchmarks.comments import gather
from scripts.benchmarks.control_room import control_room
from scripts.benchmarks.open_loop import steady
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.servers import own_tree
from scripts.benchmarks.steady_orders import quantile
from scripts.faults.tree import Tree

if TYPE_CHECKING:
    from playwright.async_api import Page

CONNECTIONS = 32
ACTS = 10

# Starts to count drawn frames anew.
COUNT = """() => {
  window.drawn = { frames: 0, longest: 0, last: performance.now(), began: performance.now() };
  if (window.isCounting) return;
  window.isCounting = true;
  const tick = (at) => {
    const d = window.drawn;
    d.frames += 1;
    d.longest = Math.max(d.longest, at - d.last);
    d.last = at;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
TELL = """() => ({
  fps: Math.round((1000 * window.drawn.frames) / (performance.now() - window.drawn.began)),
  longest_ms: Math.round(window.drawn.longest),
  elements: document.querySelectorAll("*").length,
  script_mib: Math.round((performance.memory?.usedJSHeapSize ?? 0) / 2 ** 20),
})"""


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with own_tree() as tree:
        return asyncio.run(_run(options, tree))


async def _run(options: BenchOptions, tree: Tree) -> dict[str, Any]:
    target = Target(Client(tree.url, connections=CONNECTIONS), await asyncio.to_thread(tree.token))
    await target.set_up()
    show = await target.client.call("GET", f"/api/v1/shows/{target.show_id}")
    crowd = await gather(target, tree.port, options.viewers)
    async with control_room(tree.url, target.show_id, tree.said()) as desk:
        browser = desk.context.browser
        assert browser is not None
        phone = await browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        await phone.goto(f"{tree.url}/watch/{show['slug']}")
        pages = {"control room": desk, "viewer page": phone}
        path = await target.new_sale()
        calm = await _watched(pages, asyncio.sleep(options.seconds))
        print(f"calm   {calm}", flush=True)
        flood = crowd.flood(options.rate, options.seconds)
        burst = steady(
            tree.url, options.orders_per_s, path, target.tokens,
            secrets.token_hex(4), CONNECTIONS, options.seconds, 1,
        )  # fmt: skip
        work = asyncio.gather(flood, burst, _hide_some(desk))
        flooded = await _watched(pages, work)
        print(f"flood  {flooded}", flush=True)
    (sent, _), report, acts = await work
    crowd.close()
    await target.quiet()
    ok = await target.proof()
    target.client.close()
    print(f"{sent} comments; a comment hidden by key: {acts} ms")
    return {
        "bench": "screens",
        "comments_per_s": round(sent / options.seconds),
        "orders_per_s": round(report.blow.rate),
        "calm": calm,
        "flood": flooded,
        "hide_ms": {"median": round(quantile(acts, 0.5)), "max": max(acts)},
        "audit_ok": ok,
    }


async def _watched(pages: dict[str, "Page"], work: Any) -> dict[str, dict[str, int]]:
    """While the work lasts."""
    for page in pages.values():
        await page.evaluate(COUNT)
    await work
    return {name: await page.evaluate(TELL) for name, page in pages.items()}


async def _hide_some(desk: "Page") -> list[int]:
    """Milliseconds from the key to the toast, of each."""
    found: list[int] = []
    await asyncio.sleep(1.0)
    for _ in range(ACTS):
        await desk.keyboard.press("c")
        began = time.monotonic()
        await desk.keyboard.press("d")
        toast = desk.locator(".toast .said")
        await toast.wait_for(state="visible")
        found.append(round((time.monotonic() - began) * 1000))
        await desk.evaluate("document.getElementById('toasts').replaceChildren()")
        await desk.keyboard.press("Escape")
        await asyncio.sleep(0.3)
    return found
