"""The list of shows in a browser: what was made by mistake goes, and comes back as fast."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import post
from tests.pages.visitor import DESK, PHONE, Visitor, inspect


def test_a_show_made_by_mistake_goes_by_one_press_and_comes_back_by_another(
    operator: Visitor, api: APIRequestContext
) -> None:
    show = post(api, "/shows", {"title": "建错了"})["id"]
    page = operator.page
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto("/")
        row = page.locator(f"#show-{show}")
        expect(row).to_have_count(1)
        inspect(page)
        count = page.locator("#shows-count")
        before = int("".join(filter(str.isdecimal, count.inner_text())))
        row.get_by_title(operator.words("home.put_away"), exact=True).press("Enter")
        expect(row).to_have_count(0)
        expect(page.locator(".toast")).to_contain_text("建错了")
        expect(count).to_have_text(operator.words("home.count", n=before - 1))
        inspect(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # Undo
        expect(row).to_have_count(1)
