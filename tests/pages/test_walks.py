"""An evening at the control room from start to end, by the keyboard alone and by touch alone."""

import re

from playwright.sync_api import APIRequestContext, Locator, Page, expect

from tests.pages.house import House
from tests.pages.stage import add_item, add_offer, stage
from tests.pages.test_chat import line, say
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in, until

SECOND = "羊毛盖毯"


def evening(api: APIRequestContext) -> tuple[str, str]:
    """A planned show with two sales; the address of its control room, and of the viewer page."""
    sale = stage(api)
    item = add_item(api, sale.show, "B2", SECOND, 26900)
    add_offer(
        api, sale.show, item["id"], price=16900, quantity=9, per_buyer_limit=2, duration_s=600
    )
    return sale.page("control"), sale.watch


def tab_to(page: Page, there: Locator) -> None:
    """By Tab alone, as somebody without a mouse gets there."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if there.evaluate("el => el === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {there}")


def test_an_evening_by_the_keyboard_alone(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    control, viewers = evening(api)
    page, keys, toast = operator.page, operator.page.keyboard, operator.page.locator(".toast")
    page.goto(control)
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    start = page.locator("#on-air").get_by_role("button", name=operator.words("shows.start"))
    tab_to(page, start)
    keys.press("Enter")
    expect(page.locator("#ask")).to_be_visible()
    keys.press("Enter")
    expect(page.locator(".tally-word")).to_have_text(operator.words("shows.live"))

    grip = page.locator("#rundown-list [data-grip]").nth(1)
    tab_to(page, grip)
    keys.press("Alt+ArrowUp")
    expect(page.locator("#rundown-list li").first).to_contain_text(SECOND)
    expect(page.locator("#next .name")).to_have_text(SECOND)
    keys.press("F12")
    expect(page.locator("#on-air .offer-name")).to_have_text(SECOND)
    keys.press("+")
    expect(page.locator("#restock-delta")).to_be_focused()
    keys.type("4")
    keys.press("Enter")
    expect(page.locator("#on-air .big.is-left")).to_contain_text("13")

    keys.press("t")
    expect(page.locator("#trend-body")).to_be_hidden()
    keys.press("t")
    expect(page.locator("#trend-body")).to_be_visible()

    phone = newcomer(PHONE).page
    phone.goto(viewers)
    say(phone, "包邮吗")
    line(page, "包邮吗")
    keys.press("c")
    keys.press("p")
    expect(page.locator("#chat-pinned")).to_contain_text("包邮吗")
    keys.press("m")
    expect(page.locator(line(page, "包邮吗"))).to_have_attribute(
        "data-standing", re.compile("mute")
    )

    keys.press("Escape")
    keys.press("/")
    keys.type("讲尺寸")
    keys.press("Enter")
    expect(page.locator("#cue")).to_contain_text("讲尺寸")
    keys.press("Escape")

    tab_to(page, page.locator("#on-air").get_by_role("button", name=operator.words("offers.pause")))
    keys.press("Enter")
    expect(toast).to_contain_text(SECOND)
    expect(page.locator("#on-air")).to_contain_text(operator.words("offers.state.paused"))
    resume = page.locator("#on-air").get_by_role("button", name=operator.words("offers.resume"))
    tab_to(page, resume)
    keys.press("Enter")
    expect(page.locator("#on-air .tag.is-onair")).to_be_visible()
    page.locator("#on-air").focus()
    keys.press("Escape")
    keys.press("Escape")
    expect(page.locator("#on-air")).to_contain_text(operator.words("offers.state.paused"))
    undo = toast.get_by_role("button")
    undo.focus()
    keys.press("Enter")
    expect(page.locator("#on-air .tag.is-onair")).to_be_visible()
    inspect(page)

    tab_to(
        page, page.locator("#rundown").get_by_role("button", name=operator.words("shows.end_ask"))
    )
    keys.press("Enter")
    expect(page.locator("#ask-no")).to_be_focused()
    keys.press("Tab")
    until(page, "document.activeElement.id === 'ask-yes'")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/summary$"))
    inspect(page)


def test_an_evening_by_touch_alone(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    control, _ = evening(api)
    operator = newcomer(PHONE, touch=True)
    sign_in(operator, house)
    page = operator.page

    def tap(place: str, key: str) -> None:
        page.locator(place).get_by_role("button", name=operator.words(key)).tap()

    page.goto(control)
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    tap("#on-air", "shows.start")
    page.locator("#ask-yes").tap()
    expect(page.locator("#next .name")).to_be_visible()
    inspect(page)
    page.locator("#rundown-list li", has_text=SECOND).get_by_role(
        "button", name=operator.words("offers.set_next")
    ).tap()
    expect(page.locator("#next .name")).to_have_text(SECOND)
    box = page.locator("#next").bounding_box()
    assert box
    assert box["height"] < 80, "what is on air has the rest of the phone"
    page.locator("#take").tap()
    expect(page.locator("#on-air .offer-name")).to_have_text(SECOND)
    page.locator("#on-air .seg button").first.tap()
    expect(page.locator("#on-air .big.is-left")).to_contain_text("19")
    tap("#on-air", "offers.pause")
    expect(page.locator("#on-air")).to_contain_text(operator.words("offers.state.paused"))
    tap(".toast", "common.undo")
    expect(page.locator("#on-air .tag.is-onair")).to_be_visible()

    page.locator("[data-open=quick]").tap()
    page.locator("#quick-texts").fill("喝口水\n报尺码")
    inspect(page)
    tap("#quick-body", "common.save")
    expect(page.locator("#quick-cues button")).to_have_text(["喝口水", "报尺码"])
    page.locator("#quick-cues button").first.tap()
    expect(page.locator("#cue")).to_contain_text("喝口水")
    page.locator("[data-open=quick]").tap()
    expect(page.locator("#quick-texts")).to_have_value("喝口水\n报尺码")
    page.locator("#quick-texts").fill("")
    tap("#quick-body", "common.save")
    expect(page.locator("#quick-cues button")).to_have_count(4)

    page.locator("#panic").tap()
    expect(page.locator("#on-air")).to_contain_text(operator.words("offers.state.paused"))
    tap("#rundown", "shows.end_ask")
    page.locator("#ask-yes").tap()
    expect(page).to_have_url(re.compile("/summary$"))
    inspect(page)
