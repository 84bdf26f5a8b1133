"""The host's screen under long texts, and the report from the moment the show ends."""

import re

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.house import House
from tests.pages.stage import Sale, add_offer, post, stage
from tests.pages.test_eyesight import order
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import HOST, PHONE, Newcomer, Visitor, inspect

CUE = ("请把价格再念一遍，限购两件，" * 20)[:200]
NOTES = "\n".join(
    ["这款杯子的内胆是三一六不锈钢，可以装酸的和碳酸的，六小时以后还有五十五度。"] * 6
)


def mug(api: APIRequestContext, sale: Sale) -> str:
    """The id of an offer of a green mug, on air."""
    values = {
        "sku": "M",
        "title": "Ceramic mug",
        "variant": "Green",
        "list_price": 15990,
        "stock": 9,
    }
    item = post(api, f"/shows/{sale.show}/items", values | {"notes": NOTES})
    offer = add_offer(
        api, sale.show, item["id"],
        price=12990, quantity=2, per_buyer_limit=2, duration_s=600, hold_s=300,
    )  # fmt: skip
    post(api, f"/offers/{offer['id']}/push")
    return str(offer["id"])


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Where it begins and ends, in pixels from the top."""
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found["y"], found["y"] + found["height"]


PUT_IN = """() => {
  const time = Object.assign(document.createElement("time"), { id: "put-in", dateTime: "2026-11-23T12:00:00Z", textContent: "12:00:00" });
  time.dataset.clock = "";
  document.querySelector("main").append(time);
}"""


def test_long_texts_leave_the_hosts_numbers_in_sight(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    mug(api, sale)
    host = operator.page
    host.set_viewport_size(HOST)
    host.goto(sale.page("host"))
    expect(host.locator(".host-name")).to_have_text("Ceramic mug / Green")
    expect(host.locator(".host-facts .price")).to_have_text("¥129.90")
    expect(host.locator(".host-facts .was")).to_have_text("¥159.90")
    prompt = host.locator("#prompt")
    assert prompt.evaluate("el => el.scrollWidth <= el.clientWidth")
    prompt.evaluate("el => el.scrollTo(0, el.scrollHeight)")
    expect(host.locator(".prompt-line").last).to_be_in_viewport()

    post(api, f"/shows/{sale.show}/cues", {"text": CUE})
    said = host.locator("#host-cue .say")
    expect(said).to_have_text(CUE)
    assert said.evaluate("el => el.scrollHeight <= el.clientHeight + 1")  # all of it can be read
    (_, numbers_end), (cue_begins, cue_ends) = edges(host, ".host-facts"), edges(host, "#host-cue")
    assert numbers_end <= cue_begins
    assert cue_ends <= HOST["height"]
    inspect(host)

    phone = watch(newcomer(PHONE), sale)
    phone.locator("[data-step='1']").click()
    buy(phone)
    expect_mine(phone, "held")
    expect(phone.locator("#my-order .line")).to_contain_text("Ceramic mug / Green")
    unpaid = operator.words("host.unpaid", n=2)
    expect(host.locator(".host-facts")).to_contain_text(unpaid)
    expect(host.locator(".host-facts .when .word")).to_have_text(operator.words("offers.closes_in"))


def test_the_report_knows_the_end_at_once_and_follows_until_all_is_settled(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    mug(api, sale)
    phone, desk = watch(newcomer(PHONE), sale), operator.page
    buy(phone)
    expect_mine(phone, "held")
    desk.goto(sale.page("control"))
    rate = desk.locator(".kpi", has_text=operator.words("kpi.pay_rate"))
    expect(rate).to_contain_text("—")  # nothing is decided yet
    expect(desk.locator(".order-row")).to_contain_text("¥129.90")
    expect(desk.locator(".order-row .variant")).to_have_text("/ Green")

    post(api, f"/shows/{sale.show}/end")
    desk.goto(sale.page("summary"))
    expect(desk.locator(".report-head")).not_to_contain_text(operator.words("report.still_on"))
    until = desk.locator(".banner.is-warn")
    expect(until).to_contain_text(operator.words("report.held_until", n=1, time="|").split("|")[0])
    expect(until.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    inspect(desk)
    phone.locator(".pay-dock a").click()
    phone.locator("button[value=success]").click()
    expect(phone.locator(".done.is-paid")).to_be_visible()
    expect(until).to_be_hidden(timeout=20_000)  # by itself
    expect(desk.locator(".totals .is-paid")).to_have_text("¥129.90")
    expect(desk.locator(".report .table")).to_contain_text("Ceramic mug / Green")
    expect(desk.locator("#report")).not_to_have_attribute("data-unsettled", re.compile(""))
    inspect(desk)
    desk.set_viewport_size(PHONE)
    for sheet in desk.locator(".sheet").all():
        assert sheet.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    expect(desk.locator(".chart:visible")).to_have_count(1)
    inspect(desk)
    desk.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    desk.emulate_media(media="print")
    assert desk.evaluate("document.documentElement.scrollWidth") == 718
    expect(desk.locator(".happened li").first).to_be_visible()


def test_a_report_of_hundreds_of_millions_fits_a_phone(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, price=900_000_000, quantity=20, per_buyer_limit=20)
    sale.start()
    sale.push()
    made, _ = order(api, sale, "all", quantity=20)
    post(api, f"/orders/{made}/pay")
    page = operator.page
    page.set_viewport_size(PHONE)
    page.goto(sale.page("summary"))
    expect(page.locator(".totals .is-paid")).to_have_text("¥180,000,000.00", timeout=20_000)
    inspect(page)
    page.goto(sale.page("control"))
    expect(page.locator(".offer-price .now")).to_have_text("¥9,000,000.00")
    inspect(page)


def test_the_reports_clock_is_the_readers_everywhere(
    operator: Visitor, newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    buy(watch(newcomer(PHONE), sale))
    desk = operator.context.browser
    assert desk is not None
    abroad = desk.new_context(
        base_url=house.url, locale="zh-CN", timezone_id="Asia/Kathmandu",
        storage_state=operator.context.storage_state(),
    )  # fmt: skip
    page = abroad.new_page()
    page.goto(sale.page("summary"))
    minute = page.locator(".chart text[data-at]").first
    expected = "el => new Date(el.dataset.at).toTimeString().slice(0, 5)"
    expect(minute).to_have_text(str(minute.evaluate(expected)))
    assert minute.evaluate("el => el.dataset.at.slice(11, 16) !== el.textContent")
    page.evaluate(PUT_IN)  # by a script, and no event tells of it
    expect(page.locator("#put-in")).to_have_text("17:45:00")
    with page.expect_download() as sheet:
        page.locator("a[data-sheet][href*=orders]").click()
    lines = sheet.value.path().read_text("utf-8-sig").splitlines()
    assert "(UTC+05:45)" in lines[0]
    assert operator.words("sheet.order_state.held") in lines[1]
    abroad.close()
