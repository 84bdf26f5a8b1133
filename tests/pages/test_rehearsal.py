"""A rehearsal from the button in set-up to its card: no screen of it can be taken for the real show."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import stage
from tests.pages.test_eyesight import flawless
from tests.pages.visitor import PHONE, Newcomer, Visitor

FRAME = ".rehearsal-frame"


def test_a_show_is_rehearsed_and_the_card_says_what_was_not_tried(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    page = operator.page
    page.goto(sale.page("setup"))
    page.locator(f"form[action='/shows/{sale.show}/rehearse'] .btn").click()
    page.wait_for_url("**/control")
    rehearsal = page.url.split("/")[-2]
    assert rehearsal != sale.show
    expect(page.locator("#rehearsal .banner")).to_contain_text(operator.words("rehearsal.banner"))
    expect(page.locator("#rehearsal")).to_contain_text(operator.words("rehearsal.send_later"))
    real = page.locator(f"a[href='/shows/{sale.show}/setup']")
    expect(real).to_be_visible()
    page.locator(".start-panel .btn.is-primary").click()
    page.locator("#ask-yes").click()
    expect(page.locator(".tally.is-rehearsal")).to_contain_text(operator.words("rehearsal.live"))
    page.locator("#rehearsal [data-open=crowd]").click()
    expect(page.locator(".crowd-form")).to_be_visible()
    flawless(page)
    page.locator(".crowd-form [data-dismiss]").click()
    page.locator("#next .take").click()
    expect(page.locator("#on-air")).to_have_attribute("data-state", "live")
    flawless(page)

    slug = api.get(f"/api/v1/shows/{rehearsal}").json()["slug"]
    viewer = newcomer(PHONE, "en", touch=True)
    viewer.page.goto(f"/watch/{slug}")
    told = viewer.page.locator(".viewer-body .banner.is-rehearsal")
    expect(told).to_contain_text(viewer.words("rehearsal.banner_viewer"))
    flawless(viewer.page)
    viewer.page.locator("#buy-form .buy").tap()
    viewer.page.locator("a[href*='/checkout']").tap()
    told = viewer.page.locator("#checkout .banner.is-rehearsal")
    expect(told).to_contain_text(viewer.words("rehearsal.banner_viewer"))
    flawless(viewer.page)

    assert api.post(f"/api/v1/shows/{rehearsal}/end").ok
    page.goto(f"/shows/{rehearsal}/rehearsal")
    expect(page.locator(".go-no-go.is-no-go")).to_contain_text(
        operator.words("rehearsal.card.no_go")
    )
    expect(page.locator(".go-no-go li").first).to_contain_text(
        operator.words("rehearsal.said.crowd.none")
    )
    expect(page.locator("#report:not([data-unsettled])")).to_be_visible(timeout=15_000)
    flawless(page)
    for screen in ("host", "setup", "summary", "acts"):
        page.goto(f"/shows/{rehearsal}/{screen}")
        expect(page.locator(FRAME)).to_be_attached()
        expect(real).to_have_count(0 if screen == "host" else 1)  # a host's tablet opens no set-up
    page.goto(sale.page("control"))
    expect(page.locator(FRAME)).to_have_count(0)
    page.goto("/")
    row = page.locator(".show-row", has=page.locator(f"a[href='/shows/{sale.show}/setup']"))
    expect(row.first).to_contain_text(operator.words("rehearsal.card.no_go"))
