import os
import re
import signal
import threading
import time

from playwright.sync_api import APIRequestContext, expect

from tests.pages.house import House
from tests.pages.stage import post, stage
from tests.pages.test_sale import buy, expect_mine, expect_stock, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect

OUTAGE_S = 4.0
BACK_MS = 20_000


def keep_redis_down(house: House) -> None:
    """kill -9, and again as soon as it is started anew, for a while."""
    deadline = time.monotonic() + OUTAGE_S
    while time.monotonic() < deadline:
        if pid := house.redis_pid():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def test_a_page_says_that_redis_is_away_and_recovers_by_itself(
    house: House, operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    viewer = newcomer(PHONE)
    for one in (viewer, operator):
        one.provokes("503|WebSocket")
    desk, phone = operator.page, watch(viewer, sale)
    desk.goto(sale.page("control"))
    buy(phone)
    expect_mine(phone, "held")
    expect_stock(desk, left=4, held=1, paid=0)

    outage = threading.Thread(target=keep_redis_down, args=(house,))
    outage.start()
    time.sleep(0.5)
    buy(phone)
    patience = viewer.words("watch.buy_wait", seconds="|").split("|")[0]
    expect(phone.locator("[data-note]")).to_have_attribute(
        "data-label", re.compile(patience)
    )
    inspect(phone)
    outage.join()
    expect_stock(desk, left=3, held=2, paid=0)  # the press that was kept, once
    expect_mine(phone, "held")
    post(api, f"/offers/{sale.offer}/restock", {"delta": 7})
    expect_stock(desk, left=10, held=2, paid=0)
    expect(phone.locator("#watch-offer .supply b")).to_have_text("10", timeout=BACK_MS)
    assert sale.difference() == 0


def test_a_viewer_who_loses_the_network_is_told_and_comes_back(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    viewer = newcomer(PHONE)
    viewer.provokes("WebSocket|ERR_INTERNET_DISCONNECTED")
    page = watch(viewer, sale)
    buy(page)
    expect_mine(page, "held")
    viewer.context.set_offline(True)
    page.evaluate("htmx.find('#viewer')._htmx.ws.connection.socket.close()")
    expect(page.locator("#net")).to_be_visible()
    expect(page.locator("#net-safe")).to_be_visible()  # the held unit is safe meanwhile
    expect(page.locator("[data-buy]")).to_be_disabled()
    inspect(page)
    viewer.context.set_offline(False)
    expect(page.locator("#net")).to_be_hidden()
    expect(page.locator("[data-buy]")).to_be_enabled()
