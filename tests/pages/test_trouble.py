import contextlib
import os
import re
import signal
import threading
from collections.abc import Iterator

from playwright.sync_api import APIRequestContext, expect

from tests.pages.house import House
from tests.pages.stage import on_air, post, stage
from tests.pages.test_sale import buy, expect_mine, expect_stock, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in, until

BACK_MS = 20_000


@contextlib.contextmanager
def no_redis(house: House) -> Iterator[None]:
    """kill -9, and again as soon as it is started anew."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.02):
            if pid := house.redis_pid():
                os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def test_a_page_says_that_redis_is_away_and_recovers_by_itself(
    house: House, operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    viewer = newcomer(PHONE)
    for one in (viewer, operator):
        one.provokes("503|WebSocket|htmx:ws:error")
    desk, phone = operator.page, watch(viewer, sale)
    desk.goto(sale.page("control"))
    expect_stock(desk, left=5, held=0, paid=0)

    with no_redis(house):
        expect(desk.locator(".lamp.is-fail")).to_be_visible()
        banner = desk.locator("#recovery .banner")
        expect(banner).to_contain_text(operator.words("recovery.title.away"))
        expect(desk.locator("#recovery [role=status]")).to_contain_text(
            operator.words("recovery.closed")
        )
        expect(phone.locator("[data-note]")).to_have_text(viewer.words("watch.moment"))
        inspect(desk)
        buy(phone)
        patience = viewer.words("watch.buy_fault", seconds="|").split("|")[0]
        expect(phone.locator("[data-note]")).to_have_attribute("data-label", re.compile(patience))
        inspect(phone)
    expect_stock(desk, left=4, held=1, paid=0)  # the press that was kept, once
    expect_mine(phone, "held")
    expect(banner).to_contain_text(operator.words("recovery.title.back"))
    post(api, f"/offers/{sale.offer}/restock", {"delta": 7})
    expect_stock(desk, left=11, held=1, paid=0)
    expect(phone.locator("#watch-offer .supply b")).to_have_text("11", timeout=BACK_MS)
    assert sale.difference() == 0


def test_a_viewer_who_loses_the_network_is_told_and_comes_back(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    viewer = newcomer(PHONE)
    viewer.provokes("htmx:ws:error|WebSocket|ERR_INTERNET_DISCONNECTED")
    page = watch(viewer, sale)
    buy(page)
    expect_mine(page, "held")
    viewer.context.set_offline(True)
    page.evaluate("htmx.find('#viewer')._htmx.ws.connection.socket.close()")
    expect(page.locator("#net")).to_be_visible()
    expect(page.locator("#net-safe")).to_be_visible()  # the held unit is safe meanwhile
    inspect(page)
    viewer.context.set_offline(False)
    expect(page.locator("#net")).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-conn", "live")


def test_without_contact_no_lamp_of_the_desk_looks_calm(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, page = on_air(api), operator.page
    operator.provokes("htmx:ws:error|WebSocket|ERR_INTERNET_DISCONNECTED")
    page.goto(sale.page("control"))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    calm, unheard = page.locator(".lamp[data-lamp=redis]"), page.locator(".lamp.is-unheard")
    expect(calm).to_be_visible()
    expect(unheard).to_be_hidden()
    operator.context.set_offline(True)
    page.evaluate("htmx.find('[hx-ws\\\\:connect]')._htmx.ws.connection.socket.close()")
    expect(unheard).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    expect(calm).to_be_hidden()
    inspect(page)
    operator.context.set_offline(False)
    expect(calm).to_be_visible(timeout=BACK_MS)


def test_a_socket_that_outlives_a_network_that_came_back_is_live_again(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    page = watch(newcomer(PHONE), sale)
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    lost = page.locator("#net")
    # the browser may say it again: any frame on the way hides it
    goes = "dispatchEvent(new Event('offline')), !document.getElementById('net').hidden"
    until(page, goes)
    page.evaluate("dispatchEvent(new Event('online'))")  # the socket never closed
    expect(lost).to_be_hidden()
    expect(page.locator("[data-buy]")).to_be_enabled()

    until(page, goes)
    post(api, f"/offers/{sale.offer}/restock", {"delta": 2})
    expect(page.locator("#watch-offer .supply b")).to_have_text("7")
    expect(lost).to_be_hidden()  # a frame came: whatever the browser says, there is a network

    socket = "htmx.find('#viewer')._htmx.ws.connection.socket"
    page.evaluate(f"window.first = {socket}; first.onmessage = null")
    press = "document.getElementById('net-retry').click()"  # at once: the next frame hides it again
    page.evaluate(f"dispatchEvent(new Event('offline')); {press}")
    expect(lost).to_be_hidden()
    until(page, f"{socket} !== window.first && {socket}.readyState === 1")
    expect(page.locator("html")).to_have_attribute("data-conn", "live")


def test_a_silent_socket_of_the_crew_is_replaced_when_the_network_is_back(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = on_air(api)
    for name in ("control", "host"):
        page = operator.page
        page.goto(sale.page(name))
        expect(page.locator("html")).to_have_attribute("data-conn", "live")
        connection = "htmx.find('body')._htmx.ws.connection"
        page.evaluate(f"window.first = {connection}.socket; {connection}.abortController.abort()")
        page.evaluate("roomSocket.last -= 60_000; dispatchEvent(new Event('online'))")
        until(page, f"{connection}.socket !== window.first")
        until(page, f"{connection}.socket.readyState === 1")
        expect(page.locator("html")).to_have_attribute("data-conn", "live")


def test_whoever_signs_out_in_one_tab_is_signed_out_in_all(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    operator = newcomer()
    sign_in(operator, house, afresh=True)
    sale = stage(api)
    sale.start()
    tabs = [operator.page, operator.context.new_page()]
    for tab, name in zip(tabs, ("control", "host"), strict=True):
        tab.goto(sale.page(name))
        expect(tab.locator("html")).to_have_attribute("data-conn", "live")
    home = operator.context.new_page()
    home.goto("/")
    home.click("form[action='/sign-out'] button")
    for tab in tabs:
        expect(tab.locator("#password")).to_be_visible(timeout=BACK_MS)
