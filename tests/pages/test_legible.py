"""What a picture of the page would show at a glance, measured."""

import re

import pytest
from playwright.sync_api import APIRequestContext, FloatRect, Locator, ViewportSize, expect

from tests.pages.house import House
from tests.pages.stage import on_air, stage
from tests.pages.visitor import (
    DESK,
    HOST,
    LOCALES,
    OVERLAY,
    PHONE,
    Newcomer,
    Visitor,
    inspect,
    sign_in,
)

PORTRAIT: ViewportSize = {"width": 1080, "height": 1920}


def box(one: Locator) -> FloatRect:
    found = one.bounding_box()
    assert found is not None
    return found


def test_the_marks_of_the_check_stand_in_their_circles_beside_the_words(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = operator.page
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(stage(api).page("control"))
        lines = page.locator(".checklist-item")
        expect(lines.first).to_be_visible()
        for line in lines.all():
            icon, mark = box(line.locator(".mark .icon")), box(line.locator(".mark"))
            assert abs(icon["x"] + icon["width"] / 2 - mark["x"] - mark["width"] / 2) < 1
            assert abs(icon["y"] + icon["height"] / 2 - mark["y"] - mark["height"] / 2) < 1
            assert icon["x"] + icon["width"] <= box(line.locator(".title"))["x"]


def test_the_head_of_the_ledger_can_be_read_off_a_picture_of_the_stream(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    operator.page.goto(sale.page("setup"))
    address = operator.page.locator("#address-overlay").input_value()
    buyer = newcomer(PHONE)
    buyer.page.goto(sale.watch)
    buyer.page.locator("[data-buy]").click()
    for lang in LOCALES:
        page = newcomer(OVERLAY, lang).page
        for size, least in ((OVERLAY, 24), (PORTRAIT, 28)):
            page.set_viewport_size(size)
            page.goto(address)
            chain = page.locator(".deal-chain")
            expect(chain.locator("span.mono")).to_have_text(re.compile(r"^[0-9a-f]{12}$"))
            assert chain.evaluate("el => parseFloat(getComputedStyle(el).fontSize)") >= least
            assert chain.evaluate("el => el.scrollWidth <= el.clientWidth")
            line = box(page.locator(".ticker-line").last)
            tab, card = box(page.locator(".deal-tab")), box(page.locator(".deal"))
            beside = line["x"] >= card["x"] + card["width"]
            assert beside or line["y"] + line["height"] <= tab["y"]
            inspect(page)


@pytest.mark.parametrize("lang", LOCALES)
def test_a_host_three_metres_away_reads_that_the_connection_is_lost_and_what_was_last_known(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    sale = on_air(api)
    host = newcomer(HOST, lang)
    host.provokes("htmx:ws:error|WebSocket|ERR_INTERNET_DISCONNECTED")
    sign_in(host, house)
    page = host.page
    page.goto(sale.page("host"))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    host.context.set_offline(True)
    page.evaluate("htmx.find('body')._htmx.ws.connection.socket.close()")
    lost = page.locator(".host-conn:visible")
    expect(lost).to_have_text(re.compile(host.words("host.lost", time=r"\d\d:\d\d:\d\d")))
    assert lost.evaluate("el => parseFloat(getComputedStyle(el).fontSize)") >= 44
    end = box(page.locator(".host-bar .end"))
    assert box(lost)["x"] + box(lost)["width"] <= end["x"] <= HOST["width"] - end["width"]
    expect(page.locator(".host-main")).to_have_css("opacity", "1")
    expect(page.locator(".host-facts .left")).to_have_text("5")
    inspect(page)
