"""What moves before the operator: the trend with its marks, the orders' tabs, the lamps; and what is said aloud."""

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, FloatRect, Page, ViewportSize, expect

from scripts.benchmarks.control_room import WATCH
from tests.pages.house import House
from tests.pages.stage import Sale, on_air, post, stage
from tests.pages.visitor import (
    DESK,
    HOST,
    LOCALES,
    PHONE,
    Newcomer,
    Visitor,
    axe_source,
    overhang,
    sign_in,
    until,
)

NARROW: ViewportSize = {"width": 1280, "height": 800}
EVERYTHING = "axe.run(document, {resultTypes: ['violations']}).then((told) => told.violations.map((one) => `${one.id}: ${one.nodes[0].html}`))"
SILENT = """(id) => [...document.querySelectorAll(`${id}, ${id} *`)].filter((el) =>
  ["status", "alert", "log"].includes(el.getAttribute("role")) || el.getAttribute("aria-live")).map((el) => el.outerHTML)"""


def flawless(page: Page) -> None:
    """axe finds nothing of any severity, and nothing hangs over the edge."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    assert page.evaluate(EVERYTHING) == []
    assert overhang(page) <= 0


def order(api: APIRequestContext, sale: Sale, key: str, *, quantity: int = 1) -> tuple[str, str]:
    """An order's id, and its buyer's token."""
    buyer = post(api, "/viewers", {"display_name": "小南"})
    headers = {"Authorization": f"Bearer {buyer['token']}", "Idempotency-Key": key}
    path = f"/api/v1/offers/{sale.offer}/orders"
    made: dict[str, Any] = api.post(path, headers=headers, data={"quantity": quantity}).json()
    return str(made["id"]), str(buyer["token"])


def decline(api: APIRequestContext, sale: Sale, made: tuple[str, str]) -> None:
    headers = {"Authorization": f"Bearer {made[1]}"}
    path = f"{sale.watch}/orders/{made[0]}/pay"
    answer = api.post(path, headers=headers, form={"outcome": "fail"}, max_redirects=0)
    assert answer.status == 303, answer.text()


def control(operator: Visitor, sale: Sale) -> Page:
    operator.page.goto(sale.page("control"))
    expect(operator.page.locator("html")).to_have_attribute("data-conn", "live")
    expect(operator.page.locator("#trend-plot canvas")).to_be_visible()
    return operator.page


def box(page: Page, selector: str) -> FloatRect:
    found = page.locator(selector).first.bounding_box()
    assert found, f"{selector} is not there"
    return found


def test_the_trend_marks_what_happens_and_its_marks_are_read_with_the_keys(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = on_air(api)
    page = control(operator, sale)
    marks = page.locator("#trend-marks button")
    expect(marks).to_have_count(1)
    before = box(page, "#trend-plot")
    order(api, sale, "all", quantity=2)
    post(api, f"/offers/{sale.offer}/restock", {"delta": 3})
    expect(marks).to_have_count(2)
    assert box(page, "#trend-plot") == before
    post(api, f"/offers/{sale.offer}/close")
    expect(marks).to_have_count(3)
    page.locator("#trend-marks button[tabindex='0']").focus()
    expect(marks.last).to_be_focused()
    for name, key in (("trend.end", "End"), ("trend.restock", "ArrowLeft"), ("trend.push", "Home")):
        page.keyboard.press(key)
        here = page.locator("#trend-marks button:focus .trend-tip")
        expect(here).to_contain_text(operator.words(name, n=3, title=sale.title))
        assert box(page, "#trend-marks button:focus .trend-tip")["width"] > 40
    expect(page.locator("#trend-marks button[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#trend-marks button:focus")).to_have_count(0)
    until(
        page,
        "document.querySelector('#trend-plot').clientWidth === document.querySelector('.uplot').clientWidth",
    )
    flawless(page)


@pytest.mark.parametrize("size", [DESK, NARROW, HOST, PHONE], ids=lambda s: str(s["width"]))
def test_the_trend_fits_its_panel_at_every_width(
    operator: Visitor, api: APIRequestContext, size: ViewportSize
) -> None:
    page = control(operator, on_air(api))
    page.set_viewport_size(size)
    toggle = page.locator("[data-trend-toggle]")
    if size["width"] <= 1180:  # there it begins folded away
        expect(toggle).to_have_attribute("aria-expanded", "false")
        toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    fits = """(() => {
      const [plot, drawn] = ["#trend-plot", ".uplot"].map((name) => document.querySelector(name).getBoundingClientRect());
      return Math.abs(plot.width - drawn.width) < 1 && Math.abs(plot.height - drawn.height) < 1 && plot.height >= 60;
    })()"""
    until(page, fits)
    expect(page.locator(".kpi-delta.is-kept")).to_be_visible()
    mark, plot = box(page, "#trend-marks button"), box(page, "#trend-plot")
    assert plot["x"] <= mark["x"] + mark["width"] / 2 <= plot["x"] + plot["width"]
    assert overhang(page) <= 0


def test_the_trend_has_room_for_thousands_a_minute(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = control(operator, on_air(api))
    room = """async (placed) => {
      const trend = document.getElementById("trend");
      const data = JSON.parse(trend.dataset.trend);
      trend.dataset.trend = JSON.stringify({ ...data, at: [data.to - 60], placed: [placed], paid: [0] });
      document.getElementById("trend-plot").style.width = `${300 + placed / 100}px`; // draws anew
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return parseFloat(getComputedStyle(document.querySelector(".u-over")).left);
    }"""
    few, thousands = page.evaluate(room, 40), page.evaluate(room, 12_000)
    assert few == 34, "pixels beside the plot"
    assert thousands >= few + 14, "12,000 is four figures longer than 40"


@pytest.mark.parametrize("lang", LOCALES)
def test_a_declined_payment_is_shown_until_the_next_try(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    visitor = newcomer(DESK, lang)
    sign_in(visitor, house)
    sale = on_air(api)
    page = control(visitor, sale)
    made = [order(api, sale, f"k{n}") for n in range(3)]
    decline(api, sale, made[1])
    count = page.locator("[data-orders-count=failed]")
    expect(count).to_have_text("1")
    expect(page.locator("[data-orders-count=unpaid]")).to_have_text("3")
    expect(page.locator("[data-orders-count=new]")).to_have_text("3")
    page.locator("input[name=orders-shown][value=new]").focus()
    for _ in range(4):  # unpaid, expiring, paid, failed
        page.keyboard.press("ArrowRight")
    expect(page.locator(".order-row:visible")).to_have_count(1)
    expect(page.locator(".order-row:visible .state")).to_have_attribute(
        "title", visitor.words("orders.why.sandbox")
    )
    flawless(page)
    post(api, f"/orders/{made[1][0]}/pay")
    expect(count).to_have_text("0")
    expect(page.locator(".order-row:visible")).to_have_count(0)
    expect(page.locator(".orders-note:visible")).to_have_text(visitor.words("orders.empty.failed"))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".order-row.is-paid:visible")).to_have_count(1)
    flawless(page)


def test_lamps_say_how_things_are(operator: Visitor, api: APIRequestContext) -> None:
    page = control(operator, on_air(api))
    for word in ("redis_ok", "database_ok", "ledger_ok"):
        expect(page.locator(".lamps")).to_contain_text(operator.words(f"lamp.word.{word}"))


@pytest.mark.parametrize(("name", "card"), [("control", "#on-air"), ("host", "#host-current")])
def test_only_what_matters_of_a_sale_is_said_aloud(
    operator: Visitor, api: APIRequestContext, name: str, card: str
) -> None:
    sale = stage(api, quantity=2)
    sale.start()
    sale.push()
    page = operator.page
    page.goto(sale.page(name))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    assert page.evaluate(SILENT, card) == []
    aloud = page.locator("#aloud")
    order(api, sale, "one")
    expect(page.locator(card)).to_have_attribute("data-sale-left", "1")
    expect(aloud).to_have_text("")
    order(api, sale, "two")
    expect(aloud).to_have_text(operator.words("aloud.sold_out", title=sale.title))
    post(api, f"/offers/{sale.offer}/restock", {"delta": 4})
    expect(aloud).to_have_text(operator.words("aloud.restocked", title=sale.title, n=4, left=4))
    assert page.locator("[role=status] time:not([data-conn-since])").count() == 0, (
        "a clock in a status is read every second"
    )


def test_the_end_of_a_sale_is_said_sixty_thirty_and_ten_seconds_before(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, duration_s=11)
    sale.start()
    page = operator.page
    page.goto(sale.page("control"))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    sale.push()
    expect(page.locator("#aloud")).to_have_text(
        operator.words("aloud.closing", title=sale.title, n=10)
    )
    closed = operator.words("offers.state.closed")
    expect(page.locator("#on-air")).to_contain_text(closed, timeout=20_000)
    expect(page.locator("#aloud")).to_have_text(re.compile("10"))


def test_the_bench_reads_how_many_orders_the_control_room_has_painted(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = newcomer(lang="en")
    sign_in(desk, house)
    desk.page.goto(sale.page("control"))
    expect(desk.page.locator("html")).to_have_attribute("data-conn", "live")
    assert desk.page.evaluate(WATCH) == 0
    order(api, sale, "k1")
    until(desk.page, "window.paints.length === 1 && window.paints[0][1] === 1")
