"""The control room in a real Chromium, watched for when it paints how many orders there are."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FIRST_SIGN_IN = re.compile(r"^first sign-in: (\S+)\s+(\S+)", re.MULTILINE)

# The strip says the number beside its orders a minute, and is drawn as one; it is on the screen once the frame
# after the change has been drawn.
WATCH = """() => {
  const read = () => {
    const text = document.querySelector("#status .kpis .kpi:nth-child(3)").title;
    return Number(text.match(/([\\d,]+)(?: orders)? since the start/)[1].replaceAll(",", ""));
  };
  window.paints = [];
  let last = read();
  const look = () => {
    const orders = read();
    if (orders === last) return;
    last = orders;
    requestAnimationFrame(() => setTimeout(() => window.paints.push([Date.now(), orders])));
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributeFilter: ["title"] });
  return last;
}"""

Paint = tuple[float, int]  # unix ms, and the number of orders on the screen


@asynccontextmanager
async def control_room(url: str, show: str, said: str) -> AsyncIterator["Page"]:
    """Signed in as the owner, whose first password stands in what `live up` has `said`. Raises RuntimeError."""
    try:
        from playwright.async_api import async_playwright
    except ModuleNotFoundError:
        raise RuntimeError("playwright is missing; `scripts/setup test` installs it") from None
    found = FIRST_SIGN_IN.search(said)
    browser_path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None or browser_path is None:
        raise RuntimeError("needs Chromium (name it in CHROMIUM) and an installation of its own")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=ARGS)
        context = await browser.new_context(
            base_url=url, viewport={"width": 1440, "height": 900}, locale="en-US"
        )
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.fill("#email", found[1])
        await page.fill("#password", found[2])
        await page.press("#password", "Enter")
        await page.wait_for_selector("#shows-title")
        await page.goto(f"/shows/{show}/control")
        await page.wait_for_selector("html[data-conn=live]")
        await page.evaluate(WATCH)
        yield page
        await browser.close()


async def paints_of(page: "Page") -> list[Paint]:
    """Since the last call."""
    told: list[Paint] = await page.evaluate("window.paints.splice(0)")
    return told


def latencies_ms(paints: Sequence[Paint], placed_ms: Sequence[int], known: int) -> list[float]:
    """Of each order after the first `known`: from its commit (`placed_ms`, ascending) to the first paint that
    counts it."""
    found: list[float] = []
    for at, orders in paints:
        found += [at - placed for placed in placed_ms[known:orders]]
        known = max(known, orders)
    return found
