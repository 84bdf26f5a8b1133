"""The rules of a chat, set and felt in the browser: approval first, blocked words, lists of them from a file."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIRequestContext, FilePayload, expect

from tests.pages.stage import Sale, on_air
from tests.pages.test_chat import line, look, room, say
from tests.pages.test_sale import watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect


@pytest.fixture
def strict(api: APIRequestContext) -> Iterator[Sale]:
    """A sale whose chat gets strict rules: later shows of the room would take them over."""
    sale = on_air(api)
    yield sale
    loose = {"premoderation": False, "links_off": False, "blocked": []}
    assert api.put(f"/api/v1/shows/{sale.show}/chat-rules", data=loose).ok


def test_approval_first_blocked_words_and_what_their_authors_are_told(
    operator: Visitor, newcomer: Newcomer, strict: Sale, api: APIRequestContext
) -> None:
    operator.provokes("412")  # somebody else has changed the rules meanwhile
    sale = strict
    desk = room(operator, sale)
    author, other = newcomer(PHONE), watch(newcomer(PHONE), sale)
    phone = watch(author, sale)
    desk.locator("[data-open=chat-rules]").click()
    desk.locator("#blocked-words").fill("加微信")
    desk.locator("[name=premoderation]").check()
    assert api.put(f"/api/v1/shows/{sale.show}/chat-rules", data={"slow_s": 5}).ok
    desk.locator("#chat-rules-form .stays > .acts .is-primary").click()
    expect(desk.locator("#rules-changed")).to_contain_text(operator.words("changed.title"))
    expect(desk.locator("#blocked-words")).to_have_value("加微信")
    inspect(desk)
    desk.locator("#rules-changed .is-primary").click()
    expect(desk.locator(".toast")).to_contain_text(operator.words("comments.blocked_set", n=1))
    expect(desk.locator("#chat-rules")).not_to_be_visible()
    rules = api.get(f"/api/v1/shows/{sale.show}/chat-rules").json()
    assert (rules["blocked"], rules["premoderation"], rules["slow_s"]) == (["加微信"], True, 0)
    expect(desk.locator(".tally-words")).to_contain_text(operator.words("chat.on.premoderation"))
    say(phone, "等你审我")
    expect(phone.locator("#own-say")).to_contain_text(author.words("watch.say_waits"))
    inspect(phone)
    say(phone, "加 微 信 便宜一半")
    expect(phone.locator("#own-say p").last).to_contain_text("便宜一半")
    expect(phone.locator("#own-say p").last).not_to_contain_text(author.words("watch.say_waits"))
    look(desk, "held")
    expect(desk.locator(line(desk, "便宜一半"))).to_contain_text("加微信")
    desk.keyboard.press("c")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator(line(desk, "等你审我"))).to_be_focused()
    desk.keyboard.press("a")
    expect(other.locator("#watch-comments")).to_contain_text("等你审我")
    expect(other.locator("#watch-comments")).not_to_contain_text("便宜一半")


def test_what_waits_is_hidden_from_the_bar_the_menu_and_by_key(
    operator: Visitor, newcomer: Newcomer, strict: Sale, api: APIRequestContext
) -> None:
    rules = {"premoderation": True}
    assert api.put(f"/api/v1/shows/{strict.show}/chat-rules", data=rules).ok
    desk = room(operator, strict)
    phone, other = watch(newcomer(PHONE), strict), watch(newcomer(PHONE), strict)
    waiting = {way: f"不行{way}" for way in ("鼠标", "菜单", "键盘")}
    for text in (*waiting.values(), "这句可以"):
        say(phone, text)
        line(desk, text)

    def is_refused(text: str) -> None:
        expect(desk.locator(line(desk, text))).to_have_attribute("data-state", "hidden")
        expect(desk.locator(".toast").last).to_contain_text(operator.words("chat.done.hide"))
        expect(desk.locator(".toast").last.locator("button")).to_have_count(0)

    desk.locator(line(desk, waiting["鼠标"])).hover()
    desk.locator("#chat-acts [data-act=hide]").click()
    is_refused(waiting["鼠标"])
    expect(desk.locator("#chat-acts [data-act=hide]")).to_be_hidden()
    desk.locator(line(desk, waiting["菜单"])).focus()
    desk.keyboard.press("Enter")
    inspect(desk)
    desk.locator("#chat-menu [data-act=hide]").click()
    is_refused(waiting["菜单"])
    desk.locator(line(desk, waiting["键盘"])).focus()
    desk.keyboard.press("d")
    is_refused(waiting["键盘"])
    desk.locator(line(desk, "这句可以")).focus()
    desk.keyboard.press("a")
    expect(other.locator("#watch-comments")).to_contain_text("这句可以")
    for text in waiting.values():
        expect(other.locator("#watch-comments")).not_to_contain_text(text)


def test_all_that_wait_are_approved_by_key_and_by_the_button_that_counts_them(
    operator: Visitor, newcomer: Newcomer, strict: Sale, api: APIRequestContext
) -> None:
    rules = {"premoderation": True}
    assert api.put(f"/api/v1/shows/{strict.show}/chat-rules", data=rules).ok
    desk = room(operator, strict)
    phone, other = watch(newcomer(PHONE), strict), watch(newcomer(PHONE), strict)
    button = desk.locator("[data-act=approve]")
    say(phone, "第一句")
    say(phone, "第二句")
    line(desk, "第二句")
    expect(button).to_have_count(0)
    look(desk, "held")
    expect(button).to_contain_text(operator.words("chat.act.approve", n=2))
    inspect(desk)
    desk.keyboard.press("c")
    desk.keyboard.press("v")
    expect(desk.locator(".toast")).to_contain_text(operator.words("chat.done.approve", n=2))
    expect(desk.locator("#log-line")).to_contain_text(
        operator.words("audit.act.comment:approve", what=2)
    )
    expect(other.locator("#watch-comments")).to_contain_text("第一句")
    expect(button).to_have_count(0)
    desk.keyboard.press("Escape")
    say(phone, "第三句")
    desk.locator(line(desk, "第三句")).hover()  # the list stands still
    say(phone, "没人读过")
    expect(desk.locator("#unread b")).to_have_text("1")
    button.click()
    expect(other.locator("#watch-comments")).to_contain_text("第三句")
    desk.locator("#on-air").hover(position={"x": 5, "y": 5})
    expect(button).to_contain_text(operator.words("chat.act.approve", n=1))
    expect(other.locator("#watch-comments")).not_to_contain_text("没人读过")


def test_what_was_said_stays_with_its_author_and_stands_there_once(
    newcomer: Newcomer, api: APIRequestContext, strict: Sale
) -> None:
    rules = f"/api/v1/shows/{strict.show}/chat-rules"
    assert api.put(rules, data={"premoderation": True, "links_off": True}).ok
    author = newcomer(PHONE)
    author.provokes("409")
    phone, other = watch(author, strict), watch(newcomer(PHONE), strict)
    say(phone, "有蓝色吗")
    own = phone.locator("#own-say p")
    expect(own).to_contain_text("有蓝色吗")
    expect(other.locator("#watch-comments p")).to_have_count(0)
    comment = own.get_attribute("data-said")
    assert api.post(f"/api/v1/shows/{strict.show}/comments/{comment}/show").ok
    expect(other.locator("#watch-comments")).to_contain_text("有蓝色吗")
    expect(own).not_to_contain_text(author.words("watch.say_waits"))
    for _ in range(2):
        expect(own).to_have_count(1)
        expect(own).to_contain_text(author.words("watch.own"))
        expect(phone.locator("#watch-comments p:visible")).to_have_count(0)  # it stands there once
        phone.reload()
        expect(phone.locator("html")).to_have_attribute("data-conn", "live")
    phone.fill("#say-text", "看 abc.com")
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-form .say-error")).to_contain_text(author.words("errors.links_off"))
    expect(phone.locator("#say-text")).to_have_value("看 abc.com")


def test_why_one_is_refused_does_not_cover_what_one_has_said(
    newcomer: Newcomer, api: APIRequestContext, strict: Sale
) -> None:
    rules = {"premoderation": True, "links_off": True}
    assert api.put(f"/api/v1/shows/{strict.show}/chat-rules", data=rules).ok
    author = newcomer(PHONE)
    author.provokes("409")
    phone = watch(author, strict)
    say(phone, "等人来看")
    phone.fill("#say-text", "看 abc.com")
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-form .say-error")).to_be_visible()
    own = phone.locator("#own-say p").bounding_box()
    why = phone.locator("#say-form .say-error").bounding_box()
    field = phone.locator("#say-text").bounding_box()
    assert own
    assert why
    assert field
    assert own["y"] + own["height"] <= why["y"]
    assert why["y"] + why["height"] <= field["y"]


def test_a_list_of_words_comes_from_a_file_of_either_encoding(
    operator: Visitor, api: APIRequestContext, strict: Sale
) -> None:
    desk = room(operator, strict)
    desk.locator("[data-open=chat-rules]").click()
    for encoding, word in (("gb18030", "加微信"), ("utf-8", "代购")):
        file = FilePayload(name="a.txt", mimeType="text/plain", buffer=word.encode(encoding))
        desk.locator("#blocked-file").set_input_files(file)
        expect(desk.locator("#blocked-words")).to_have_value(re.compile(word))
    words = desk.locator("#blocked-words").input_value()
    picture = FilePayload(name="a.csv", mimeType="text/csv", buffer=b"\x89PNG\r\n\x1a\n\x00a,b")
    desk.locator("#blocked-file").set_input_files(picture)
    expect(desk.locator(".toast.is-error")).to_contain_text(operator.words("chat.rules.no_text"))
    expect(desk.locator("#blocked-words")).to_have_value(words)
    desk.fill("#blocked-words", words + "\n" + "y" * 41)
    desk.locator("#chat-rules-form .stays > .acts .is-primary").click()
    left_out = operator.words("comments.blocked_left_out", n=1, lines="4")
    expect(desk.locator(".toast")).to_contain_text(f" · {left_out}")
    rules = api.get(f"/api/v1/shows/{strict.show}/chat-rules").json()
    assert rules["blocked"] == ["加微信", "代购"]
