"""What a page costs to load with an empty cache, as Chromium counts it on the wire."""

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Page

KINDS = ("document", "stylesheet", "script", "image", "other")
SETTLE_MS = 1500  # after the first live figures: icons and pictures come last


async def weigh(signed_in: "Page", address: str) -> dict[str, int]:
    """Kind → bytes, headers and all, in a profile of its own that is signed in as that page is. Frames of the
    socket are not counted. Raises RuntimeError: a file was not found."""
    browser = signed_in.context.browser
    assert browser is not None
    context = await browser.new_context(
        base_url=signed_in.url.split("/shows/")[0],
        storage_state=await signed_in.context.storage_state(),
        viewport={"width": 390, "height": 844} if "/watch/" in address else None,
    )
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    missing: list[str] = []

    def began(event: dict[str, Any]) -> None:
        kind = str(event["type"]).lower()
        kinds[event["requestId"]] = kind if kind in KINDS else "other"
        if event["response"]["status"] >= 400:
            missing.append(event["response"]["url"])

    def ended(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = round(event["encodedDataLength"])

    session.on("Network.responseReceived", began)
    session.on("Network.loadingFinished", ended)
    await session.send("Network.enable")
    await page.goto(address)
    await page.wait_for_selector("html[data-conn=live]", state="attached")
    await page.wait_for_timeout(SETTLE_MS)
    await context.close()
    if missing:
        raise RuntimeError(f"not found: {', '.join(missing)}")
    found: Counter[str] = Counter()
    for request, size in sizes.items():
        found[kinds.get(request, "other")] += size
    return dict(found)
