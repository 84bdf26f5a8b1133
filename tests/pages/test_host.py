"""The host's screen by keyboard, by touch and in two languages; the tablet that comes in by a code."""

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Locator, Page, ViewportSize, expect

from tests.pages.house import House
from tests.pages.stage import Sale, add_offer, post, stage
from tests.pages.test_chat import line, room
from tests.pages.visitor import HOST, LOCALES, PHONE, Newcomer, Visitor, inspect, sign_in

NOTES = "316 不锈钢内胆，保温 12 小时\n杯盖可以当杯子用，现场倒一次\n刻字要等三天，今晚下单周四发"
UPRIGHT: ViewportSize = {"width": 768, "height": 1024}


def on_stage(api: APIRequestContext) -> Sale:
    """A show with talking points, on air."""
    sale = stage(api)
    sale.start()
    values = {
        "sku": "M",
        "title": "双层真空保温杯",
        "list_price": 12900,
        "stock": 90,
        "notes": NOTES,
    }
    item = post(api, f"/shows/{sale.show}/items", values)
    offer = add_offer(
        api, sale.show, item["id"],
        price=5900, quantity=37, per_buyer_limit=2, duration_s=600, hold_s=300,
    )  # fmt: skip
    post(api, f"/offers/{offer['id']}/push")
    return sale


def cue(api: APIRequestContext, sale: Sale, text: str) -> str:
    return str(post(api, f"/shows/{sale.show}/cues", {"text": text})["id"])


def asked(api: APIRequestContext, sale: Sale, *texts: str) -> list[str]:
    """Comments that were sent over to the host."""
    told = {"platform": "t", "comments": [
        {"message_id": f"{n}{text}", "user_id": n + 1, "name": f"观众{n}", "text": text}
        for n, text in enumerate(texts)
    ]}  # fmt: skip
    results = post(api, f"/shows/{sale.show}/ingest/comments", told)
    assert results["accepted"] == len(texts)
    found: list[str] = []
    for one in api.get(f"/api/v1/shows/{sale.show}/comments").json()["comments"]:
        if one["text"] in texts:
            post(api, f"/shows/{sale.show}/asks", {"comment_id": one["id"]})
            found.append(str(one["id"]))
    return found


def hosting(visitor: Visitor, sale: Sale, size: ViewportSize = HOST) -> Page:
    page = visitor.page
    page.set_viewport_size(size)
    page.goto(sale.page("host"))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    return page


def now_line(page: Page) -> Locator:
    return page.locator(".prompt-line.is-now")


def test_cues_are_read_one_after_the_other_and_the_operator_follows(
    operator: Visitor, newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_stage(api)
    desk = room(operator, sale)
    for text in ("念一遍限购", "讲尺寸"):
        desk.locator("#cue-text").fill(text)
        desk.locator("#cue-text").press("Enter")
        expect(desk.locator(".toast")).to_contain_text(text)
    expect(desk.locator(".cue-line.is-waiting")).to_have_count(2)
    tablet = newcomer(HOST)
    sign_in(tablet, house)
    host = hosting(tablet, sale)
    expect(host.locator("#host-cue .say")).to_have_text("念一遍限购")
    expect(host.locator("#host-cue .more")).to_contain_text("+1")
    seen = operator.words("cues.state.seen", time="|").split("|")[0].strip()
    expect(desk.locator(".cue-line", has_text="念一遍限购")).to_contain_text(seen)
    host.keyboard.press("Space")
    expect(host.locator("#host-cue .say")).to_have_text("讲尺寸")
    expect(desk.locator("#cue-read")).to_contain_text("念一遍限购")
    inspect(host)
    inspect(desk)
    desk.locator(".cue-line", has_text="讲尺寸").locator("button").click()
    expect(host.locator("#host-cue")).to_have_class(re.compile("is-quiet"))
    expect(desk.locator(".toast")).to_contain_text(operator.words("cues.dropped", text="讲尺寸"))


def test_a_cue_is_taken_back_by_its_toast(operator: Visitor, api: APIRequestContext) -> None:
    sale = on_stage(api)
    desk = room(operator, sale)
    desk.locator(".cue-panel .quick button").first.click()
    expect(desk.locator(".cue-line.is-waiting")).to_have_count(1)
    desk.locator(".toast button").click()
    expect(desk.locator(".cue-line.is-waiting")).to_have_count(0)


def test_questions_are_sent_over_by_a_key_and_ticked_off(
    operator: Visitor, newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_stage(api)
    tablet = newcomer(HOST, touch=True)
    sign_in(tablet, house)
    host = hosting(tablet, sale)
    expect(host.locator(".host-asks")).to_contain_text(tablet.words("host.asks_none"))
    comments = [
        {"message_id": n, "user_id": n + 1, "text": t}
        for n, t in enumerate(("能放洗碗机吗", "好看"))
    ]
    post(api, f"/shows/{sale.show}/ingest/comments", {"platform": "t", "comments": comments})
    desk = room(operator, sale)
    desk.locator(line(desk, "能放洗碗机吗")).focus()
    desk.keyboard.press("q")
    expect(host.locator(".host-ask")).to_have_count(1)
    expect(host.locator("#host-cue")).to_have_class(re.compile("is-quiet"))  # it is no cue
    expect(host.locator(".host-asks")).not_to_contain_text("好看")
    inspect(host)
    host.locator(".host-ask").tap()
    expect(host.locator(".host-asks")).to_contain_text(tablet.words("host.asks_none"))
    done = operator.words("asks.state.answered", n="|").split("|")[1].strip()
    expect(desk.locator("#ask-answered")).to_contain_text(done)


def test_the_prompter_moves_by_keys_and_keeps_its_size_and_mirror(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = on_stage(api)
    host = hosting(operator, sale)
    first = host.locator(".prompt-line").first
    expect(first).to_have_class(re.compile("is-now"))
    host.keyboard.press("Space")
    expect(now_line(host)).to_have_text("316 不锈钢内胆，保温 12 小时")
    host.keyboard.press("ArrowDown")
    expect(now_line(host)).to_have_text("杯盖可以当杯子用，现场倒一次")
    post(api, f"/shows/{sale.show}/cues", {"text": "看镜头"})  # the screen is drawn anew
    expect(host.locator("#host-cue .say")).to_have_text("看镜头")
    expect(now_line(host)).to_have_text("杯盖可以当杯子用，现场倒一次")
    host.keyboard.press("Space")  # the cue first
    expect(host.locator("#host-cue")).to_have_class(re.compile("is-quiet"))
    expect(now_line(host)).to_have_text("杯盖可以当杯子用，现场倒一次")
    host.keyboard.press("ArrowUp")
    expect(now_line(host)).to_have_text("316 不锈钢内胆，保温 12 小时")

    tools = host.locator("#host-tools")
    size = "el => parseFloat(getComputedStyle(el).fontSize)"
    before = float(now_line(host).evaluate(size))
    tools.locator("[data-size='1']").focus()
    expect(tools).to_have_css("opacity", "1")
    inspect(host)
    host.keyboard.press("Enter")
    assert float(now_line(host).evaluate(size)) > before
    host.keyboard.press("m")
    expect(tools.locator("[data-mirror]")).to_have_attribute("aria-pressed", "true")
    host.reload()
    expect(host.locator(".host")).to_have_class(re.compile("is-mirrored"))
    assert float(now_line(host).evaluate(size)) > before


@pytest.mark.parametrize("size", [HOST, UPRIGHT, PHONE], ids=lambda one: str(one["width"]))
def test_a_tablet_and_a_phone_are_used_by_touch(
    newcomer: Newcomer, house: House, api: APIRequestContext, size: Any
) -> None:
    sale = on_stage(api)
    for text in ("念一遍限购", "讲尺寸"):
        cue(api, sale, text)
    tablet = newcomer(size, "en", touch=True)
    sign_in(tablet, house)
    host = hosting(tablet, sale, size)
    expect(host.locator("#host-tools")).to_have_css("opacity", "0")
    host.locator(".prompt-line").nth(1).tap()
    expect(now_line(host)).to_have_text("316 不锈钢内胆，保温 12 小时")
    now_line(host).tap()
    expect(now_line(host)).to_have_text("杯盖可以当杯子用，现场倒一次")
    expect(host.locator("#host-tools")).to_have_css("opacity", "1")
    host.locator("[data-size='-1']").tap()
    for text in ("念一遍限购", "讲尺寸"):
        expect(host.locator("#host-cue .say")).to_have_text(text)
        button = host.locator("#ack").bounding_box()
        assert button is not None
        assert button["height"] >= 48
        assert button["y"] + button["height"] <= size["height"]
        host.locator("#ack").tap()
    expect(host.locator("#host-cue")).to_have_class(re.compile("is-quiet"))
    inspect(host)


@pytest.mark.parametrize("lang", LOCALES)
def test_a_tablet_comes_in_by_the_code_and_is_shown_out(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    sale = on_stage(api)
    crew = newcomer(lang=lang)
    sign_in(crew, house)
    desk = crew.page
    desk.goto(sale.page("control"))
    expect(desk.locator("html")).to_have_attribute("data-conn", "live")
    desk.locator(".cue-panel [data-open='connect-host']").click()
    expect(desk.locator(".host-code .qr-code")).to_be_visible()
    expect(desk.locator(".host-code .until time")).to_have_text(re.compile(r"^0?9:\d\d|10:00$"))
    inspect(desk)
    address = desk.locator("#host-address").input_value()

    tablet = newcomer(HOST, lang, touch=True)
    tablet.provokes("401|WebSocket|htmx:ws:error")
    page = tablet.page
    page.goto(address)
    inspect(page)
    page.locator("form .btn.is-primary").tap()
    expect(page.locator(".host-name")).to_have_text("双层真空保温杯")
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    expect(desk.locator(".host-code .joined")).to_be_visible()
    expect(desk.locator(".host-code .qr")).to_be_hidden()
    expect(desk.locator(".host-device")).to_have_count(1)
    inspect(desk)
    cue(api, sale, "看镜头")
    page.locator("#ack").tap()
    expect(desk.locator("#cue-read")).to_contain_text("看镜头")

    desk.locator(".host-device button").click()
    expect(page.locator("h1")).to_have_text(tablet.words("hosts.join.link_gone"))
    inspect(page)
    expect(desk.locator(".host-device")).to_have_count(0)


def test_a_code_that_opens_nothing_says_what_to_do(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_stage(api)
    made = post(api, f"/shows/{sale.show}/host-links")
    tablet = newcomer(HOST)
    tablet.provokes("40[49]")
    page = tablet.page
    page.goto("/h/wrong")
    expect(page.locator("h1")).to_have_text(tablet.words("hosts.join.unknown"))
    inspect(page)
    post(api, f"/shows/{sale.show}/host-links/{made['id']}/revoke")
    page.goto(made["url"])
    expect(page.locator("h1")).to_have_text(tablet.words("hosts.join.link_revoked"))


def test_set_up_connects_a_tablet_too(operator: Visitor, api: APIRequestContext) -> None:
    sale = stage(api)
    page = operator.page
    page.goto(sale.page("setup"))
    page.locator(".connect-host").click()
    expect(page.locator(".host-code .qr-code")).to_be_visible()
    inspect(page)
    page.locator("#connect-host [hx-target='#host-code']").click()
    expect(page.locator(".host-code .qr-code")).to_be_visible()
