"""What a picture of the page would show at a glance, measured."""

from playwright.sync_api import APIRequestContext, FloatRect, Locator, expect

from tests.pages.stage import stage
from tests.pages.visitor import DESK, PHONE, Visitor


def box(one: Locator) -> FloatRect:
    found = one.bounding_box()
    assert found is not None
    return found


def test_the_marks_of_the_check_stand_in_their_circles_beside_the_words(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = operator.page
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(stage(api).page("control"))
        lines = page.locator(".checklist-item")
        expect(lines.first).to_be_visible()
        for line in lines.all():
            icon, mark = box(line.locator(".mark .icon")), box(line.locator(".mark"))
            assert abs(icon["x"] + icon["width"] / 2 - mark["x"] - mark["width"] / 2) < 1
            assert abs(icon["y"] + icon["height"] / 2 - mark["y"] - mark["height"] / 2) < 1
            assert icon["x"] + icon["width"] <= box(line.locator(".title"))["x"]
