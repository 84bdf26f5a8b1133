"""More time to pay, and a place on the list of what is sold out."""

from playwright.sync_api import APIRequestContext, Page, expect
from redis import Redis

from live.settings import redis_socket
from tests.pages.house import House
from tests.pages.stage import get, stage
from tests.pages.test_blocked import Wall, expect_way
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect


def test_who_needs_more_time_is_asked_and_gets_it_with_one_press(
    newcomer: Newcomer, operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, hold_s=24, quantity=2)
    sale.start()
    sale.push()
    desk = operator.page
    desk.goto(sale.page("control"))
    page, slow = watch(newcomer(PHONE), sale), newcomer(PHONE, "en")
    other = watch(slow, sale)
    buy(page)
    expect_mine(page, "held")
    buy(other)
    expect_mine(other, "held")
    other.locator(".pay-dock a").click()
    for asked in (page, other):
        expect(asked.locator(".more-time")).to_be_visible()
        inspect(asked)
    expect(other.locator("#say-now")).to_have_text(slow.words("more.ask"))
    page.locator(".more-time button").press("Enter")
    expect(page.locator("#my-order")).to_have_attribute("data-extended", "1")
    expect(page.locator("#my-order h2")).to_have_text(operator.words("more.given"))
    expect(page.locator(".pay-dock a")).to_be_focused()
    expect(page.locator("#say-now")).to_contain_text(operator.words("more.given"))
    order = page.locator("#my-order").get_attribute("data-order")
    ends = get(api, f"/orders/{order}")["expires_at"]
    expect(desk.locator(f"#orders time[datetime='{ends}']")).to_be_visible()
    other.locator(".more-time button").click()
    expect(other.locator(".more-given")).to_have_text(slow.words("more.given_short"))
    expect(other.locator(".more-time")).to_have_count(0)
    inspect(other)
    assert sale.numbers() == {"left": 0, "held": 2, "sold": 0}


def waits(page: Page) -> None:
    page.locator("#buy-bar [form=wait-form]").click()
    expect(page.locator("#my-wait [data-queued]")).to_be_visible()


def test_the_place_moves_up_also_where_sockets_are_blocked(
    newcomer: Newcomer, operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=1, per_buyer_limit=1)
    sale.start()
    sale.push()
    owner, first, second = (watch(newcomer(PHONE), sale) for _ in range(3))
    blocked = newcomer(PHONE)
    wall = Wall(blocked.page, "refused")
    third = watch(blocked, sale)
    expect_way(third, "poll")
    buy(owner)
    expect_mine(owner, "held")
    for page in (first, second, third):
        waits(page)
    headline = third.locator("#my-wait h2:visible")
    expect(headline).to_have_text(operator.words("wait.place", place=3, n=2))
    second.locator("#my-wait [name=leave]").click()
    expect(headline).to_have_text(operator.words("wait.place", place=2, n=1))
    first.locator("#my-wait [name=leave]").click()
    expect(headline).to_have_text(operator.words("wait.first"))
    assert wall.on
    assert sale.difference() == 0


def test_who_came_too_late_is_called_when_it_is_back(
    newcomer: Newcomer, operator: Visitor, house: House, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=1, per_buyer_limit=1)
    sale.start()
    sale.push()
    desk = operator.page
    desk.goto(sale.page("control"))
    owner, first, second = (watch(newcomer(PHONE), sale) for _ in range(3))
    buy(owner)
    expect_mine(owner, "held")
    waits(first)
    expect(first.locator("#my-wait [name=leave]")).to_be_focused()
    waits(second)
    headline = operator.words("wait.place", place=2, n=1)
    expect(second.locator("#my-wait h2:visible")).to_have_text(headline)
    expect(second.locator("[data-buy]")).to_be_disabled()
    expect(desk.locator("#on-air .tag.is-next")).to_have_text(operator.words("wait.desk", n=2))
    inspect(second)
    second.reload()
    expect(second.locator("#my-wait h2:visible")).to_have_text(headline)

    owner.locator("[formaction$='/cancel']").click()
    for called in (first, second):  # nothing is held for either
        expect(called.locator("#my-wait h2:visible")).to_have_text(operator.words("wait.back"))
        expect(called.locator("#say-now")).to_have_text(operator.words("wait.back"))
    inspect(first)
    first.locator("#my-wait .buy").click()
    expect_mine(first, "held")
    expect(first.locator("#my-wait article:visible")).to_have_count(0)
    expect(second.locator("#my-wait [data-queued]")).to_be_visible()
    expect(second.locator("#my-wait h2:visible")).to_have_text(operator.words("wait.first"))
    expect(desk.locator("#on-air .tag.is-next")).to_have_text(operator.words("wait.desk", n=1))

    with Redis(unix_socket_path=str(redis_socket(house.data))) as redis:
        redis.delete(f"{{show:{sale.show}}}:wait:{sale.offer}")  # as a rebuild of Redis would
    second.reload()
    expect(second.locator("#my-wait h2:visible")).to_have_text(operator.words("wait.lost"))
    inspect(second)
    waits(second)
    second.locator("#my-wait [name=leave]").click()
    expect(second.locator("#my-wait article:visible")).to_have_count(0)
    expect(second.locator("#buy-bar [form=wait-form]")).to_be_focused()
    assert sale.difference() == 0
