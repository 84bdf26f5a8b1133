"""Several sales at once, and buying while something waits to be paid, as a viewer's thumb meets with them."""

from playwright.sync_api import APIRequestContext, Locator, Page, expect

from tests.pages.stage import Sale, add_item, add_offer, post, stage
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import PHONE, Newcomer, inspect, until

BLANKET = "纯棉绒盖毯 150×200 cm"
CALM = '!document.querySelector("#buy-bar > :not([hidden]) [aria-disabled=true]")'


def second_of(api: APIRequestContext, sale: Sale) -> str:
    """Another sale, in draft."""
    item = add_item(api, sale.show, "A2", BLANKET, 26900)
    values = {"price": 16900, "quantity": 40, "per_buyer_limit": 2, "duration_s": 600}
    return str(add_offer(api, sale.show, item["id"], **values, hold_s=300)["id"])


def one_of_two(api: APIRequestContext) -> tuple[Sale, str]:
    """A show on air with its first sale open, and the other sale."""
    sale = stage(api)
    second = second_of(api, sale)
    sale.start()
    sale.push()
    return sale, second


def row(page: Page, offer: str) -> Locator:
    return page.locator(f"#also-{offer}")


def shown(page: Page) -> Locator:
    return page.locator(".sale:not([hidden]) .name")


def test_viewers_reach_every_sale_and_what_they_have_chosen_stays(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale, second = one_of_two(api)
    viewer = newcomer(PHONE, touch=True)
    page = watch(viewer, sale)
    expect(page.locator("#watch-also li")).to_have_count(0)
    post(api, f"/offers/{second}/push")
    expect(shown(page)).to_have_text(BLANKET)
    expect(page.locator("#watch-also li")).to_have_count(2)
    inspect(page)
    first = row(page, sale.offer)
    expect(first).to_contain_text("¥99")
    expect(first).to_contain_text(viewer.words("also.left", n=5))
    before = first.bounding_box()

    until(page, "document.querySelector('[data-pick]') && performance.now() > 2000")
    first.locator("[data-pick]").focus()
    page.keyboard.press("Enter")
    expect(first.locator("[data-pick]")).to_have_attribute("aria-pressed", "true")
    expect(shown(page)).to_have_text(sale.title)
    expect(page.locator("#say-soon")).to_contain_text(sale.title)
    expect(page.locator("#buy-bar [data-buy] >> visible=true")).to_contain_text("¥99")
    post(api, f"/offers/{second}/restock", {"delta": 3})  # a beat later it is still what was chosen
    expect(row(page, second)).to_contain_text(viewer.words("also.left", n=43))
    expect(shown(page)).to_have_text(sale.title)
    after = first.bounding_box()
    assert before
    assert after
    assert (after["x"], after["height"]) == (before["x"], before["height"])
    inspect(page)

    until(page, CALM)
    buy(page)
    expect_mine(page, "held")
    assert sale.numbers()["held"] == 1
    row(page, second).locator("[data-buy-sale]").tap()
    expect(shown(page)).to_have_text(BLANKET)
    expect(page.locator("#my-order .my-order.is-waiting")).to_have_count(1)
    assert sale.numbers()["held"] == 1
    assert sale.difference() == 0

    post(api, f"/offers/{second}/close")  # what is left is shown again, without a row
    expect(shown(page)).to_have_text(sale.title)
    expect(page.locator("#watch-also li")).to_have_count(0)


def test_who_has_yet_to_pay_can_buy_what_comes_next(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale, second = one_of_two(api)
    viewer = newcomer(PHONE, touch=True)
    page = watch(viewer, sale)
    buy(page)
    expect_mine(page, "held")
    pay, button = page.locator(".pay-dock a"), page.locator("#buy-bar [data-buy] >> visible=true")
    expect(button).to_have_count(0)  # of the same sale: a second press must not buy a second one
    post(api, f"/offers/{sale.offer}/close")
    post(api, f"/offers/{second}/push")
    expect(button).to_be_enabled()
    expect(button).to_contain_text("¥169")
    expect(page.locator("#buy-bar .buy-what >> visible=true")).to_have_text(BLANKET)
    above, below = pay.bounding_box(), button.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"] - 12  # apart, the more urgent one first
    assert below["y"] + below["height"] <= PHONE["height"]
    for one in (pay, button):  # nothing lies over either
        assert one.evaluate(
            "one => { const at = one.getBoundingClientRect();"
            " return one.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)); }"
        )
    inspect(page)
    button.tap()
    expect(page.locator("#my-order .my-order.is-waiting")).to_have_count(1)
    expect(pay).to_contain_text("¥169")
    expect(button).to_have_count(0)
    inspect(page)
    pay.tap()
    expect(page.locator(".hold-strip")).to_be_visible()


def test_a_button_that_sells_something_else_all_at_once_is_not_pressed_by_mistake(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale, second = one_of_two(api)
    viewer = newcomer(PHONE, touch=True)
    page = watch(viewer, sale)
    expect(page.locator("[data-buy]")).to_be_enabled()
    press = """() => new MutationObserver(() => {
      const title = document.querySelector(".sale:not([hidden]) .name").textContent;
      if (globalThis.pressed || !title.startsWith("纯棉")) return;
      globalThis.pressed = document.querySelector("#buy-bar > :not([hidden]) [data-buy]");
      setTimeout(() => globalThis.pressed.click(), 60);
      setTimeout(() => (globalThis.wasHeld = true), 200);
    }).observe(document.querySelector(".viewer-body"), { subtree: true, childList: true })"""
    page.evaluate(press)
    post(api, f"/offers/{second}/push")
    until(page, "globalThis.wasHeld === true")
    until(page, CALM)
    expect(page.locator("#buy-bar [data-buy] >> visible=true")).to_be_enabled()
    expect_mine(page, "")
    buy(page)  # and now it is meant
    expect_mine(page, "held")
    expect(page.locator("#my-order .line")).to_contain_text(BLANKET)


def test_before_its_push_viewers_know_a_sales_item_and_no_price_of_it(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    second_of(api, sale)
    page = watch(newcomer(PHONE), sale)
    expect(page.locator("#watch-next")).to_contain_text("¥159")
    for secret in ("¥99", "¥169"):
        assert secret not in page.content()
    sale.start()
    sale.push()
    expect(page.locator("#watch-next")).to_contain_text("¥269")
    assert "¥169" not in page.content()


def test_again_is_offered_only_of_the_sale_that_was_given_up(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    """Its button sends the form of the sale that the buyer has before them, which may be another by now."""
    sale, second = one_of_two(api)
    post(api, f"/offers/{second}/push")
    page = watch(newcomer(PHONE), sale)
    again = page.locator("#my-order .is-over button[form=buy-form]")
    buy(page)
    expect_mine(page, "held")
    page.locator("[formaction$='/cancel']").click()
    expect(again).to_be_visible()
    turn_to(page, sale.offer)
    expect(again).to_be_hidden()
    turn_to(page, second)
    expect(again).to_be_visible()


def turn_to(page: Page, offer: str) -> None:
    """By its row, which takes no press until it has lain there for a moment."""
    pick = row(page, offer).locator("[data-pick]")
    for _ in range(50):
        pick.click()
        if pick.get_attribute("aria-pressed") == "true":
            return
        page.wait_for_timeout(100)
    expect(pick).to_have_attribute("aria-pressed", "true")
