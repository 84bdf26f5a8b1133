import re

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from live.hub.close_codes import RECONNECT_CODES
from tests.pages.house import House
from tests.pages.stage import Sale, stage
from tests.pages.visitor import (
    DESK,
    HOST,
    LOCALES,
    PHONE,
    Newcomer,
    cut_off,
    inspect,
    overhang,
    sign_in,
)

LONG = "超长的商品名字与规格说明一直写到放不下为止 Extra long title that never seems to end"


@pytest.fixture(scope="module")
def sale(api: APIRequestContext) -> Sale:
    one = stage(api, title=LONG)
    one.start()
    one.push()
    return one


@pytest.mark.parametrize("lang", LOCALES)
def test_every_page_of_the_crew_speaks_the_language_and_fits(
    newcomer: Newcomer, house: House, api: APIRequestContext, sale: Sale, lang: str
) -> None:
    visitor = newcomer(DESK, lang)
    page = visitor.page
    page.goto("/sign-in")
    expect(page.locator("h1")).to_have_text(visitor.words("accounts.heading"))
    look(page, lang)
    sign_in(visitor, house)
    look(page, lang)
    for name, key in (("control", "shows.rundown"), ("setup", "setup.this_show")):
        page.goto(sale.page(name))
        expect(page.get_by_role("heading", name=visitor.words(key)).first).to_be_visible()
        look(page, lang)
    page.goto(sale.page("summary"))
    expect(page.get_by_text(visitor.words("report.defs"))).to_be_visible()
    look(page, lang)
    page.set_viewport_size(HOST)
    page.goto(sale.page("host"))
    expect(page.locator("#host-current")).to_contain_text(visitor.words("host.left"))
    look(page, lang)
    planned = stage(api)
    for name in ("control", "setup", "host"):
        page.goto(planned.page(name))
        look(page, lang)


@pytest.mark.parametrize("lang", LOCALES)
def test_the_viewer_page_speaks_the_language_and_fits(
    newcomer: Newcomer, api: APIRequestContext, sale: Sale, lang: str
) -> None:
    visitor = newcomer(PHONE, lang)
    visitor.page.goto(sale.watch)
    expect(visitor.page.locator("[data-buy]")).to_contain_text(visitor.words("watch.buy"))
    look(visitor.page, lang)
    visitor.page.goto(stage(api).watch)
    expect(visitor.page.locator("#buy-bar")).to_contain_text(visitor.words("watch.not_started"))
    look(visitor.page, lang)
    visitor.provokes("404")
    visitor.page.goto("/watch/nowhere")
    expect(visitor.page.locator("h1")).to_have_text(visitor.words("errors.watch_title"))
    expect(visitor.page.locator(".astray a")).to_have_attribute("href", "/watch/nowhere")
    look(visitor.page, lang)


def look(page: Page, lang: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{lang}"))
    if page.locator("[hx-ws\\:connect]").count():
        expect(page.locator("html")).to_have_attribute("data-conn", "live")
    inspect(page)
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    assert overhang(page) <= 0
    assert cut_off(page) == []
    assert size is not None
    page.set_viewport_size(size)


def test_the_language_can_be_changed_and_is_kept(newcomer: Newcomer, sale: Sale) -> None:
    visitor = newcomer(PHONE)
    page = visitor.page
    page.goto(sale.watch)
    page.locator(".lang-form button").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/sign-in")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_pages_reconnect_after_the_codes_that_the_hub_means_so(
    newcomer: Newcomer, sale: Sale
) -> None:
    page = newcomer(PHONE).page
    page.goto(sale.watch)
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    used = "htmx.find('#viewer')._htmx.ws.connection.config.reconnectCodes"
    assert page.evaluate(used) == RECONNECT_CODES
