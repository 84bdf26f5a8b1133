import re

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.stage import Sale, add_item, add_offer, stage
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect

TIMER = re.compile(r"^0\d:\d\d$")


def watch(visitor: Visitor, sale: Sale) -> Page:
    visitor.page.goto(sale.watch)
    return visitor.page


def buy(page: Page) -> None:
    page.locator("[data-buy] >> visible=true").click()


def expect_mine(page: Page, state: str) -> None:
    expect(page.locator("#my-order")).to_have_attribute("data-state", state)


def expect_stock(page: Page, *, left: int, held: int, paid: int) -> None:
    """What the control room says of the offer on air."""
    expect(page.locator("#on-air .big.is-left")).to_contain_text(re.compile(rf"^{left}\D"))
    for name, units in (("left", left), ("held", held), ("paid", paid)):
        expect(page.locator(f"#on-air .stock-key.is-{name} b")).to_have_text(str(units))


def test_viewers_buy_pay_and_are_refused_and_the_control_room_shows_it(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=3)
    sale.start()
    desk = operator.page
    desk.goto(sale.page("control"))
    first, second = newcomer(PHONE), newcomer(PHONE, "en")
    second.provokes("409")  # refusals
    phone, other = watch(first, sale), watch(second, sale)
    expect(phone.locator("[data-buy]")).to_be_disabled()
    desk.get_by_role("button", name=re.compile(operator.words("offers.push"))).click()
    expect_stock(desk, left=3, held=0, paid=0)

    expect(phone.locator("[data-buy]")).to_be_enabled()
    inspect(phone)
    buy(phone)
    expect_mine(phone, "held")
    expect(phone.locator(".pay-by time.countdown")).to_have_text(TIMER)
    expect_stock(desk, left=2, held=1, paid=0)
    inspect(phone)
    _pay(phone, first)
    expect_stock(desk, left=2, held=0, paid=1)
    expect(desk.locator(".order-row.is-paid")).to_have_count(1)
    expect(desk.locator(".kpi.is-paid")).to_contain_text("¥99")

    other.locator("[data-step='1']").click()
    buy(other)
    expect_mine(other, "held")
    expect_stock(desk, left=0, held=2, paid=1)
    expect(phone.locator("[data-buy]")).to_be_disabled()
    expect(phone.locator("#buy-bar")).to_contain_text(first.words("watch.sold_out"))
    inspect(phone)
    inspect(desk)
    other.locator("[formaction$='/cancel']").click()
    expect_mine(other, "cancelled")
    expect_stock(desk, left=2, held=0, paid=1)
    assert sale.difference() == 0


def _pay(page: Page, visitor: Visitor) -> None:
    """To the sandbox checkout; a card is declined first; back to the show."""
    page.locator(".pay-dock a").click()
    expect(page.locator(".hold-strip time.countdown")).to_have_text(TIMER)
    inspect(page)
    page.locator("button[value=fail]").click()
    expect(page.get_by_role("alert")).to_contain_text(visitor.words("checkout.declined"))
    inspect(page)
    page.locator("button[value=success]").click()
    expect(page.locator(".done.is-paid")).to_contain_text(visitor.words("checkout.paid"))
    inspect(page)
    page.locator(".checkout-foot a").click()
    expect_mine(page, "paid")


def test_what_is_over_the_limit_or_too_late_is_said_at_once(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=2, per_buyer_limit=1)
    sale.start()
    sale.push()
    greedy, late, quick = newcomer(PHONE, "en"), newcomer(PHONE), newcomer(PHONE)
    greedy.provokes("409")
    late.provokes("409")
    page = watch(greedy, sale)
    buy(page)
    _pay(page, greedy)
    expect(page.locator("[data-buy]")).to_be_disabled()  # said before the press
    full = greedy.words("watch.limit_full", used=1, limit=1)
    expect(page.locator("[data-buy]")).to_have_attribute("aria-label", full)
    button = page.locator("[data-buy]").bounding_box()
    assert button
    assert button["x"] + button["width"] <= PHONE["width"] - 16, "its words hang over the edge"
    inspect(page)
    page.evaluate(
        "document.getElementById('my-limit').dataset.units = ''"
    )  # as if bought elsewhere
    buy(page)
    expect(page.locator("#my-order .is-refused")).to_contain_text(
        greedy.words("watch.refused_limit_text", used=1, limit=1)
    )
    expect(page.locator("[data-buy]")).to_be_disabled()
    expect(page.locator("#my-order .is-paid")).to_be_visible()  # what they have stays in sight
    inspect(page)

    slow = watch(late, sale)
    expect(slow.locator("[data-buy]")).to_be_enabled()
    slow.evaluate("htmx.find('#viewer')._htmx.ws.connection.socket.onmessage = null")
    slow.route("**/orders", lambda route: _after(route.continue_, watch(quick, sale)))
    buy(slow)
    expect(slow.locator("#my-order .is-refused")).to_contain_text(
        late.words("watch.refused_sold_out")
    )
    inspect(slow)
    assert sale.numbers() == {"left": 0, "held": 1, "sold": 1}


def _after(go_on: object, page: Page) -> None:
    """Someone else takes the last unit while the slow order is on its way."""
    buy(page)
    expect_mine(page, "held")
    assert callable(go_on)
    go_on()


def test_a_restock_that_the_stock_does_not_cover_offers_to_raise_it(
    operator: Visitor, api: APIRequestContext
) -> None:
    operator.provokes("409")
    sale = stage(api)
    item = add_item(api, sale.show, "A2", "纯棉绒盖毯", 26900)
    assert api.patch(f"/api/v1/items/{item['id']}", data={"stock": 6}).ok
    offer = add_offer(
        api, sale.show, item["id"], price=16900, quantity=6, per_buyer_limit=2, duration_s=600
    )
    sale.start()
    assert api.post(f"/api/v1/offers/{offer['id']}/push").ok
    desk = operator.page
    desk.goto(sale.page("control"))
    expect_stock(desk, left=6, held=0, paid=0)
    ask = operator.words("offers.short_raise", needed=16, n=10)
    desk.locator("[hx-post$='/restock']", has_text="+10").click()
    expect(desk.locator(".toast.is-error button")).to_have_text(ask)
    inspect(desk)
    desk.locator(".toast button").click()
    expect_stock(desk, left=16, held=0, paid=0)
    desk.keyboard.press("+")
    desk.locator("#restock-delta").fill("4")
    desk.keyboard.press("Enter")
    expect(desk.locator("#restock .toast button")).to_contain_text("20")
    desk.locator("#restock .toast button").click()
    expect_stock(desk, left=20, held=0, paid=0)
    expect(desk.locator("#restock")).to_be_hidden()


def test_the_operator_pauses_resumes_restocks_and_closes(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    operator.provokes("409|422")  # cuts that are refused
    sale = stage(api)
    second = add_item(api, sale.show, "A2", "纯棉绒盖毯 150×200 cm", 26900)
    add_offer(
        api, sale.show, second["id"],
        price=16900, quantity=40, per_buyer_limit=2, duration_s=600, hold_s=300,
    )  # fmt: skip
    sale.start()
    sale.push()
    desk, viewer = operator.page, newcomer(PHONE)
    phone = watch(viewer, sale)
    desk.goto(sale.page("control"))
    buy(phone)
    expect_mine(phone, "held")
    expect_stock(desk, left=4, held=1, paid=0)

    desk.locator("[hx-post$='/pause']").click()
    expect(phone.locator("[data-buy]")).to_be_disabled()
    expect(desk.locator("#on-air .tag.is-held")).to_be_visible()
    inspect(desk)
    desk.locator("[hx-post$='/resume']").click()
    expect(phone.locator("[data-buy]")).to_be_enabled()

    desk.locator("[hx-post$='/restock']", has_text="+10").click()
    expect_stock(desk, left=14, held=1, paid=0)
    desk.locator(".toast button").click()  # undo
    expect_stock(desk, left=4, held=1, paid=0)
    desk.keyboard.press("-")
    desk.locator("#restock-delta").fill("-9")
    inspect(desk)
    desk.keyboard.press("Enter")
    refusal = operator.words("errors.too_few", cut=9, left=4)
    expect(desk.locator(".toast.is-error")).to_contain_text(refusal)
    desk.locator("#restock-delta").fill("-2.5")
    desk.keyboard.press("Enter")
    expect(desk.locator("#restock .field-error")).to_be_visible()
    expect(desk.locator(".toast")).to_have_count(0)  # the older reason contradicts nothing any more
    desk.locator("#restock [data-dismiss]").click()
    expect_stock(desk, left=4, held=1, paid=0)

    close = desk.locator("#on-air [hx-post$='/close']")
    close.click()
    expect(desk.locator("#ask")).to_contain_text(sale.title)
    inspect(desk)
    desk.locator("#ask-no").click()
    expect_stock(desk, left=4, held=1, paid=0)
    close.click()
    desk.locator("#ask-yes").click()
    expect(phone.locator("[data-buy]")).to_be_disabled()
    expect_mine(phone, "held")  # what was promised can still be paid
    expect(desk.locator("#on-air .offer-acts")).to_contain_text(
        operator.words("offers.closed_text")
    )
    came_to = desk.locator("#on-air .offer-numbers")
    expect(came_to).to_contain_text(operator.words("offers.still_unpaid", n=1))
    _pay(phone, viewer)
    expect(came_to).to_contain_text("¥99")
    expect(came_to).not_to_contain_text(operator.words("offers.still_unpaid", n=1))
    inspect(desk)
    desk.keyboard.press("F12")
    expect(desk.locator("#on-air .offer-name")).to_contain_text("盖毯")


def test_what_is_not_paid_comes_back_and_is_sold_to_the_next_until_the_show_ends(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=1, hold_s=3)
    sale.start()
    sale.push()
    desk = operator.page
    desk.goto(sale.page("control"))
    first, second = newcomer(PHONE), newcomer(PHONE)
    idle, waiting = watch(first, sale), watch(second, sale)
    buy(idle)
    expect_mine(idle, "held")
    expect(waiting.locator("[data-buy]")).to_be_disabled()
    expect_mine(idle, "expired")
    expect(waiting.locator("[data-buy]")).to_be_enabled()
    buy(waiting)
    expect_mine(waiting, "held")
    waiting.locator(".pay-dock a").click()
    waiting.locator("button[value=success]").click()
    expect(waiting.locator(".done.is-paid")).to_be_visible()
    expect_stock(desk, left=0, held=0, paid=1)
    expect(desk.locator(".order-row.is-expired")).to_have_count(1)

    desk.locator("[hx-post$='/end']").click()
    inspect(desk)
    desk.locator("#ask-yes").click()
    expect(desk.locator(".proof-sum")).to_contain_text("0 + 0 + 1 = 1 + 0")
    expect(desk.locator(".proof-sum")).to_contain_text(
        operator.words("report.proof_words", difference=0)
    )
    expect(desk.locator(".totals .is-paid")).to_contain_text("¥99")
    inspect(desk)
    expect(idle.locator("#buy-bar")).to_contain_text(first.words("watch.ended"))
    assert sale.difference() == 0
