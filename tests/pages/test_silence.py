"""A socket that is open, and a server that says nothing on it: every page must find that out by itself."""

import re

import pytest
from playwright.sync_api import APIRequestContext, Page, Route, WebSocketRoute, expect

from tests.pages.stage import Sale, on_air
from tests.pages.test_sale import buy, expect_mine
from tests.pages.visitor import OVERLAY, PHONE, Newcomer, Visitor, inspect

STREAM = re.compile(r"/stream\?")
LATE_S, DEAD_S = 9, 26  # a little more than the page's own patience


class Hush:
    """Stands between the page and the hub; while `on`, what the hub says gets lost, over sockets and to those who
    poll. `calls`: the connections."""

    def __init__(self, page: Page) -> None:
        self.on = False
        self.calls = 0
        page.clock.install()
        page.route_web_socket(STREAM, self._join)
        page.route(STREAM, self._polled)

    def _join(self, page_side: WebSocketRoute) -> None:
        self.calls += 1
        hub_side = page_side.connect_to_server()
        hub_side.on_message(lambda said: None if self.on else page_side.send(said))

    def _polled(self, question: Route) -> None:
        if not self.on:
            question.continue_()


def expect_conn(page: Page, state: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-conn", state)


@pytest.fixture
def sale(api: APIRequestContext) -> Sale:
    return on_air(api)


@pytest.mark.parametrize("screen", ["control", "host"])
def test_a_desk_says_that_it_is_behind_and_asks_anew(
    operator: Visitor, sale: Sale, screen: str
) -> None:
    page = operator.page
    hush = Hush(page)
    page.goto(sale.page(screen))
    expect_conn(page, "live")
    expect(page.locator(".conn-state:visible")).to_have_count(0)  # all is well: nothing to say
    hush.on = True
    page.clock.fast_forward(LATE_S * 1000)
    expect_conn(page, "late")
    late = page.locator(".when-late:visible").first
    expect(late).to_have_text(re.compile(operator.words("panel.late", n=r"\d+")))
    page.clock.fast_forward(DEAD_S * 1000)
    while hush.calls < 2:  # pytest's own patience ends it
        page.wait_for_timeout(50)
    expect_conn(page, "late")  # an open socket is not news
    hush.on = False
    expect_conn(page, "live")
    expect(page.locator(".when-late:visible")).to_have_count(0)


def test_an_opened_socket_is_not_news(operator: Visitor, sale: Sale) -> None:
    page = operator.page
    hush = Hush(page)
    hush.on = True
    page.goto(sale.page("control"))
    expect_conn(page, "wait")
    expect(page.locator(".when-wait:visible").first).to_have_text(operator.words("panel.wait"))
    page.clock.fast_forward(LATE_S * 1000)
    expect_conn(page, "late")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_viewer_is_told_of_the_silence_and_may_still_press(
    newcomer: Newcomer, sale: Sale, lang: str
) -> None:
    viewer = newcomer(PHONE, lang)
    page = viewer.page
    hush = Hush(page)
    page.goto(sale.watch)
    expect_conn(page, "live")
    hush.on = True
    page.clock.fast_forward(LATE_S * 1000)
    net = page.locator("#net")
    expect(net.locator("b")).to_have_text(viewer.words("watch.net_late"))
    badge = page.locator(".badge-live :is(.when-late, .when-off):visible")
    expect(badge).to_have_text(viewer.words("watch.late"))
    inspect(page)
    buy(page)
    expect_mine(page, "held")
    page.locator("#net-retry").click()
    hush.on = False
    expect(net).to_be_hidden()
    expect_conn(page, "live")


def test_the_overlay_says_so_in_its_corner(
    operator: Visitor, newcomer: Newcomer, sale: Sale
) -> None:
    operator.page.goto(sale.page("setup"))
    address = operator.page.locator("#address-overlay").input_value()
    page = newcomer(OVERLAY).page
    hush = Hush(page)
    page.goto(address)
    expect_conn(page, "live")
    expect(page.locator("#overlay-net")).to_be_hidden()
    hush.on = True
    page.clock.fast_forward(LATE_S * 1000)
    expect(page.locator("#overlay-net")).to_be_visible()
    hush.on = False
    page.clock.fast_forward(DEAD_S * 1000)
    expect(page.locator("#overlay-net")).to_be_hidden()
