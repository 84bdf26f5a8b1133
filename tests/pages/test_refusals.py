"""What whoever came too late is told, and what their card says once things have changed."""

from playwright.sync_api import APIRequestContext, Page, Route, expect

from tests.pages.stage import Sale, post, stage
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect


def on_sale(api: APIRequestContext, **offer: int) -> Sale:
    sale = stage(api, title="周日好物场", stream_url=None, **offer)
    sale.start()
    sale.push()
    return sale


def expect_refused(page: Page, visitor: Visitor, key: str, **values: object) -> None:
    card = page.locator("#my-order .is-refused")
    expect(card.locator("h2:visible")).to_have_text(visitor.words(key, **values))
    inspect(page)


def buy_after(other: Page, page: Page) -> None:
    """Both buy; the order of `other` is taken while that of `page` is on its way."""

    def other_first(route: Route) -> None:
        buy(other)
        expect_mine(other, "held")
        route.continue_()

    page.route("**/orders", other_first)
    buy(page)


def test_who_asks_for_more_than_are_left_is_told_how_many_are(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_sale(api, quantity=4, per_buyer_limit=3)
    quick, greedy = newcomer(PHONE), newcomer(PHONE)
    greedy.provokes("409")
    page = watch(greedy, sale)
    more = page.locator("[data-step='1']")
    for _ in range(2):
        more.click()
    expect(more).to_be_disabled()  # the limit
    other = watch(quick, sale)
    for _ in range(2):
        other.locator("[data-step='1']").click()

    buy_after(other, page)
    expect_refused(page, greedy, "watch.refused_short", n=1, wanted=3)
    text = greedy.words("watch.refused_short_text")
    expect(page.locator(".is-refused .sub:visible")).to_have_text(text)
    expect(page.locator("#watch-offer .supply b")).to_have_text("1")
    expect(page.locator(".stepper")).to_be_hidden()  # there is one: nothing to choose
    page.unroute("**/orders")
    buy(page)
    expect_mine(page, "held")
    assert sale.numbers() == {"left": 0, "held": 4, "sold": 0}


def test_no_more_can_be_chosen_than_there_are(newcomer: Newcomer, api: APIRequestContext) -> None:
    sale = on_sale(api, quantity=3, per_buyer_limit=5)
    visitor = newcomer(PHONE, "en")
    page = watch(visitor, sale)
    more, count = page.locator("[data-step='1']"), page.locator(".stepper output")
    for _ in range(2):
        more.click()
    expect(count).to_have_text("3")
    expect(more).to_be_disabled()
    post(api, f"/offers/{sale.offer}/restock", {"delta": -1})
    expect(count).to_have_text("2")
    expect(page.locator("[data-amount]")).to_have_text("¥198.00")
    post(api, f"/offers/{sale.offer}/restock", {"delta": 10})
    expect(more).to_be_enabled()


def test_who_was_told_sold_out_is_told_when_there_are_some_again(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_sale(api, quantity=1, per_buyer_limit=1)
    quick, late = newcomer(PHONE), newcomer(PHONE)
    late.provokes("409")
    page = watch(late, sale)
    other = watch(quick, sale)

    buy_after(other, page)
    expect_refused(page, late, "watch.refused_sold_out")
    expect(page.locator("[data-buy]")).to_be_disabled()
    other.locator("[formaction$='/cancel']").click()
    expect(page.locator("[data-buy]")).to_be_enabled()
    expect_refused(page, late, "watch.refused_again")
    page.reload()  # a refusal is told once
    expect(page.locator("#my-order .is-refused")).to_have_count(0)


def test_who_buys_by_keyboard_goes_on_to_the_payment_by_keyboard(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    page = watch(newcomer(PHONE), on_sale(api))
    page.locator("[data-buy]").press("Enter")
    expect_mine(page, "held")
    expect(page.locator(".pay-dock a")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".pay-dock [formaction$='/cancel']")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".receipt summary")).to_be_focused()
