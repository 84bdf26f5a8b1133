"""A network that lets no socket through: the page finds another way by itself, and back when it may."""

import re

import pytest
from playwright.sync_api import APIRequestContext, Page, WebSocketRoute, expect

from tests.pages.house import House
from tests.pages.stage import Sale, on_air, post, stage
from tests.pages.test_sale import buy, expect_mine, expect_stock
from tests.pages.visitor import OVERLAY, PHONE, Newcomer, Visitor, inspect, sign_in

STREAM = re.compile(r"/stream\?")


class Wall:
    """Between the page and the hub's sockets; while `on`, they are closed at once, or open with nobody there."""

    def __init__(self, page: Page, way: str) -> None:
        self.on = True
        self._way = way
        page.route_web_socket(STREAM, self._join)

    def _join(self, page_side: WebSocketRoute) -> None:
        if not self.on:
            page_side.connect_to_server()
        elif self._way == "refused":
            page_side.close(code=1013)


def expect_polls(page: Page) -> None:
    """As if no socket had brought a word for a minute: the first test here has really waited for that."""
    page.evaluate("roomSocket.began -= 60_000")
    expect_way(page, "poll")


def expect_way(page: Page, way: str) -> None:
    root = page.locator("html")
    expect(root).to_have_attribute("data-conn-way", way, timeout=20_000)
    expect(root).to_have_attribute("data-conn", "live")


@pytest.mark.parametrize("way", ["refused", "swallowed"])
def test_a_viewer_without_sockets_sees_the_sale_open_buys_and_sees_the_order(
    newcomer: Newcomer, api: APIRequestContext, way: str
) -> None:
    sale = stage(api)
    sale.start()
    viewer = newcomer(PHONE)
    page = viewer.page
    wall = Wall(page, way)
    page.goto(sale.watch)
    expect(page.locator("[data-buy]")).to_be_disabled()
    expect_way(page, "poll")
    expect(page.locator(".when-poll")).to_have_text(viewer.words("panel.poll"))
    expect(page.locator("#net")).to_be_hidden()
    inspect(page)
    sale.push()
    expect(page.locator("[data-buy]")).to_be_enabled()
    buy(page)
    expect_mine(page, "held")
    post(api, f"/offers/{sale.offer}/restock", {"delta": 7})
    expect(page.locator("#watch-offer .supply b")).to_have_text("11")
    page.locator("#my-order [formaction$='/cancel']").click()
    expect_mine(page, "cancelled")
    expect(page.locator("#net")).to_be_hidden()

    wall.on = False
    page.evaluate("dispatchEvent(new Event('offline')); roomSocket.last -= 60_000")
    page.evaluate("dispatchEvent(new Event('online'))")  # does not wait for the next try
    expect_way(page, "socket")
    expect(page.locator(".when-poll")).to_be_hidden()
    post(api, f"/offers/{sale.offer}/restock", {"delta": 1})
    expect(page.locator("#watch-offer .supply b")).to_have_text("13")


def test_what_happened_elsewhere_reaches_a_viewer_who_polls(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    viewer = newcomer(PHONE)
    page = viewer.page
    Wall(page, "refused")
    page.goto(sale.watch)
    buy(page)
    expect_mine(page, "held")
    expect_polls(page)
    order = page.locator("#my-order").get_attribute("data-order")
    post(api, f"/orders/{order}/cancel")
    expect_mine(page, "cancelled")


def test_the_checkout_hears_without_sockets_what_became_of_its_order(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    page = newcomer(PHONE).page
    page.goto(sale.watch)
    buy(page)
    expect_mine(page, "held")
    order = page.locator("#my-order").get_attribute("data-order")
    Wall(page, "refused")
    with page.expect_response(STREAM, timeout=20_000):
        page.locator(".pay-dock a").click()
    post(api, f"/orders/{order}/cancel")
    expect(page.locator(".checkout-body")).to_have_attribute("data-state", "cancelled")


@pytest.mark.parametrize("screen", ["control", "host"])
def test_the_crews_screens_show_what_happens_without_sockets(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext, screen: str
) -> None:
    sale: Sale = on_air(api)
    page = operator.page
    wall = Wall(page, "refused")
    page.goto(sale.page(screen))
    expect_polls(page)
    expect(page.get_by_text(operator.words("panel.poll")).first).to_be_visible()
    inspect(page)
    if screen == "control":
        buyer = newcomer(PHONE).page
        buyer.goto(sale.watch)
        buy(buyer)
        expect_stock(page, left=4, held=1, paid=0)
        expect(page.locator(".order-row.is-held")).to_have_count(1)
    wall.on = False
    page.evaluate("roomSocket.last -= 60_000; dispatchEvent(new Event('online'))")
    expect_way(page, "socket")


def test_the_overlay_goes_on_without_sockets(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale: Sale = on_air(api)
    operator.page.goto(sale.page("setup"))
    address = operator.page.locator("#address-overlay").input_value()
    page = newcomer(OVERLAY).page
    Wall(page, "refused")
    page.goto(address)
    expect_polls(page)
    expect(page.locator("#overlay-net")).to_be_hidden()


def test_whoever_polls_and_signs_out_elsewhere_is_shown_the_door(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    operator = newcomer()
    sign_in(operator, house, afresh=True)
    sale = on_air(api)
    page = operator.page
    Wall(page, "refused")
    operator.provokes("401")
    page.goto(sale.page("control"))
    expect_polls(page)
    home = operator.context.new_page()
    home.goto("/")
    home.click("form[action='/sign-out'] button")
    expect(page.locator("#password")).to_be_visible()
