"""States that a panel comes into seldom, and must not be left in: while it waits, when nothing comes, when somebody
else was faster, and while news comes in during a drag."""

import re

import pytest
from playwright.sync_api import APIRequestContext, Page, Route, expect

from tests.pages.house import House
from tests.pages.stage import Sale, add_item, on_air, post, stage
from tests.pages.test_eyesight import order
from tests.pages.visitor import LOCALES, PHONE, Newcomer, Visitor, inspect, sign_in, until


def room(visitor: Visitor, sale: Sale) -> Page:
    visitor.page.goto(sale.page("control"))
    expect(visitor.page.locator("html")).to_have_attribute("data-conn", "live")
    return visitor.page


def test_a_line_is_dragged_in_the_control_room_while_orders_come_in(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = on_air(api)
    for sku, title in (("A2", "盖毯"), ("A3", "台灯")):
        add_item(api, sale.show, sku, title, 26900)
    page = room(operator, sale)
    lines = page.locator("#rundown-list > li")
    expect(lines.last).to_contain_text("台灯")
    lines.last.locator("[data-grip]").hover()
    page.mouse.down()
    box = lines.nth(1).bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2 + 5, steps=4)
    page.mouse.move(box["x"] + 20, box["y"] + 4, steps=4)
    expect(lines.nth(1)).to_contain_text("台灯")
    order(api, sale, "one")
    expect(page.locator("#on-air")).to_have_attribute("data-left", "4")  # the line-up says so too
    expect(lines.nth(1)).to_contain_text("台灯")
    expect(lines.nth(1)).to_have_class(re.compile("is-dragged"))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("2")
    expect(lines.first.locator(".end")).to_contain_text("4")  # news that waited meanwhile
    expect(lines.nth(1)).to_contain_text("台灯")
    page.reload()
    expect(lines.nth(1)).to_contain_text("台灯")
    inspect(page)


def test_undo_is_one_tab_away_and_waits_while_it_has_the_focus(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = room(operator, on_air(api))
    page.clock.install()
    more = page.locator("#on-air [hx-post$='/restock']", has_text="+10")
    undo = page.locator(".toast button")
    more.focus()
    page.keyboard.press("Enter")
    expect(undo).to_be_visible()
    page.keyboard.press("Tab")
    expect(undo).to_be_focused()
    page.clock.fast_forward(20_000)
    expect(undo).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#on-air [hx-post$='/restock']", has_text="+20")).to_be_focused()
    page.keyboard.press("Tab")
    expect(undo).not_to_be_focused()  # once is enough
    page.clock.fast_forward(5_000)
    expect(page.locator(".toast")).to_have_count(0)

    more.focus()
    page.keyboard.press("Enter")
    expect(undo).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#on-air .big.is-left")).to_contain_text(re.compile(r"^15\D"))
    expect(more).to_be_focused()


@pytest.mark.parametrize("lang", LOCALES)
def test_a_dialog_says_that_nothing_came_and_asks_again(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    visitor = newcomer(lang=lang)
    visitor.provokes("503|ERR_FAILED|Failed to fetch")
    sign_in(visitor, house)
    page = room(visitor, on_air(api))
    page.route("**/chat-rules", lambda route: route.fulfill(status=503, body="away"))
    page.locator("[data-open=chat-rules]").click()
    body = page.locator("#chat-rules-body")
    expect(body).to_contain_text(visitor.words("common.unloaded"))
    expect(body).not_to_contain_text("away")  # a stranger's page
    expect(body.locator("[data-dismiss]")).to_be_visible()  # a phone has no Esc
    inspect(page)
    page.unroute("**/chat-rules")
    page.route("**/chat-rules", lambda route: route.abort())
    body.locator("[data-again]").click()
    expect(page.locator(".toast.is-error")).to_contain_text(visitor.words("common.no_answer"))
    expect(body).to_contain_text(visitor.words("common.unloaded_text"))
    page.unroute("**/chat-rules")
    body.locator("[data-again]").click()
    expect(page.locator("#chat-rules-form")).to_be_visible()
    expect(body).not_to_contain_text(visitor.words("common.unloaded"))


@pytest.mark.parametrize("lang", LOCALES)
def test_the_chat_settings_can_be_saved_from_anywhere_on_a_phone(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    sale = on_air(api)
    visitor = newcomer(PHONE, lang, touch=True)
    visitor.provokes("412")
    sign_in(visitor, house)
    page = room(visitor, sale)
    page.locator("[data-open=chat-rules]").tap()
    save = page.locator("#chat-rules-form .stays > .acts .is-primary")
    expect(save).to_be_in_viewport(ratio=1)
    # nothing of the form is seen below the bar
    edges = """() => ["#chat-rules", "#chat-rules-form > .stays"].map((one) => document.querySelector(one).getBoundingClientRect().bottom)"""
    dialog, bar = page.evaluate(edges)
    assert abs(dialog - bar) < 1
    page.locator("#blocked-words").fill("代购")
    rules = f"/api/v1/shows/{sale.show}/chat-rules"
    try:
        assert api.put(rules, data={"slow_s": 5}).ok
        save.tap()
        changed = page.locator("#rules-changed")
        expect(changed).to_contain_text(visitor.words("changed.rules_text"))
        for choice in changed.get_by_role("button").all():
            expect(choice).to_be_in_viewport(ratio=1)
        inspect(page)
    finally:
        loose = {"premoderation": False, "links_off": False, "blocked": [], "slow_s": 0}
        assert api.put(rules, data=loose).ok


def test_the_preview_of_the_overlay_takes_no_key_from_its_dialog(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = operator.page
    page.goto(stage(api).page("setup"))
    page.locator("[data-open=overlay-options]").first.click()
    dialog = page.locator("#overlay-options")
    expect(dialog.locator("input[name=size]:checked")).to_be_focused()
    expect(page.frame_locator("#overlay-preview").locator("#overlay-card .deal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_pasted_line_up_says_how_many_lines_are_to_be_looked_at_again(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = operator.page
    show = post(api, "/shows", {"title": "贴一段"})["id"]
    page.goto(f"/shows/{show}/setup")
    page.locator(".lineup-bar [data-open=paste]").click()
    page.locator("#paste-text").fill("马克杯 159/79 x50\n盖毯 169 x40\n杯 9 x0")
    expect(page.locator(".pasted .banner.is-warn")).to_have_text(
        operator.words("again.doubted", n=1)
    )
    expect(page.locator(".pasted .banner.is-fail")).to_contain_text("3")
    doubt = page.locator(".pasted .is-doubt td")
    icon, line = doubt.locator(".icon").bounding_box(), doubt.bounding_box()
    assert icon
    assert line
    assert line["height"] < 2 * icon["height"] + 10, "its sign and its sentence stand on one line"
    inspect(page)


def test_what_somebody_else_changed_is_said_across_a_phone(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = stage(api)
    visitor = newcomer(PHONE, "en", touch=True)
    sign_in(visitor, house)
    page = visitor.page
    page.goto(f"{sale.page('setup')}?item={sale.item}&edit={sale.item}")
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    page.fill("#edit-price", "88")
    assert api.patch(f"/api/v1/items/{sale.item}", data={"list_price": 15800}).ok
    news = page.locator("#setup-changed")
    expect(news).to_contain_text(visitor.words("setup.news", who="tests"))
    box = news.bounding_box()
    assert box
    assert box["width"] > 340
    assert box["x"] + box["width"] <= PHONE["width"]
    inspect(page)


@pytest.mark.parametrize("lang", LOCALES)
def test_a_rehearsal_is_started_as_one(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    sale = stage(api)
    rehearsal = post(api, f"/shows/{sale.show}/rehearse")["id"]
    visitor = newcomer(lang=lang)
    sign_in(visitor, house)
    page = visitor.page
    for path, word in ((rehearsal, "rehearsal.start"), (sale.show, "shows.start")):
        page.goto(f"/shows/{path}/control")
        page.locator(".start-panel .btn.is-primary").click()
        expect(page.locator("#ask-yes")).to_have_text(visitor.words(word))
        page.goto(f"/shows/{path}/setup")
        expect(page.locator("form[action$='/start'] .btn")).to_contain_text(visitor.words(word))


def test_a_page_on_its_way_takes_nothing_from_whoever_begins_to_type(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale = stage(api)
    operator.provokes("412")
    page = operator.page
    page.goto(sale.page("setup"))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    held: list[Route] = []
    free = False

    def hold(route: Route) -> None:
        if free:
            route.continue_()
        else:
            held.append(route)

    page.route("**/setup", hold)
    assert api.patch(f"/api/v1/items/{sale.item}", data={"title": "别人的名字"}).ok
    while not held:  # pytest's own patience ends it
        page.wait_for_timeout(50)
    page.locator("[data-cell=stock]").click()
    page.keyboard.type("77")
    page.evaluate(
        "document.addEventListener('htmx:finally:request', () => { window.came = true; })"
    )
    free = True
    held.pop().continue_()
    until(page, "window.came")
    expect(page.locator(".cell-input")).to_have_value("77")
    page.keyboard.press("Enter")
    expect(page.locator(".cell-error")).to_be_visible()  # the line was changed meanwhile
    page.keyboard.press("Enter")
    expect(page.locator("[data-cell=stock]")).to_have_text("77")
    expect(page.locator("[data-cell=title]")).to_have_text("别人的名字")
