import io
import re
import struct
import zlib

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import stage
from tests.pages.test_sale import buy, expect_mine, expect_stock, watch
from tests.pages.visitor import HOST, OVERLAY, PHONE, Newcomer, Visitor, inspect


def test_comments_arrive_and_watched_words_are_counted_by_viewer(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    operator.provokes("422")  # too many words
    sale = stage(api)
    sale.start()
    sale.push()
    desk = operator.page
    desk.goto(sale.page("control"))
    desk.locator("[data-open=chat-rules]").click()
    desk.locator("#words-field").fill("；".join(f"词{n}" for n in range(21)))
    desk.locator("#chat-rules-form .acts .is-primary").click()
    expect(desk.locator("#chat-rules-form .field-error")).to_contain_text(
        operator.words("reasons.list", most=20)
    )
    expect(desk.locator("#words-field")).to_be_focused()
    expect(desk.locator(".toast")).to_have_count(0)
    inspect(desk)
    desk.locator("#words-field").fill("想要、扣1")
    desk.locator("#chat-rules-form .acts .is-primary").click()
    expect(desk.locator(".toast")).to_contain_text("想要、扣1")
    expect(desk.locator(".tally-word-chip")).to_have_count(2)
    for text in ("想要蓝色的", "我也想要", "包邮吗"):
        phone = watch(newcomer(PHONE), sale)
        phone.fill("#say-text", text)
        phone.press("#say-text", "Enter")
        expect(phone.locator("#say-text")).to_have_value("")
        expect(phone.locator("#watch-comments")).to_contain_text(text)
    expect(desk.locator("#chat-list .chat-line")).to_have_count(3)
    expect(desk.locator(".chat-line.is-question")).to_contain_text("包邮吗")
    expect(desk.locator(".tally-word-chip", has_text="想要").locator("b")).to_have_text("2")
    phone.fill("#say-text", "想要想要")
    phone.press("#say-text", "Enter")
    expect(desk.locator(".tally-word-chip", has_text="想要").locator("b")).to_have_text("3")
    desk.locator("[data-open=chat-rules]").click()  # live: what was said before counts too
    desk.locator("#words-field").fill("想要；包邮")
    desk.locator("#chat-rules-form .acts .is-primary").click()
    expect(desk.locator(".tally-word-chip", has_text="包邮").locator("b")).to_have_text("1")
    inspect(desk)


def test_a_cue_reaches_the_host_and_the_control_room_sees_that_it_was_read(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api, hold_s=45)
    sale.start()
    sale.push()
    desk = operator.page
    desk.goto(sale.page("control"))
    host = operator.context.new_page()
    host.set_viewport_size(HOST)
    host.goto(sale.page("host"))
    expect(host.locator("#host-current")).to_contain_text(sale.title)
    expect(host.locator(".prompt-line.is-now")).to_contain_text("45 秒")
    desk.bring_to_front()
    desk.keyboard.press("/")
    desk.keyboard.type("再讲一遍尺寸")
    desk.keyboard.press("Enter")
    expect(host.locator("#host-cue")).to_contain_text("再讲一遍尺寸")
    expect(desk.locator("#cue .cue-line:not(.host-there)")).to_have_class(re.compile("is-waiting"))
    inspect(host)
    host.bring_to_front()
    host.keyboard.press("Space")
    expect(host.locator("#host-cue")).to_have_class(re.compile("is-quiet"))
    expect(desk.locator("#cue .ack")).to_contain_text(
        operator.words("cues.state.acked", n="|").split("|")[1].strip()
    )
    inspect(host)


def test_the_overlay_is_a_transparent_card_that_needs_its_token(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=1)
    operator.page.goto(sale.page("setup"))
    address = operator.page.locator("#address-overlay").input_value()
    guest = newcomer(OVERLAY)
    guest.provokes("404")
    overlay = guest.page
    answer = overlay.goto(address.replace("token=", "token=x"))
    assert answer is not None
    assert answer.status == 404
    assert overlay.locator("body").inner_text() == ""  # an error has no place in the picture
    assert is_transparent(overlay.screenshot(omit_background=True))
    overlay.goto(address)
    expect(overlay.locator(".deal")).to_have_count(0)
    sale.start()
    sale.push()
    expect(overlay.locator(".deal-name")).to_have_text(sale.title)
    expect(overlay.locator(".deal-left b")).to_have_text("1")
    expect(overlay.locator(".deal-tab time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    inspect(overlay)
    assert is_transparent(overlay.screenshot(omit_background=True))
    phone = watch(newcomer(PHONE), sale)
    buy(phone)
    expect_mine(phone, "held")
    expect(overlay.locator(".deal-return")).to_be_visible()
    expect(overlay.locator(".ticker-line")).to_have_count(1)
    phone.locator(".pay-dock a").click()
    phone.locator("button[value=success]").click()
    expect(overlay.locator(".deal-word")).to_have_text(guest.words("overlay.sold_out"))
    inspect(overlay)


def is_transparent(png: bytes) -> bool:
    """Whether the first pixel lets the picture below through."""
    file = io.BytesIO(png)
    file.seek(8)
    packed = b""
    while head := file.read(8):
        length, kind = struct.unpack(">I4s", head)
        data = file.read(length + 4)[:-4]
        if kind == b"IHDR":
            colour = data[9]
        packed += data if kind == b"IDAT" else b""
    return colour == 6 and zlib.decompress(packed)[4] == 0


def test_double_escape_freezes_every_sale(operator: Visitor, api: APIRequestContext) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    desk = operator.page
    desk.goto(sale.page("control"))
    expect_stock(desk, left=5, held=0, paid=0)
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    inspect(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#on-air .tag.is-held")).to_be_visible()
