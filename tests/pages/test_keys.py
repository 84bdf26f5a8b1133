"""The operator's hands: every act by a key, keys of one's own, and three seconds to take a thing back."""

import re

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.visitor import Visitor, inspect

TITLES = ("杯", "毯", "灯")


def drafts(api: APIRequestContext) -> tuple[str, list[str]]:
    """A live show with three sales to push: its id, and theirs."""
    show = api.post("/api/v1/shows", data={"title": "手"}).json()["id"]
    offers = []
    for n, title in enumerate(TITLES):
        item = {"sku": f"K{n}", "title": title, "list_price": 9900, "stock": 10}
        made = api.post(f"/api/v1/shows/{show}/items", data=item).json()
        sale = {
            "item_id": made["id"], "price": 5900, "quantity": 5, "per_buyer_limit": 1,
            "duration_s": 600,
        }  # fmt: skip
        offers.append(api.post(f"/api/v1/shows/{show}/offers", data=sale).json()["id"])
    assert api.post(f"/api/v1/shows/{show}/start").ok
    return show, offers


def enter(operator: Visitor, show: str) -> Page:
    page = operator.page
    page.goto(f"/shows/{show}/control")
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    return page


def test_what_comes_next_is_picked_by_keys_and_taken_back(
    operator: Visitor, api: APIRequestContext
) -> None:
    show, _ = drafts(api)
    page = enter(operator, show)
    ready, toast = page.locator("#next .name"), page.locator(".toast")
    deal = f"{operator.words('offers.n_units', n=5)} · {operator.words('offers.at_most', n=1)}"
    expect(page.locator("#next .deal")).to_contain_text(
        re.compile(r"\s*·\s*".join(deal.split(" · ")))
    )
    for key, title in (("F10", "毯"), ("F10", "灯"), ("F9", "毯"), ("1", "杯"), ("3", "灯")):
        page.keyboard.press(key)
        expect(ready).to_have_text(title)
        expect(toast).to_contain_text(operator.words("offers.done.next", title=title))
    inspect(page)
    toast.get_by_role("button").click()
    expect(ready).to_have_text("杯")
    operator.provokes("409")
    page.keyboard.press("9")
    expect(toast).to_contain_text(operator.words("errors.no_draft"))
    page.locator("#cue-text").focus()
    page.keyboard.type("2")
    expect(ready).to_have_text("杯")
    page.keyboard.press("Escape")
    page.keyboard.press("F10")
    expect(ready).to_have_text("毯")
    page.keyboard.press("F12")
    expect(page.locator("#on-air h2, #on-air .name").first).to_be_visible()
    expect(page.locator("#rundown-list .is-current")).to_contain_text("毯")
    expect(ready).to_have_text("灯")
    expect(toast).to_contain_text(operator.words("offers.done.push", title="毯"))
    toast.get_by_role("button").click()  # the wrong one
    expect(ready).to_have_text("毯")
    expect(page.locator("#rundown-list .is-current")).to_have_count(0)
    expect(toast).to_contain_text(operator.words("offers.done.taken_back"))


def test_what_comes_next_is_picked_in_its_line(operator: Visitor, api: APIRequestContext) -> None:
    show, _ = drafts(api)
    page = enter(operator, show)
    line = page.locator("#rundown-list li", has_text="灯")
    line.hover()
    inspect(page)
    line.get_by_role("button", name=operator.words("offers.set_next")).click()
    expect(page.locator("#next .name")).to_have_text("灯")
    expect(page.locator("#rundown-list li.is-next")).to_contain_text(
        operator.words("offers.chosen")
    )


def test_a_pause_is_taken_back_and_so_is_the_panic_key(
    operator: Visitor, api: APIRequestContext
) -> None:
    show, (one, two, _) = drafts(api)
    for offer in (one, two):
        assert api.post(f"/api/v1/offers/{offer}/push").ok
    page = enter(operator, show)
    toast = page.locator(".toast")
    page.locator("#on-air").get_by_role("button", name=operator.words("offers.pause")).click()
    expect(toast).to_contain_text(operator.words("offers.done.pause", title="毯"))
    toast.get_by_role("button").click()
    expect(page.locator("#on-air .tag.is-onair")).to_be_visible()
    assert api.post(f"/api/v1/offers/{one}/pause").ok
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(toast).to_contain_text(operator.words("shows.frozen", n=1, titles="毯"))
    toast.get_by_role("button").click()
    expect(toast).to_contain_text(operator.words("offers.done.resume", title="毯"))
    states = [api.get(f"/api/v1/offers/{offer}").json()["state"] for offer in (one, two)]
    assert states == ["paused", "open"], "what stood still before still does"


def test_a_device_may_have_keys_of_its_own(operator: Visitor, api: APIRequestContext) -> None:
    show, _ = drafts(api)
    page = enter(operator, show)
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    expect(sheet).to_be_visible()
    inspect(page)
    line = sheet.locator("[data-shortcut=next_on]")
    for key, said in (("p", "is_used"), ("1", "is_fixed"), ("n", "is_done")):
        line.locator("[data-keys-change]").click()
        expect(sheet.locator("[data-keys-said]")).to_have_text(operator.words("keys.press"))
        page.keyboard.press(key)
        words = operator.words(f"keys.{said}", cap=key.upper(), act=operator.words("keys.pin"))
        expect(sheet.locator("[data-keys-said]")).to_have_text(words)
    inspect(page)
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    page.keyboard.press("F10")
    page.keyboard.press("n")
    expect(page.locator("#next .name")).to_have_text("毯")
    page.keyboard.press("?")
    expect(line.locator("kbd")).to_have_text("N")
    sheet.locator("[data-keys-reset]").click()
    expect(line.locator("kbd")).to_have_text("F10")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("F10")
    expect(page.locator("#next .name")).to_have_text("灯")


def test_of_a_closed_sale_no_stock_is_asked_for(operator: Visitor, api: APIRequestContext) -> None:
    show, (one, *_) = drafts(api)
    for verb in ("push", "close"):
        assert api.post(f"/api/v1/offers/{one}/{verb}").ok
    page = enter(operator, show)
    expect(page.locator("#on-air")).to_have_attribute("data-sale-state", "closed")
    page.keyboard.press("+")
    expect(page.locator(".toast")).to_contain_text(operator.words("offers.closed_stock"))
    expect(page.locator("#restock")).to_be_hidden()


def test_a_sale_is_paused_resumed_and_ended_by_keys(
    operator: Visitor, api: APIRequestContext
) -> None:
    show, (one, *_) = drafts(api)
    assert api.post(f"/api/v1/offers/{one}/push").ok
    page = enter(operator, show)
    on_air = page.locator("#on-air")
    for state in ("paused", "open"):
        expect(page.locator(".is-busy")).to_have_count(0)
        page.keyboard.press("k")
        expect(on_air).to_have_attribute("data-sale-state", state)
    page.keyboard.press("e")
    expect(page.locator("#ask")).to_be_visible()
    expect(on_air).to_have_attribute("data-sale-state", "open")
    page.locator("#ask-yes").press("Enter")
    expect(on_air).to_have_attribute("data-sale-state", "closed")
    page.keyboard.press("?")
    for act in ("pause", "end"):
        line = page.locator(f"#keys [data-shortcut={act}]")
        expect(line).to_contain_text(operator.words(f"keys.{act}"))
        expect(line.locator("[data-keys-change]")).to_be_visible()
    inspect(page)


def test_after_end_it_and_push_the_focus_is_not_on_ending_the_new_sale(
    operator: Visitor, api: APIRequestContext
) -> None:
    show, (one, two, _) = drafts(api)
    assert api.post(f"/api/v1/offers/{one}/push").ok
    page = enter(operator, show)
    on_air = page.locator("#on-air")
    expect(page.locator("#next .name")).to_have_text("毯")
    page.locator("[data-act=end]").focus()
    page.keyboard.press("F12")
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#ask-yes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(on_air).to_have_attribute("data-offer", two)
    expect(on_air).to_be_focused()


def test_after_a_push_by_its_button_the_focus_is_not_on_pushing_the_next_one(
    operator: Visitor, api: APIRequestContext
) -> None:
    show, (one, *_) = drafts(api)
    page = enter(operator, show)
    expect(page.locator("#next .name")).to_be_visible()
    page.locator("#take").focus()
    page.keyboard.press("Enter")
    on_air = page.locator("#on-air")
    expect(on_air).to_have_attribute("data-offer", one)
    expect(page.locator("#next .name")).to_have_text("毯")
    expect(on_air).to_be_focused()
