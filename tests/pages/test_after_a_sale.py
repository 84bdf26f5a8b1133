"""What a viewer's page still says of a sale that is over: nothing that is not true any more."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import add_item, add_offer, post, stage
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.test_time_and_place import waits
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect


def test_nobody_is_called_to_a_sale_that_has_ended(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=1, per_buyer_limit=1)
    sale.start()
    sale.push()
    owner = watch(newcomer(PHONE), sale)
    waiting = newcomer(PHONE)
    late = watch(waiting, sale)
    buy(owner)
    expect_mine(owner, "held")
    waits(late)
    post(api, f"/offers/{sale.offer}/close")
    told = late.locator("#my-wait article:visible")
    expect(told).to_have_count(1)
    expect(told).to_contain_text(waiting.words("wait.missed"))
    expect(owner.locator("#my-wait article:visible")).to_have_count(0)
    inspect(late)
    late.reload()
    expect(told).to_contain_text(waiting.words("wait.missed"))


def test_an_order_that_is_over_names_what_it_was_and_a_payment_what_it_is(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    viewer = newcomer(PHONE, "en")
    page = watch(viewer, sale)
    buy(page)
    expect_mine(page, "held")
    page.locator(".pay-dock a").click()
    mark = page.locator(".sandbox-mark")
    expect(mark).to_contain_text(viewer.words("checkout.sandbox"))
    expect(mark).to_have_css("background-image", "none")  # stripes are a rehearsal's
    expect(page.locator("#checkout .banner.is-rehearsal")).to_have_count(0)
    page.go_back()
    page.locator("[formaction$='/cancel']").click()
    expect_mine(page, "cancelled")
    expect(page.locator("#my-order .what")).to_have_text(f"{sale.title} × 1")
    inspect(page)


def test_what_was_bought_stays_whatever_is_ordered_after_it(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=20, per_buyer_limit=10)
    sale.start()
    sale.push()
    viewer = newcomer(PHONE, "en")
    page = watch(viewer, sale)
    got = page.locator("#my-got .got")

    def order() -> str:
        buy(page)
        expect_mine(page, "held")
        return page.locator("#my-order").get_attribute("data-order") or ""

    first = order()
    post(api, f"/orders/{first}/pay")
    expect_mine(page, "paid")
    expect(got).to_have_count(0)  # its card stays
    for _ in range(6):  # more than a buyer's newest that are at hand
        post(api, f"/orders/{order()}/cancel")
        expect_mine(page, "cancelled")
    expect(got).to_have_count(1)
    expect(got).to_contain_text("¥99.00")
    expect(got).to_contain_text(viewer.words("orders.state.paid"))
    inspect(page)
    page.reload()
    expect(got).to_have_count(1)
    post(api, f"/orders/{first}/cancel")
    expect(got).to_contain_text(viewer.words("orders.state.refunded"))
    post(api, f"/shows/{sale.show}/end")
    expect(page.locator("#watch-offer")).to_contain_text(viewer.words("watch.ended_title"))
    expect(got).to_have_count(1)
    inspect(page)


def test_a_refund_is_told_calmly_gives_way_and_stays_in_the_list(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    page = watch(newcomer(PHONE), sale)
    buy(page)
    expect_mine(page, "held")
    order = page.locator("#my-order").get_attribute("data-order")
    post(api, f"/orders/{order}/pay")
    expect_mine(page, "paid")
    post(api, f"/offers/{sale.offer}/void")
    card = page.locator(".my-order.is-back")
    expect(card).to_contain_text(sale.title)
    inspect(page)
    card.locator(".icon-close").click()
    expect(card).to_be_hidden()
    expect(page.locator("#my-got .got.is-refunded")).to_be_visible()


def test_a_sale_that_was_ended_before_it_opened_is_no_sale_that_is_done(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, countdown_s=600)
    other = add_item(api, sale.show, "B", "羊毛毯", 9900)
    values = {"price": 5900, "quantity": 5, "per_buyer_limit": 1, "duration_s": 180, "hold_s": 300}
    offer = add_offer(api, sale.show, other["id"], **values)
    sale.start()
    sale.push()
    post(api, f"/offers/{sale.offer}/close")
    post(api, f"/offers/{offer['id']}/push")
    post(api, f"/offers/{offer['id']}/close")
    page = operator.page
    page.goto(sale.page("control"))
    rows = page.locator("#rundown-list .rundown-item")
    expect(rows.first).to_contain_text(operator.words("offers.not_opened"))
    expect(rows.last).not_to_contain_text(operator.words("offers.not_opened"))
    inspect(page)
