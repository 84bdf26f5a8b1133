"""Whoever sets up by keys goes on where they were: no step ends at the top of the page."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import stage
from tests.pages.visitor import Visitor, inspect


def test_a_sale_and_a_product_are_saved_and_the_focus_is_on_their_line(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, page = stage(api), operator.page
    page.goto(sale.page("setup"))
    page.locator(f"#sale-{sale.item}").press("Enter")
    expect(page.locator("#price")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#sale-{sale.item}")).to_be_focused()
    page.locator(f"#edit-{sale.item}").press("Enter")
    title = page.locator("#edit-title")
    expect(title).to_be_focused()
    title.fill("双层真空保温杯")
    page.keyboard.press("Enter")
    expect(page.locator(f"#edit-{sale.item}")).to_be_focused()
    expect(page.locator(f"#row-{sale.item}")).to_contain_text("双层真空保温杯")
    inspect(page)


def test_after_lines_were_pasted_the_focus_is_on_the_line_up(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, page = stage(api), operator.page
    page.goto(sale.page("setup"))
    page.get_by_role("button", name=operator.words("again.paste")).press("Enter")
    page.keyboard.type("香薰灯 89 x5")
    page.get_by_role("button", name=operator.words("again.paste_done")).press("Enter")
    expect(page.locator("#line-up")).to_be_focused()
    expect(page.locator("#line-up")).to_contain_text("香薰灯")
