"""From nothing to a line-up: pasted, kept as a template, and run again on another night."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.house import House
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in

TEXT = "保温杯 99/159 x60 限2\n- 双层真空\n盖毯 169 x40"


def test_a_line_up_is_pasted_kept_and_taken(operator: Visitor, api: APIRequestContext) -> None:
    operator.provokes("422")
    page = operator.page
    shows = [api.post("/api/v1/shows", data={"title": f"第{n}场"}).json()["id"] for n in range(2)]
    page.goto(f"/shows/{shows[0]}/setup")
    page.locator("#line-up, .lineup .empty").first.wait_for()
    page.locator(".lineup-bar [data-open=paste]").click()
    page.locator("#paste-text").fill(TEXT + "\n杯 9 x0")
    expect(page.locator(".pasted tbody tr")).to_have_count(2)
    expect(page.locator(".pasted .rejected")).to_contain_text("4")
    inspect(page)
    page.locator("#paste .btn.is-primary").click()
    expect(page.locator("#paste")).to_be_visible()
    expect(page.locator("#paste-text")).to_have_value(TEXT + "\n杯 9 x0")
    inspect(page)
    page.locator("#paste-text").fill(TEXT)
    expect(page.locator(".pasted .rejected")).to_have_count(0)
    page.locator("#paste .btn.is-primary").click()
    expect(page.locator("#line-up tbody tr")).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text(operator.words("setup.said.pasted"))

    page.locator(".lineup-bar [data-open=templates]").click()
    page.locator("#template-name").fill("周五")
    inspect(page)
    page.locator(".save-template .btn").click()
    expect(page.locator(".toast")).to_contain_text(operator.words("setup.said.template"))
    page.goto(f"/shows/{shows[1]}/setup")
    page.locator(".lineup-bar [data-open=templates]").click()
    take = page.locator(".templates li", has_text="周五").locator(".btn")
    take.first.click()
    expect(page.locator("#line-up tbody tr")).to_have_count(2)
    page.locator(".lineup-bar [data-open=templates]").click()
    take.first.click()
    expect(page.locator("#templates .banner")).to_contain_text(operator.words("errors.sku_taken"))
    inspect(page)
    page.locator(".templates li", has_text="周五").locator(".icon-btn").click()
    expect(page.locator(".toast")).to_contain_text(operator.words("setup.said.template_gone"))


def test_a_show_is_run_again_by_touch(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    show = api.post("/api/v1/shows", data={"title": "昨晚"}).json()["id"]
    assert api.post(f"/api/v1/shows/{show}/items/paste", data={"text": TEXT}).ok
    visitor = newcomer(PHONE, "en", touch=True)
    sign_in(visitor, house)
    page = visitor.page
    page.goto("/")
    inspect(page)
    page.locator(".show-row", has_text="昨晚").get_by_role(
        "button", name=visitor.words("again.clone")
    ).tap()
    expect(page.locator("#line-up tbody tr")).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text(visitor.words("setup.said.cloned"))
    inspect(page)
