"""One order, opened in the control room: what it is, and what the crew does about it."""

import re

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.house import House
from tests.pages.stage import Sale, on_air, stage
from tests.pages.test_chat import room
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in


def first(desk: Page) -> Page:
    """With the newest order open."""
    desk.locator("#orders .order-row").first.click()
    expect(desk.locator("#order .order-card")).to_be_visible()
    return desk


def test_an_unpaid_order_is_given_time_paid_by_hand_and_refunded(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=3, per_buyer_limit=2)
    sale.start()
    sale.push()
    desk = room(operator, sale)
    phone = watch(newcomer(PHONE), sale)
    phone.locator("[data-step='1']").click()
    buy(phone)
    expect_mine(phone, "held")
    first(desk)
    facts = desk.locator("#order .facts")
    expect(facts.locator(".countdown")).to_have_text(re.compile(r"^0[49]:\d\d$"))
    inspect(desk)
    desk.locator("#order [hx-post$='/extend']").click()
    expect(desk.locator("#order")).to_be_hidden()
    expect(desk.locator(".toast")).to_be_visible()
    expect(phone.locator("#my-order h2")).to_have_text(operator.words("more.given"))

    first(desk)
    expect(desk.locator("#order [hx-post$='/extend']")).to_have_count(0)  # that is possible once
    desk.locator("#order [hx-post$='/pay']").click()
    inspect(desk)
    desk.locator("#ask-no").click()
    expect_mine(phone, "held")
    desk.locator("#order [hx-post$='/pay']").click()
    desk.locator("#ask-yes").click()
    expect_mine(phone, "paid")
    expect(desk.locator("#orders .order-row").first).to_have_class(re.compile("is-paid"))
    assert sale.numbers() == {"left": 1, "held": 0, "sold": 2}

    first(desk)
    desk.locator("#order [hx-post$='/refund']").click()
    expect(desk.locator("#ask-text")).to_contain_text("2")
    desk.locator("#ask-yes").click()
    expect_mine(phone, "refunded")
    expect(desk.locator("#log-line")).to_contain_text(operator.words("audit.act.order:cancel"))
    first(desk)
    expect(desk.locator("#order .menu-acts button")).to_have_count(0)
    assert sale.numbers() == {"left": 3, "held": 0, "sold": 0}
    assert sale.difference() == 0


def test_the_orders_are_walked_and_one_is_cancelled_by_key(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    phones = [watch(newcomer(PHONE), sale) for _ in range(2)]
    for number, phone in enumerate(phones, start=1):
        buy(phone)
        expect_mine(phone, "held")
        expect(desk.locator("#orders .order-row")).to_have_count(number)
    desk.keyboard.press("o")
    rows = desk.locator("#orders .order-row")
    expect(rows.first).to_be_focused()
    desk.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    desk.keyboard.press("Enter")
    cancel = desk.locator("#order [hx-post$='/cancel']")
    expect(cancel).to_be_visible()
    cancel.focus()
    desk.keyboard.press("Enter")
    desk.locator("#ask-yes").focus()
    desk.keyboard.press("Enter")
    expect(rows.nth(1)).to_have_class(re.compile("is-cancelled"))
    expect(rows.nth(1)).to_be_focused()
    expect_mine(phones[0], "cancelled")
    expect_mine(phones[1], "held")
    desk.keyboard.press("Escape")
    expect(rows.nth(1)).not_to_be_focused()


def test_an_order_opens_by_touch_and_what_happened_meanwhile_is_said(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale: Sale = on_air(api)
    operator = newcomer(PHONE, "en", touch=True)
    operator.provokes("409")
    sign_in(operator, house)
    desk = room(operator, sale)
    buyer = watch(newcomer(PHONE), sale)
    buy(buyer)
    expect_mine(buyer, "held")
    desk.locator("#orders .order-row").first.tap()
    expect(desk.locator("#order .order-card")).to_be_visible()
    inspect(desk)
    buyer.locator("[formaction$='/cancel']").click()
    expect_mine(buyer, "cancelled")
    desk.locator("#order [hx-post$='/pay']").tap()
    desk.locator("#ask-yes").tap()
    expect(desk.locator(".toast.is-error")).to_be_visible()
    assert sale.numbers()["sold"] == 0


def test_a_sale_of_a_wrong_price_is_voided_with_its_numbers_first(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    phones = [watch(newcomer(PHONE), sale) for _ in range(2)]
    for phone in phones:
        buy(phone)
        expect_mine(phone, "held")
    phones[0].locator(".pay-dock a").click()
    phones[0].locator("button[value=success]").click()
    phones[0].goto(sale.watch)
    expect_mine(phones[0], "paid")
    expect(desk.locator("#orders .order-row.is-paid")).to_have_count(1)
    first(desk)
    void = desk.locator("#order .order-void button")
    void.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#ask-text")).to_contain_text("¥99.00")
    inspect(desk)
    desk.locator("#ask-yes").click()
    expect(desk.locator(".toast")).to_contain_text(
        operator.words("orders.done.void", cancelled=1, refunded=1, amount="¥99.00")
    )
    expect_mine(phones[0], "refunded")
    expect_mine(phones[1], "cancelled")
    for phone in phones:
        expect(phone.locator("#buy-bar")).to_contain_text(operator.words("watch.closed"))
    assert sale.numbers()["held"] == sale.numbers()["sold"] == 0
    assert sale.difference() == 0
