from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import get, stage
from tests.pages.test_sale import watch
from tests.pages.visitor import PHONE, Newcomer


def test_what_waits_for_an_approval_is_seen_by_who_said_it_and_then_by_all(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    rules = f"/api/v1/shows/{sale.show}/chat-rules"
    assert api.put(rules, data={"premoderation": True}).ok
    visitor = newcomer(PHONE)
    visitor.provokes("409")
    phone = watch(visitor, sale)
    other = watch(newcomer(PHONE), sale)
    phone.fill("#say-text", "有蓝色吗")
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-own")).to_contain_text("有蓝色吗")
    expect(phone.locator("#say-own")).to_contain_text(visitor.words("watch.say_held"))
    expect(other.locator("#watch-comments p")).to_have_count(0)
    comment = phone.locator("#say-own p").get_attribute("data-comment")
    assert api.post(f"/api/v1/shows/{sale.show}/comments/{comment}/show").ok
    for screen in (phone, other):
        expect(screen.locator("#watch-comments")).to_contain_text("有蓝色吗")
    expect(phone.locator("#say-own p")).to_have_count(0)
    assert api.put(rules, data={"premoderation": False, "links_off": True}).ok
    phone.fill("#say-text", "看 abc.com")
    phone.press("#say-text", "Enter")
    expect(phone.locator("#say-form .say-error")).to_have_text(visitor.words("errors.links_off"))
    expect(phone.locator("#say-text")).to_have_value("看 abc.com")
    assert get(api, f"/shows/{sale.show}/tally")["comments"] == 1
