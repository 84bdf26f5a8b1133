"""What a viewer's page still says of a sale that is over: nothing that is not true any more."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import post, stage
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.test_time_and_place import waits
from tests.pages.visitor import PHONE, Newcomer, inspect


def test_nobody_is_called_to_a_sale_that_has_ended(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=1, per_buyer_limit=1)
    sale.start()
    sale.push()
    owner, late = (watch(newcomer(PHONE), sale) for _ in range(2))
    buy(owner)
    expect_mine(owner, "held")
    waits(late)
    post(api, f"/offers/{sale.offer}/close")
    expect(late.locator("#my-wait article:visible")).to_have_count(0)
    inspect(late)


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
