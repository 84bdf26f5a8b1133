"""The overlay in OBS and the host's tablet are connected to the real show, and go over to its rehearsal by themselves."""

import re

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.stage import Sale, get, post, stage
from tests.pages.test_blocked import Wall, expect_polls
from tests.pages.visitor import HOST, OVERLAY, Newcomer, inspect

BADGE = ".overlay-rehearsal"
REHEARSED = ".tally.is-rehearsal"


def rehearsed(api: APIRequestContext, sale: Sale) -> str:
    """A rehearsal that is on air."""
    rehearsal: str = post(api, f"/shows/{sale.show}/rehearse")["id"]
    post(api, f"/shows/{rehearsal}/start")
    return rehearsal


def push(api: APIRequestContext, show: str) -> None:
    post(api, f"/shows/{show}/take")


def overlay_of(newcomer: Newcomer, api: APIRequestContext, sale: Sale) -> Page:
    visitor = newcomer(OVERLAY)
    visitor.provokes("WebSocket|htmx:ws:error|401")
    visitor.page.goto(get(api, f"/shows/{sale.show}/overlay")["url"] + "&theme=paper&lang=en")
    return visitor.page


def tablet_of(newcomer: Newcomer, api: APIRequestContext, sale: Sale) -> Page:
    visitor = newcomer(HOST, touch=True)
    visitor.provokes("WebSocket|htmx:ws:error|401")
    page = visitor.page
    page.goto(post(api, f"/shows/{sale.show}/host-links")["url"])
    page.locator("form .btn.is-primary").tap()
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    return page


def test_both_screens_take_part_in_a_rehearsal_and_come_back(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    overlay, host = overlay_of(newcomer, api, sale), tablet_of(newcomer, api, sale)
    expect(host.locator("#host-bar .tally")).to_be_visible()
    rehearsal = rehearsed(api, sale)
    expect(overlay.locator(BADGE)).to_be_visible()
    expect(host.locator(REHEARSED)).to_be_visible()
    inspect(host)
    push(api, rehearsal)
    overlay.reload()  # as a change of scene does
    for _ in range(2):
        expect(overlay.locator(".deal-name")).to_have_text(sale.title)
        expect(overlay.locator(BADGE)).to_be_visible()
    assert "theme=paper" in overlay.url
    assert sale.show in overlay.url
    post(api, f"/shows/{rehearsal}/cues", {"text": "看镜头"})
    host.locator("#ack").tap()
    expect(host.locator("#host-cue")).to_have_class(re.compile("is-quiet"))

    post(api, f"/shows/{rehearsal}/end")
    for page, mark in ((overlay, BADGE), (host, REHEARSED)):
        expect(page.locator(mark)).to_have_count(0)
    expect(overlay.locator(".deal-name")).to_have_count(0)
    sale.start()
    sale.push()
    expect(overlay.locator(".deal-name")).to_have_text(sale.title)
    expect(host.locator(".host-name")).to_have_text(sale.title)
    assert rehearsal not in host.url


def test_the_real_show_takes_its_screens_back_when_it_starts(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api, quantity=7)
    overlay, host = overlay_of(newcomer, api, sale), tablet_of(newcomer, api, sale)
    push(api, rehearsed(api, sale))
    expect(overlay.locator(BADGE)).to_be_visible()
    expect(host.locator(REHEARSED)).to_be_visible()
    sale.start()  # while the rehearsal is still on
    expect(overlay.locator(BADGE)).to_have_count(0)
    expect(host.locator(REHEARSED)).to_have_count(0)
    expect(overlay.locator(".deal-name")).to_have_count(0)
    sale.push()
    expect(overlay.locator(".deal-left b")).to_have_text("7")
    expect(host.locator(".host-name")).to_have_text(sale.title)


def test_an_overlay_without_sockets_goes_over_too(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    overlay = overlay_of(newcomer, api, sale)
    Wall(overlay, "refused")
    overlay.reload()
    expect_polls(overlay)
    push(api, rehearsed(api, sale))
    expect(overlay.locator(BADGE)).to_be_visible()
    expect(overlay.locator(".deal-name")).to_have_text(sale.title)
