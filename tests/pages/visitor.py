"""A person with a browser of their own, and everything that the browser complained about meanwhile."""

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserType,
    ConsoleMessage,
    Page,
    ViewportSize,
    WebError,
    expect,
)

from live.web.security import LOGIN_COOKIE
from live.web.words import translate
from tests.pages.house import TOP, House

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
HOST: ViewportSize = {"width": 1024, "height": 768}
OVERLAY: ViewportSize = {"width": 1920, "height": 1080}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
WAIT_MS = 10_000  # for anything that a person would call "at once", on a busy machine
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
AXE = Path("axe-core/axe.min.js")
AXE_RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const told = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return told.violations
    .map((one) => `${one.id} (${one.impact}): ${one.nodes[0].html} ${one.nodes[0].failureSummary}`);
}"""

expect.set_options(timeout=WAIT_MS)


def launch(chromium: BrowserType) -> Browser:
    """The browser that `scripts/test` found or installed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "the page tests need Chromium: install it, or name it in CHROMIUM"
    return chromium.launch(executable_path=found, args=ARGS)


# Text that ends at an edge, without the dots that say so.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((el) => {
  const style = getComputedStyle(el);
  const box = el.getBoundingClientRect();
  const cuts = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
  const seen = style.visibility !== "hidden" && box.width > 1 && !el.closest(".visually-hidden, dialog:not([open])");
  return cuts && seen && el.innerText?.trim() && el.scrollWidth > el.clientWidth + 1;
}).map((el) => `${el.id || el.className}: ${el.innerText.slice(0, 80)}`)"""


class Visitor:
    """One browser profile with one page. `words("offers.push")` is what the page says for that key."""

    def __init__(
        self,
        browser: Browser,
        house: House,
        size: ViewportSize = DESK,
        lang: str = "zh",
        *,
        touch: bool = False,
    ) -> None:
        self.lang = lang
        self.complaints: list[str] = []
        self._provoked: list[re.Pattern[str]] = []
        self.context = browser.new_context(
            base_url=house.url,
            viewport=size,
            locale=LOCALES[lang],
            has_touch=touch,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(WAIT_MS)
        self.context.on("console", self._on_console)
        self.context.on("weberror", self._on_error)
        self.page = self.context.new_page()

    def words(self, key: str, **values: object) -> str:
        return translate(self.lang, key, **values)

    def provokes(self, pattern: str) -> None:
        """This test makes the browser complain about that, on purpose."""
        self._provoked.append(re.compile(pattern))

    def leave(self) -> None:
        """Closes the browser profile; fails if the browser complained about anything unprovoked."""
        told = [*self.complaints]  # what it says of sockets that are cut by leaving is ours
        self.context.close()
        unexpected = [c for c in told if not any(p.search(c) for p in self._provoked)]
        assert unexpected == []

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.type}: {message.text} {where}")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"pageerror: {error.error}")


Newcomer = Callable[..., Visitor]


def sign_in(visitor: Visitor, house: House, *, afresh: bool = False) -> None:
    """By the form, or by what an earlier one has got there. Who signs out again wants to come in `afresh`."""
    if house.login and not afresh:
        visitor.context.add_cookies(
            [{"name": LOGIN_COOKIE, "value": house.login, "url": house.url}]
        )
        return
    page = visitor.page
    page.goto("/sign-in")
    page.fill("#email", house.email)
    page.fill("#password", house.password)
    page.press("#password", "Enter")
    expect(page.locator("#shows-title")).to_be_visible()
    if not afresh:
        house.login = {one["name"]: one["value"] for one in visitor.context.cookies()}[LOGIN_COOKIE]


def inspect(page: Page) -> None:
    """Nobody is shut out of what the page shows now, and nothing hangs over its right edge or is cut by one."""
    assert violations(page) == []
    assert overhang(page) <= 0
    assert cut_off(page) == []


def until(page: Page, expression: str) -> None:
    """Until it is true in the page. Playwright's `wait_for_function` evaluates strings inside the page at
    its second look, which the page's policy forbids."""
    deadline = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def overhang(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def cut_off(page: Page) -> list[str]:
    """What is cut by the edge of what it stands in, so that nobody can read it to its end. Texts that fit
    themselves to a window of a new size have a moment to do so."""
    for _ in range(40):
        found: list[str] = page.evaluate(CUT_OFF)
        if not found:
            break
        page.wait_for_timeout(50)
    return found


def violations(page: Page) -> list[str]:
    """axe's findings of every severity: rule and first place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found: list[str] = page.evaluate(AXE_RUN)
    return found


def axe_source() -> str:
    """As pinned by static/package-lock.json; scripts/setup puts it there."""
    return (TOP / ".vendor" / "node_modules" / AXE).read_text(encoding="utf-8")
