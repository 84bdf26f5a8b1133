"""A price that was probably typed wrong is in sight until it is pushed: in the check, and beside the button."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import stage
from tests.pages.visitor import Visitor, inspect


def test_a_price_that_is_a_slip_stands_beside_the_button(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, price=990)  # of a list price of ¥159.00
    page = operator.page
    doubt = operator.words("offers.doubt.far_below", price="¥159.00", stock="0")
    page.goto(sale.page(f"setup?item={sale.item}"))
    expect(page.locator(".lineup .doubted")).to_have_attribute("title", doubt)
    expect(page.locator(".editor .banner.is-warn")).to_have_text(doubt)
    inspect(page)
    page.goto(sale.page("control"))
    expect(page.get_by_text(operator.words("check.price_odd", n=1))).to_be_visible()
    inspect(page)
    sale.start()
    held = page.locator("#next .load .held")
    expect(held).to_contain_text(doubt)
    expect(held).to_contain_text(operator.words("offers.doubted.far_below"))
    expect(page.locator("#next .deal s")).to_have_text("¥159.00")
    inspect(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    inspect(page)
    sale.push()
    expect(page.locator("#on-air")).to_contain_text("¥9.90")
    expect(page.locator("#next .load .held")).to_have_count(0)
