"""The chat of the control room: what an operator does there, and what viewers see of it."""

import re

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.house import House
from tests.pages.stage import Sale, on_air
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in


def say(phone: Page, text: str) -> None:
    phone.fill("#say-text", text)
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-text")).to_have_value("")


def line(desk: Page, text: str) -> str:
    """The id of the line that says it, once it is there."""
    found = desk.locator(".chat-line[data-id]", has_text=text)
    expect(found).to_have_count(1)
    return f"#{found.get_attribute('id')}"


def look(desk: Page, view: str) -> None:
    desk.locator(f".chat-panel .tab:has([value={view}])").click()


def room(operator: Visitor, sale: Sale) -> Page:
    operator.page.goto(sale.page("control"))
    expect(operator.page.locator("html")).to_have_attribute("data-conn", "live")
    return operator.page


def test_a_comment_is_pinned_and_hidden_by_keys_and_taken_back(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    phone, other = watch(newcomer(PHONE), sale), watch(newcomer(PHONE, "en"), sale)
    say(phone, "包邮吗")
    say(phone, "最后一句")
    line(desk, "最后一句")
    desk.keyboard.press("c")
    expect(desk.locator(line(desk, "最后一句"))).to_be_focused()
    desk.keyboard.press("ArrowUp")
    expect(desk.locator(line(desk, "包邮吗"))).to_be_focused()
    inspect(desk)
    desk.keyboard.press("p")
    expect(desk.locator("#chat-pinned")).to_contain_text("包邮吗")
    expect(other.locator("#say-pinned")).to_contain_text("包邮吗")
    inspect(other)
    desk.keyboard.press("d")
    expect(desk.locator(line(desk, "包邮吗"))).to_have_class(re.compile("is-muted"))
    expect(other.locator("#watch-comments")).not_to_contain_text("包邮吗")
    expect(desk.locator("#chat-pinned")).to_have_count(0)
    desk.locator(".toast button").click()
    expect(other.locator("#watch-comments")).to_contain_text("包邮吗")
    desk.locator(line(desk, "包邮吗")).focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#chat-menu [data-text]")).to_have_text("包邮吗")
    inspect(desk)
    desk.locator("#chat-menu [data-act=host]").click()
    expect(desk.locator("#cue")).to_contain_text("包邮吗")


def test_a_pin_takes_nothing_from_the_line_one_is_on(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    comments = [{"message_id": n, "user_id": n + 1, "text": f"第 {n} 句"} for n in range(1, 30)]
    path = f"/api/v1/shows/{sale.show}/ingest/comments"
    assert api.post(path, data={"platform": "test", "comments": comments}).ok
    last = line(desk, "第 29 句")
    desk.keyboard.press("c")
    expect(desk.locator(last)).to_be_focused()
    desk.keyboard.press("p")
    expect(desk.locator("#chat-pinned")).to_contain_text("第 29 句")
    expect(desk.locator(last)).to_be_focused()
    expect(desk.locator(last)).to_be_in_viewport(ratio=0.9)
    wide = watch(newcomer(), sale)
    expect(wide.locator("#say-pinned")).to_have_css("display", "flex")


def test_the_list_stands_still_under_the_pointer_and_counts_what_came(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    phone = watch(newcomer(PHONE), sale)
    say(phone, "第一句")
    desk.locator(line(desk, "第一句")).hover()
    expect(desk.locator("#chat-acts")).to_be_visible()
    say(phone, "第二句")
    say(phone, "第三句")
    expect(desk.locator("#unread b")).to_have_text("2")
    expect(desk.locator(".chat-line[data-id]")).to_have_count(1)
    inspect(desk)
    desk.locator("#on-air").hover(position={"x": 5, "y": 5})
    expect(desk.locator(".chat-line[data-id]")).to_have_count(3)
    expect(desk.locator("#unread")).to_be_hidden()
    expect(desk.locator("#chat-acts")).to_be_hidden()


def test_each_view_lists_its_own_and_a_reload_keeps_it(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    buyer, guest = watch(newcomer(PHONE), sale), watch(newcomer(PHONE), sale)
    buy(buyer)
    expect_mine(buyer, "held")
    say(buyer, "我抢到了")
    say(guest, "还有货吗")
    line(desk, "还有货吗")
    look(desk, "questions")
    expect(desk.locator(".chat-line[data-id]")).to_have_count(1)
    line(desk, "还有货吗")
    look(desk, "buyers")
    expect(desk.locator(line(desk, "我抢到了"))).to_contain_text(
        operator.words("chat.label.unpaid")
    )
    expect(desk.locator(".chat-line[data-id]")).to_have_count(1)
    desk.reload()
    expect(desk.locator(".chat-line[data-id]")).to_have_count(1)
    expect(desk.locator("[name=comments-shown]:checked")).to_have_value("buyers")
    buyer.locator(".pay-dock a").click()
    buyer.locator("button[value=success]").click()
    expect(desk.locator(".bought.is-paid")).to_have_count(1)


def test_who_is_muted_is_told_so_and_can_speak_once_freed(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    author = newcomer(PHONE, "en")
    author.provokes("409")
    phone = watch(author, sale)
    say(phone, "noise")
    desk.locator(line(desk, "noise")).hover()
    desk.locator("#chat-acts [data-act=mute]").click()
    expect(desk.locator(".toast")).to_contain_text("10")
    desk.locator(".toast").hover()  # it stays as long as somebody may be about to press it
    phone.fill("#say-text", "more noise")
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-form .say-error")).to_contain_text(author.words("errors.muted"))
    expect(phone.locator("#say-text")).to_have_value("more noise")
    inspect(phone)
    desk.locator(".toast button").click()
    expect(desk.locator("#log-line")).to_contain_text(operator.words("audit.act.viewer:free"))
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-text")).to_have_value("")
    line(desk, "more noise")


def test_a_tap_opens_all_that_can_be_done(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_air(api)
    guest = watch(newcomer(PHONE), sale)
    say(guest, "点我")
    operator = newcomer(PHONE, touch=True)
    sign_in(operator, house)
    phone = room(operator, sale)
    phone.locator(line(phone, "点我")).tap()
    expect(phone.locator("#chat-menu")).to_be_visible()
    inspect(phone)
    phone.locator("#chat-menu [data-act=ban]").tap()
    expect(phone.locator(line(phone, "点我"))).to_contain_text(
        operator.words("chat.standing.banned")
    )


def test_a_tap_on_a_long_comment_opens_it_whole_with_all_that_can_be_done(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_air(api)
    guest, words = watch(newcomer(PHONE), sale), "这款杯子能装热水吗 " * 15
    say(guest, words)
    operator = newcomer(PHONE, touch=True)
    sign_in(operator, house)
    phone = room(operator, sale)
    phone.locator(f"{line(phone, words.strip())} .said").tap()
    expect(phone.locator("#chat-menu [data-text]")).to_have_text(words.strip())
    inspect(phone)
    phone.locator("#chat-menu [data-act=hide]").tap()
    expect(phone.locator(line(phone, words.strip()))).to_have_class(re.compile("is-muted"))


def test_after_the_end_only_what_still_works_is_offered(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    phone = watch(newcomer(PHONE), sale)
    say(phone, "最后一句")
    id = line(desk, "最后一句")
    assert api.post(f"/api/v1/shows/{sale.show}/end").ok
    expect(desk.locator("#comments")).to_have_attribute("data-acts", "said")
    desk.locator(id).hover()
    expect(desk.locator("#chat-acts [data-act=hide]")).to_be_visible()
    for gone in ("host", "mute"):
        expect(desk.locator(f"#chat-acts [data-act={gone}]")).to_be_hidden()
    desk.locator("#chat-acts [data-act=menu]").click()
    expect(desk.locator("#chat-menu")).to_be_visible()
    for gone in ("host", "mute", "ban", "shadow-ban", "free"):
        expect(desk.locator(f"#chat-menu [data-act={gone}] >> visible=true")).to_have_count(0)
    inspect(desk)
    desk.locator("#chat-menu [data-act=hide]").click()
    expect(desk.locator(id)).to_have_class(re.compile("is-muted"))
    expect(phone.locator("#watch-comments")).not_to_contain_text("最后一句")


def test_the_crew_replies_as_the_shop_by_key_and_by_one_press(
    operator: Visitor, newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_air(api)
    path = f"/api/v1/shows/{sale.show}/quick-replies"
    desk = room(operator, sale)
    other = newcomer()
    sign_in(other, house)
    second = room(other, sale)
    phone = watch(newcomer(PHONE), sale)
    desk.keyboard.press("r")
    expect(desk.locator("#reply-text")).to_be_focused()
    desk.keyboard.type("想要的扣 1")
    desk.keyboard.press("Enter")
    expect(desk.locator("#reply-text")).to_have_value("")
    said = phone.locator("#watch-comments .is-shop")
    expect(said).to_contain_text("想要的扣 1")
    expect(said).to_contain_text(operator.words("chat.shop"))
    inspect(phone)
    desk.keyboard.press("Escape")
    desk.locator("[data-open=quick-replies-edit]").click()
    desk.locator("#reply-texts").fill("全场包邮\n\n48 小时内发货")
    inspect(desk)
    desk.locator("#quick-replies-body .is-primary").click()
    for page in (desk, second):
        expect(page.locator("#quick-replies button")).to_have_text(["全场包邮", "48 小时内发货"])
    inspect(second)
    expect(
        second.locator("#quick-replies")
    ).to_be_hidden()  # the lines have the room until it is wanted
    second.locator("#reply-text").focus()
    inspect(second)
    second.locator("#quick-replies button").first.click()
    expect(phone.locator("#watch-comments .is-shop")).to_have_count(2)
    second.locator(".toast button").click()  # taken back
    expect(phone.locator("#watch-comments .is-shop")).to_have_count(1)
    desk.locator(line(desk, "想要的扣 1")).focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#chat-menu [data-act=hide]")).to_be_visible()
    expect(desk.locator("#chat-menu [data-act=ban]")).to_be_hidden()
    inspect(desk)
    assert api.put(path, data={"texts": []}).ok
    for page in (desk, second):
        expect(page.locator("#quick-replies button")).to_have_count(0)


def test_a_troll_is_banned_with_all_they_said_and_it_can_be_taken_back(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = on_air(api)
    desk = room(operator, sale)
    troll, other = watch(newcomer(PHONE), sale), watch(newcomer(PHONE, "en"), sale)
    for text in ("假货一", "假货二"):
        say(troll, text)
    say(other, "nice")
    for text in ("假货一", "假货二", "nice"):
        expect(other.locator("#watch-comments")).to_contain_text(text)
    desk.locator(line(desk, "假货二")).focus()
    desk.keyboard.press("Enter")
    inspect(desk)
    desk.locator("#chat-menu [data-act=ban-all]").click()
    expect(desk.locator(".toast")).to_contain_text("2")
    for text in ("假货一", "假货二"):
        expect(desk.locator(line(desk, text))).to_have_attribute("data-standing", "banned")
        expect(desk.locator(line(desk, text))).to_have_attribute("data-state", "hidden")
        expect(other.locator("#watch-comments")).not_to_contain_text(text)
        expect(troll.locator("#own-say")).to_contain_text(text)  # who is hidden is not told
    desk.locator(".toast button").click()
    expect(other.locator("#watch-comments")).to_contain_text("假货一")
    expect(desk.locator(line(desk, "假货二"))).to_have_attribute("data-standing", "")
    say(troll, "我错了")
    expect(other.locator("#watch-comments")).to_contain_text("我错了")
