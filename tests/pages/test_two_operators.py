"""Two operators at once: each sees what the other does, and nobody's work is overwritten."""

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.house import House
from tests.pages.stage import stage
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in, until


def line_up(api: APIRequestContext, *titles: str) -> str:
    """A show with these items; its id."""
    show = api.post("/api/v1/shows", data={"title": "两个人"}).json()["id"]
    for n, title in enumerate(titles):
        item = {"sku": f"T{n}", "title": title, "list_price": 9900, "stock": 10}
        assert api.post(f"/api/v1/shows/{show}/items", data=item).ok
    return str(show)


def titles(page: Page) -> list[str]:
    return page.locator("#line-up tbody b").all_inner_texts()


def open_both(operator: Visitor, newcomer: Newcomer, house: House, path: str) -> tuple[Page, Page]:
    other = newcomer()
    sign_in(other, house)
    other.provokes("412")
    for page in (operator.page, other.page):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-conn", "live")
    return operator.page, other.page


def test_what_one_changes_the_other_sees_and_keeps_what_is_being_typed(
    operator: Visitor, newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    show = line_up(api, "杯", "毯", "灯")
    one, two = open_both(operator, newcomer, house, f"/shows/{show}/setup")
    one.locator("[data-grip]").nth(2).focus()
    one.keyboard.press("Alt+ArrowUp")
    expect(one.locator(".toast")).to_contain_text("2")
    expect(two.locator("#line-up tbody tr").nth(1)).to_contain_text("灯")
    assert titles(one) == ["杯", "灯", "毯"]

    two.locator("#line-up tbody tr").first.locator("a.icon-btn").click()
    expect(two.locator("html")).to_have_attribute("data-conn", "live")
    two.fill("#edit-price", "88")
    one.locator("#line-up tbody tr").first.locator("a.icon-btn").click()
    one.fill("#edit-price", "77")
    one.press("#edit-price", "Enter")
    expect(one.locator(".toast")).to_contain_text(operator.words("setup.said.item"))
    expect(two.locator("#setup-changed")).to_contain_text(operator.words("setup.news_own"))
    expect(two.locator("#edit-price")).to_have_value("88")
    inspect(two)

    two.locator("#edit-form .btn.is-primary").last.click()
    expect(two.locator(".changed")).to_contain_text(operator.words("changed.title"))
    expect(two.locator("#edit-price")).to_have_value("88")
    expect(two.locator(".field-now")).to_have_text([f"{operator.words('changed.now')} 77.00"])
    inspect(two)
    two.locator(".changed .btn.is-primary").click()
    expect(two.locator("#line-up tbody tr").first).to_contain_text("¥88.00")
    expect(one.locator("#line-up tbody tr").first).to_contain_text("¥88.00")


def test_what_one_did_oneself_is_no_news_while_a_dialog_asks_and_what_another_did_is(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api)
    page = operator.page
    page.goto(sale.page("setup"))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    page.locator("[data-cell=price]").click()
    page.locator(".cell-input").fill("98")
    with page.expect_response(lambda answer: answer.url.endswith("/cell")) as saved:
        page.locator(".cell-input").press("Enter")
    assert saved.value.ok
    page.locator("form[action$='/start'] button").click()
    expect(page.locator("#ask")).to_be_visible()
    mark = "document.querySelector('.setup').dataset.mark !== document.getElementById('setup-news').dataset.mark"
    told = "document.querySelector('[data-news-who]').textContent"
    until(
        page,
        "document.getElementById('setup-news').dataset.acts.includes(document.querySelector('.setup').dataset.me)",
    )
    until(page, f"!({mark}) || {told} === '{operator.words('setup.news_own')}'")
    expect(page.locator("#setup-changed")).to_be_hidden()
    assert api.patch(f"/api/v1/items/{sale.item}", data={"stock": 400}).ok
    expect(page.locator("#setup-changed")).to_contain_text(
        operator.words("setup.news", who="tests")
    )
    page.locator("#ask-no").click()
    expect(page.locator("#setup-changed")).to_be_hidden()
    until(page, f"!({mark})")


def test_a_line_is_dragged_by_its_grip(operator: Visitor, api: APIRequestContext) -> None:
    show = line_up(api, "杯", "毯", "灯")
    page = operator.page
    page.goto(f"/shows/{show}/setup")
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    grip, first = page.locator("[data-grip]").nth(2), page.locator("#line-up tbody tr").first
    grip.hover()
    page.mouse.down()
    box = first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=5)
    page.mouse.move(box["x"] + 20, box["y"] + 5, steps=5)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()
    expect(page.locator("#line-up tbody tr").first).to_contain_text("灯")
    page.reload()
    assert titles(page) == ["灯", "杯", "毯"]
    inspect(page)


def test_set_up_fits_a_phone(newcomer: Newcomer, house: House, api: APIRequestContext) -> None:
    show = line_up(api, "杯", "毯")
    visitor = newcomer(PHONE, "en", touch=True)
    sign_in(visitor, house)
    visitor.page.goto(f"/shows/{show}/setup")
    inspect(visitor.page)
