"""The viewer's page beside the sale: names, outcomes, the picture, who counts as present, states of the show."""

import re

from playwright.sync_api import APIRequestContext, Page, Route, expect

from tests.pages.stage import add_offer, get, post, stage
from tests.pages.test_sale import buy, expect_mine, watch
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect


def test_a_viewer_takes_a_name_and_keeps_what_they_bought(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    speaker, reader = newcomer(PHONE), newcomer(PHONE, "en")
    page, other = watch(speaker, sale), watch(reader, sale)
    buy(page)
    expect_mine(page, "held")
    say(page, "我来了")
    expect(other.locator("#watch-comments")).to_contain_text(re.compile(r"Viewer [0-9A-Z]{4}"))
    page.locator("#name-open").click()
    inspect(page)
    page.fill("#name-text", "王小明")
    page.keyboard.press("Enter")
    expect(page.locator("#name-open")).to_have_attribute("title", "王小明")
    expect(page.locator("#say-form")).to_be_visible()
    say(page, "有货吗")
    expect(other.locator("#watch-comments")).to_contain_text("王小明")
    page.reload()
    expect(page.locator("#name-open")).to_have_attribute("title", "王小明")
    expect_mine(page, "held")
    inspect(page)


def test_a_picture_that_does_not_load_looks_like_none_also_when_it_is_drawn_again(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    for visitor, path, place in (
        (newcomer(PHONE), sale.watch, "#watch-offer"),
        (operator, sale.page("control"), "#on-air"),
    ):
        visitor.provokes("Failed to load resource")
        page = visitor.page
        page.route("**/flask.svg", lambda route: route.abort())
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-conn", "live")
        if place == "#watch-offer":
            sale.push()  # now the picture is swapped in
        thumb = page.locator(f"{place} .thumb")
        for stock in (1, 2):
            expect(thumb.locator("img")).to_be_hidden()
            expect(thumb.locator(".icon")).to_be_visible()
            post(api, f"/offers/{sale.offer}/restock", {"delta": stock})
            expect(page.locator(place)).to_contain_text(str(sale.numbers()["left"]))
        inspect(page)


def say(page: Page, text: str) -> None:
    page.fill("#say-text", text)
    page.press("#say-text", "Enter")
    expect(page.locator("#say-text")).to_have_value("")


def test_too_fast_is_said_for_as_long_as_it_is_true(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    viewer = newcomer(PHONE)
    viewer.provokes("429")
    page = watch(viewer, sale)
    page.route("**/comments", lambda route: route.fulfill(status=429, headers={"Retry-After": "1"}))
    page.fill("#say-text", "快")
    page.press("#say-text", "Enter")
    said = page.locator("#say-form .say-error")
    expect(said).to_have_text(viewer.words("watch.say_too_fast"))
    expect(page.locator("#say-text")).to_have_value("快")
    expect(said).to_be_hidden()


def test_slow_mode_says_for_how_long_and_counts(newcomer: Newcomer, api: APIRequestContext) -> None:
    sale = stage(api)
    sale.start()
    assert api.put(f"/api/v1/shows/{sale.show}/chat-rules", data={"slow_s": 60}).ok
    viewer = newcomer(PHONE)
    viewer.provokes("429")
    page = watch(viewer, sale)
    say(page, "第一句")
    page.fill("#say-text", "第二句")
    page.press("#say-text", "Enter")
    said = page.locator("#say-form .say-error")
    expect(said).to_contain_text(re.compile(r"\d+"))
    first = said.inner_text()
    expect(said).not_to_have_text(first)
    expect(said).to_contain_text(re.compile(r"\d+"))
    expect(page.locator("#say-text")).to_have_value("第二句")


def test_what_came_of_an_order_gives_way_and_what_is_paid_stays(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=9, per_buyer_limit=9)
    second = add_offer(
        api, sale.show, sale.item,
        price=5900, quantity=5, per_buyer_limit=2, duration_s=600, hold_s=300,
    )  # fmt: skip
    sale.start()
    sale.push()
    page = watch(newcomer(PHONE), sale)
    over = page.locator("#my-order .is-over")
    give_up(page)
    expect(over).to_be_visible()
    inspect(page)
    page.locator("#my-order .icon-close").click()
    expect(over).to_be_hidden()
    page.reload()
    expect(page.locator("[data-buy]")).to_be_enabled()
    expect(over).to_be_hidden()
    give_up(page)
    expect(over).to_be_visible()
    post(api, f"/offers/{second['id']}/push")
    expect(over).to_be_hidden()  # a newer sale is the news

    buy(page)
    page.locator(".pay-dock a").click()
    page.locator("button[value=success]").click()
    page.locator(".checkout-foot a").click()
    expect(page.locator("#my-order .is-paid")).to_be_visible()
    expect(page.locator("#my-order .icon-close")).to_have_count(0)


def give_up(page: Page) -> None:
    buy(page)
    expect_mine(page, "held")
    page.locator("[formaction$='/cancel']").click()
    expect_mine(page, "cancelled")


def test_whoever_pays_still_counts_as_watching(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    sale.push()
    page = watch(newcomer(PHONE), sale)
    expect(page.locator("#watch-top .chip-glass .is-online")).to_have_text(
        "1"
    )  # from the first sight
    buy(page)
    page.locator(".pay-dock a").click()
    with page.expect_websocket() as attended:
        page.reload()
    assert f"/shows/{sale.show}/stream" in attended.value.url
    for _ in range(100):  # its socket is open a little before it is counted
        if get(api, f"/shows/{sale.show}/tally")["viewers"]:
            break
        page.wait_for_timeout(50)
    assert get(api, f"/shows/{sale.show}/tally")["viewers"] == 1
    order = page.url.split("/")[-2]
    post(api, f"/orders/{order}/cancel")  # by the shop: the page hears of it
    expect(page.locator(".checkout-body")).to_have_attribute("data-state", "cancelled")
    inspect(page)


def test_before_and_after_the_show_the_page_says_what_is_so(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    viewer = newcomer(PHONE)
    page = watch(viewer, sale)
    picture, offer = page.locator("#watch-picture"), page.locator("#watch-offer")
    expect(picture).to_contain_text(viewer.words("watch.no_video_yet"))
    expect(picture.locator(".still")).to_have_text("周日好物场")
    expect(page.locator(".studio")).to_be_hidden()  # nobody stands in for the host of a real show
    expect(offer).to_contain_text(viewer.words("watch.no_start_text"))
    expect(offer.locator("time")).to_have_count(0)
    expect(page.locator("[data-note]")).to_have_text(viewer.words("watch.planned_note"))
    inspect(page)
    sale.start()
    expect(picture).to_contain_text(viewer.words("watch.picture_none"))
    post(api, f"/shows/{sale.show}/end")
    expect(picture).to_contain_text(viewer.words("watch.picture_ended"))
    inspect(page)

    timed = post(api, "/shows", {"title": "跨年", "starts_at": "2099-12-31T12:00:00Z"})
    page.goto(f"/watch/{timed['slug']}")
    expect(offer.locator("time.starts")).to_be_visible()
    expect(offer).to_contain_text(viewer.words("watch.planned_text"))


def test_a_picture_that_cannot_be_played_says_so_and_asks_no_more(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    viewer = newcomer(PHONE)
    page, asked = viewer.page, []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=b"no film", content_type="text/plain")

    page.route("**/film.mp4", answer)
    sale = stage(api, stream_url="https://media.example/film.mp4")
    sale.start()
    sale.push()
    page.goto(sale.watch)
    failed = page.locator("#watch-picture .when-failed")
    expect(failed).to_contain_text(viewer.words("watch.picture_failed"))
    expect(failed).to_be_visible()
    expect(page.locator("[data-buy]")).to_be_enabled()
    inspect(page)
    before = len(asked)
    page.locator("[data-picture-again]").click()
    expect(failed).to_be_visible()
    assert len(asked) > before


def test_a_paused_sale_says_how_long_it_will_go_on(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, duration_s=3000)
    sale.start()
    sale.push()
    viewer = newcomer(PHONE)
    phone, desk = watch(viewer, sale), operator.page
    rest = re.compile(r"\b(50:00|49:\d\d)\b")
    post(api, f"/offers/{sale.offer}/pause")
    expect(phone.locator("#watch-offer .supply")).to_contain_text(rest)
    desk.goto(sale.page("control"))
    expect(desk.locator("#on-air .offer-timer")).to_contain_text(rest)
    desk.goto(sale.page("host"))
    expect(desk.locator("#host-current .time")).to_have_text(rest)
    desk.goto(sale.page("setup"))
    desk.goto(desk.locator("#address-overlay").input_value())
    expect(desk.locator(".deal-tab")).to_contain_text(rest)


# Texts of the picture that lie over one another.
OVERLAPS = """() => {
  const leaf = (el) => !el.matches("#watch-top *") || !el.querySelector("*:not(.icon, .visually-hidden)");
  const seen = [...document.querySelectorAll("#watch-top *, .still b, .video-say p, .when-lost")]
    .filter((el) => el.checkVisibility() && el.innerText?.trim() && leaf(el))
    .map((el) => [el.innerText.slice(0, 20), el.getBoundingClientRect()]);
  return seen.flatMap(([one, a], n) => seen.slice(n + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom)
    .map(([other]) => `${one} / ${other}`));
}"""


def test_nothing_that_is_said_lies_over_the_name_of_the_show(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, title="周五晚上九点的好物场，全场包邮")
    sale.start()
    sale.push()
    page = watch(newcomer(PHONE), sale)
    assert page.evaluate(OVERLAPS) == []
    long = "这个杯子真的很好用，我妈和我姐一人一个，冬天早上灌的水到下午还是烫的，放心买"
    token = post(api, "/viewers", {"display_name": "小陈"})["token"]
    said = api.post(
        f"/api/v1/shows/{sale.show}/comments",
        data={"text": long},
        headers={"Authorization": f"Bearer {token}"},
    )
    post(api, f"/shows/{sale.show}/comments/{said.json()['id']}/pin")
    expect(page.locator("#say-pinned")).to_be_visible()
    say(page, long + long)
    expect(page.locator("#own-say p")).to_have_count(1)
    assert page.evaluate(OVERLAPS) == []
    buy(page)
    expect_mine(page, "held")
    assert page.evaluate(OVERLAPS) == []
    inspect(page)
    page.context.set_offline(offline=True)
    expect(page.locator("#net")).to_be_visible(timeout=30_000)
    assert page.evaluate(OVERLAPS) == []
