from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.stage import Sale, add_item, add_offer, post, stage
from tests.pages.test_sale import expect_stock
from tests.pages.visitor import Visitor, inspect

BLANKET = "纯棉绒盖毯 150×200 cm"


def two_sales(api: APIRequestContext) -> Sale:
    """A show on air: the first product is on sale, the second one is ready."""
    sale = stage(api)
    second = add_item(api, sale.show, "A2", BLANKET, 26900)
    add_offer(
        api, sale.show, second["id"],
        price=16900, quantity=40, per_buyer_limit=2, duration_s=600, hold_s=300,
    )  # fmt: skip
    sale.start()
    sale.push()
    return sale


def ask(desk: Page, sale: Sale) -> None:
    desk.goto(sale.page("control"))
    expect_stock(desk, left=5, held=0, paid=0)
    desk.keyboard.press("F12")
    expect(desk.locator("#ask-text")).to_contain_text(sale.title)


def test_a_push_beside_a_running_sale_asks_and_can_end_it(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = two_sales(api), operator.page
    ask(desk, sale)
    left = operator.words("offers.still_on", title=sale.title, left=5, time="").strip()
    expect(desk.locator("#ask-text")).to_contain_text(left)
    inspect(desk)
    desk.locator("#ask-no").click()
    expect_stock(desk, left=5, held=0, paid=0)
    ask(desk, sale)
    expect(desk.locator("#ask-yes")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#on-air .offer-name")).to_have_text(BLANKET)
    expect(desk.locator(f"#row-{sale.item}.is-done")).to_be_visible()


def test_a_question_follows_the_sale_that_it_is_about_and_goes_when_it_is_over(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = two_sales(api), operator.page
    text = desk.locator("#ask-text")
    ask(desk, sale)
    buyer = post(api, "/viewers", {"display_name": "小陈"})["token"]
    wanted = api.post(
        f"/api/v1/offers/{sale.offer}/orders",
        data={"quantity": 2},
        headers={"authorization": f"Bearer {buyer}", "idempotency-key": "two-of-five"},
    )
    assert wanted.ok
    left = operator.words("offers.still_on", title=sale.title, left=3, time="").strip()
    expect(text).to_contain_text(left)
    post(api, f"/offers/{sale.offer}/pause")
    expect(text).to_contain_text(operator.words("offers.still_paused", title=sale.title, left=3))
    post(api, f"/offers/{sale.offer}/close")
    expect(desk.locator("#ask")).to_be_hidden()
    expect(desk.locator(".toast")).to_contain_text(operator.words("common.ask_again"))
    expect(desk.locator("#next .name")).to_have_text(BLANKET)  # nothing was pushed


def test_two_sales_run_beside_each_other_and_the_older_one_comes_back(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = two_sales(api), operator.page
    ask(desk, sale)
    desk.locator("#ask-other").click()
    expect(desk.locator("#on-air .offer-name")).to_have_text(BLANKET)
    row = desk.locator(f"#row-{sale.item}")
    row.locator("[hx-post$='/pause']").click()
    expect(row).to_contain_text(operator.words("offers.state.paused"))
    row.locator("[hx-post$='/resume']").click()
    expect(row).to_contain_text(operator.words("offers.state.open"))
    inspect(desk)
    desk.locator("#on-air [hx-post$='/close']").click()
    then = operator.words("offers.then_back", title=sale.title, left=5)
    expect(desk.locator("#ask-text")).to_contain_text(then)
    desk.locator("#ask-yes").click()
    expect(desk.locator("#on-air .offer-name")).to_have_text(sale.title)
    back = operator.words("audit.act.offer:back", what=sale.title, left=5)
    expect(desk.locator("#log-line")).to_contain_text(back)


def test_the_panic_key_freezes_at_once_and_says_what(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = two_sales(api), operator.page
    desk.goto(sale.page("control"))
    expect_stock(desk, left=5, held=0, paid=0)
    for _ in range(3):  # in a hurry
        desk.keyboard.press("Escape")
    expect(desk.locator("#on-air .tag.is-held")).to_be_visible()
    said = operator.words("shows.frozen", n=1, titles=sale.title)
    expect(desk.locator(".toast")).to_contain_text(said)
    inspect(desk)


def test_after_the_end_another_operators_control_room_is_calm(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = two_sales(api), operator.page
    desk.goto(sale.page("control"))
    other = operator.context.new_page()
    other.goto(sale.page("control"))
    expect(other.locator("#cue-text")).to_be_visible()
    desk.locator("[hx-post$='/end']").click()
    desk.locator("#ask-yes").click()
    expect(other.locator("#on-air")).to_contain_text(operator.words("shows.ended_title"))
    for gone in ("#cue-text", ".tag.is-onair", "#panic", "#take", "[data-open=chat-rules]"):
        expect(other.locator(f"{gone} >> visible=true")).to_have_count(0)
    inspect(other)


def test_the_check_sees_the_host_screen(operator: Visitor, api: APIRequestContext) -> None:
    sale, desk = stage(api), operator.page
    desk.goto(sale.page("control"))
    check = desk.locator("#on-air")
    expect(check).to_contain_text(operator.words("check.host_off"))
    host = operator.context.new_page()
    host.goto(sale.page("host"))
    expect(check).to_contain_text(operator.words("check.host_on"))


def test_a_push_for_which_the_stock_is_short_offers_to_raise_it(
    operator: Visitor, api: APIRequestContext
) -> None:
    operator.provokes("409")
    sale, desk = two_sales(api), operator.page
    listed = api.get(f"/api/v1/shows/{sale.show}/items").json()["items"]
    [second] = [item["id"] for item in listed if item["id"] != sale.item]
    assert api.patch(f"/api/v1/items/{second}", data={"stock": 30}).ok
    ask(desk, sale)
    desk.locator("#ask-yes").click()
    press = desk.locator(".toast.is-error button")
    expect(press).to_have_text(operator.words("offers.push_raise", needed=40))
    inspect(desk)
    expect_stock(desk, left=5, held=0, paid=0)  # a push that is refused ends nothing
    press.click()
    expect(desk.locator("#on-air .offer-name")).to_have_text(BLANKET)
    expect(desk.locator(f"#row-{sale.item}.is-done")).to_be_visible()
    listed = api.get(f"/api/v1/shows/{sale.show}/items").json()["items"]
    assert [item["stock"] for item in listed if item["id"] == second] == [40]


def test_a_sale_that_is_over_is_sold_again_by_one_press_and_the_push(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = two_sales(api), operator.page
    desk.goto(sale.page("control"))
    expect_stock(desk, left=5, held=0, paid=0)
    desk.keyboard.press("e")
    desk.locator("#ask-yes").click()
    again = desk.locator("#on-air [data-act=again]")
    again.focus()
    inspect(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_contain_text(operator.words("offers.done.again", n=5))
    expect(again).to_have_count(0)
    done = desk.locator(".rundown-clock div", has_text=operator.words("shows.items_done"))
    expect(done.locator("b")).to_have_text("1 / 2")  # it was on air, whatever it will be next
    expect(desk.locator(f"#row-{sale.item}.is-next")).to_be_visible()
    desk.get_by_role("link", name=operator.words("cells.sale_of", title=sale.title)).click()
    desk.locator("#price").fill("88")
    desk.keyboard.press("Enter")
    expect(desk.locator("#price")).to_have_value("88.00")  # saved, and drawn anew
    desk.goto(sale.page("control"))
    expect(desk.locator("#next .deal b")).to_have_text("¥88.00")
    desk.keyboard.press("F12")
    expect_stock(desk, left=5, held=0, paid=0)
    desk.locator("#on-air [data-act=end]").click()
    desk.locator("#ask-yes").click()
    row = desk.locator(f"#row-{sale.item}.is-done")
    row.hover()
    row.get_by_role("button", name=operator.words("offers.again")).click()
    expect(desk.locator(f"#row-{sale.item}.is-next")).to_be_visible()
