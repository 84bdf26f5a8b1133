"""What a reader's browser is set to: no scripts, or the system's own few colours."""

from playwright.sync_api import APIRequestContext, Locator, expect

from tests.pages.house import House
from tests.pages.stage import stage
from tests.pages.visitor import PHONE, Newcomer, Visitor

EDGE_PX = "el => parseFloat(getComputedStyle(el).borderTopWidth)"


def test_without_scripts_a_page_says_that_it_needs_them(
    house: House, operator: Visitor, api: APIRequestContext
) -> None:
    browser = operator.context.browser
    assert browser is not None
    context = browser.new_context(
        base_url=house.url, locale="zh-CN", viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    for path in ("/sign-in", stage(api).watch):
        page.goto(path)
        expect(page.locator(".no-script")).to_have_text(operator.words("common.no_script"))
        assert page.evaluate("document.elementFromPoint(195, 20).className") == "no-script"
    context.close()


def test_in_the_systems_colours_a_button_has_its_edge(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    phone, desk = newcomer(PHONE).page, operator.page
    phone.goto(sale.watch)
    desk.goto(sale.page("control"))
    edged: list[Locator] = [phone.locator("[data-buy]:visible"), desk.locator(".on-air .tag").first]
    for one in edged:
        expect(one).to_be_visible()
        assert one.evaluate(EDGE_PX) == 0
        one.page.emulate_media(forced_colors="active")
        assert one.evaluate(EDGE_PX) == 1
