"""The record of who did what: in words, by person and by kind, page by page."""

import pytest
from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import TITLE, Sale, on_air, post
from tests.pages.visitor import PHONE, Visitor, inspect, overhang


@pytest.fixture
def sale(api: APIRequestContext) -> Sale:
    return on_air(api)


def until_listed(visitor: Visitor, sale: Sale, key: str) -> None:
    """The ledger is a moment behind."""
    row = visitor.page.locator(".act-row", has_text=visitor.words(key)).first
    for _ in range(100):
        visitor.page.goto(sale.page("acts"))
        if row.count():
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError(f"{key} is not listed")


def test_what_was_done_and_what_was_refused_is_read_in_words(
    operator: Visitor, sale: Sale, api: APIRequestContext
) -> None:
    page = operator.page
    answer = api.post(f"/api/v1/offers/{sale.offer}/restock", data={"delta": -99})
    assert answer.status == 409
    post(api, f"/offers/{sale.offer}/pause")
    until_listed(operator, sale, "acts.verb.offer:pause")
    rows = page.locator(".act-row")
    expect(rows.first).to_contain_text(TITLE)
    expect(rows.first).to_contain_text(operator.words("acts.done"))
    refused = page.locator(".act-row.is-refused")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text(operator.words("acts.verb.stock:add"))
    expect(refused).to_contain_text(operator.words("errors.too_few", cut=99, left=5))
    inspect(page)
    page.set_viewport_size(PHONE)
    assert overhang(page) <= 0
    inspect(page)


def test_one_looks_for_a_kind_and_a_person_and_turns_the_pages(
    operator: Visitor, sale: Sale, api: APIRequestContext
) -> None:
    page = operator.page
    operator.provokes("422")
    for n in range(60):
        post(api, f"/shows/{sale.show}/cues", {"text": f"第 {n} 条"})
    post(api, f"/offers/{sale.offer}/pause")
    until_listed(operator, sale, "acts.verb.offer:pause")
    rows = page.locator(".act-row")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name=operator.words("acts.older")).click()
    expect(page.get_by_text("第 0 条")).to_be_visible()
    page.get_by_role("link", name=operator.words("acts.newest")).click()
    expect(page.get_by_text("第 59 条")).to_be_visible()
    page.locator("#acts-kind").select_option("sales")
    expect(rows).to_have_count(3)  # set up, pushed, paused
    page.locator("#acts-kind").select_option("orders")
    expect(page.locator(".empty")).to_contain_text(operator.words("acts.none_found"))
    page.locator(".empty a").click()
    expect(rows).to_have_count(50)
    page.goto(sale.page("acts") + "?kind=nonsense")
    expect(page.locator("h1")).to_have_text(operator.words("errors.status_422"))


def test_the_crews_pages_lead_to_it(operator: Visitor, sale: Sale) -> None:
    for name in ("control", "setup", "summary"):
        operator.page.goto(sale.page(name))
        link = operator.page.locator(f'a[href="{sale.page("acts")}"]')
        expect(link).to_be_visible()
