"""The overlay in the browser: what an address may ask for, OBS's ways, and set-up's preview and renewal."""

import re
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, ViewportSize, expect

from tests.pages.stage import Sale, get, post, stage
from tests.pages.visitor import OVERLAY, Newcomer, Visitor, axe_source

PORTRAIT: ViewportSize = {"width": 1080, "height": 1920}
THEMES = ("dark", "light", "contrast")
FLAWS = """async () => {
  const told = await axe.run(document, { resultTypes: ["violations"] });
  return told.violations.map((one) => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`);
}"""
RUNNING = "document.getAnimations().map((one) => one.effect.target.className)"
# What OBS does to a source that no scene shows.
HIDE = """() => {
  Object.defineProperty(document, "hidden", { get: () => true });
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def flaws(page: Page) -> list[str]:
    """Whatever axe finds, however small."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found: list[str] = page.evaluate(FLAWS)
    return found


def address_of(sale: Sale) -> str:
    return str(get(sale.api, f"/shows/{sale.show}/overlay")["url"])


def say(api: APIRequestContext, sale: Sale, name: str, text: str) -> str:
    """A viewer's comment; its id."""
    viewer = post(api, "/viewers", {"display_name": name})
    headers = {"Authorization": f"Bearer {viewer['token']}"}
    answer = api.post(f"/api/v1/shows/{sale.show}/comments", data={"text": text}, headers=headers)
    told: dict[str, Any] = answer.json()
    return str(told["id"])


@pytest.mark.parametrize("size", [OVERLAY, PORTRAIT], ids=["landscape", "portrait"])
def test_what_the_address_asks_for_is_in_the_picture(
    newcomer: Newcomer, api: APIRequestContext, size: ViewportSize
) -> None:
    sale = stage(api)
    api.put(f"/api/v1/shows/{sale.show}/words", data={"words": ["红色", "蓝色"]})
    sale.start()
    sale.push()
    guest = newcomer(size, "en")
    page = guest.page
    page.goto(f"{address_of(sale)}&lang=zh&theme=light&votes=1&qr=1")
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    expect(page.locator(".deal-tab .kind")).to_have_text("秒杀")
    say(api, sale, "甲", "红色")
    say(api, sale, "乙", "红色好看")
    pinned = say(api, sale, "丙", "这款用了半年")
    post(api, f"/shows/{sale.show}/comments/{pinned}/pin")
    expect(page.locator(".pinned")).to_contain_text("这款用了半年")
    red, blue = page.locator(".vote").nth(0), page.locator(".vote").nth(1)
    expect(red).to_have_text(re.compile(r"红色\s*2\s*100%"))
    expect(blue).to_have_text(re.compile(r"蓝色\s*0\s*0%"))
    boxes = [page.locator(name).bounding_box() for name in (".scan", ".votes", ".pinned", ".deal")]
    for place, one in enumerate(boxes):
        assert one
        assert 0 <= one["x"] <= one["x"] + one["width"] <= size["width"]
        assert 0 <= one["y"] <= one["y"] + one["height"] <= size["height"]
        for other in boxes[place + 1 :]:
            assert other
            assert (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
    for theme in THEMES:
        page.evaluate("(theme) => document.body.setAttribute('data-look', theme)", theme)
        assert flaws(page) == []
    post(api, f"/shows/{sale.show}/comments/unpin")
    expect(page.locator(".pinned")).to_have_count(0)


def test_without_being_asked_it_is_the_card_alone(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    api.put(f"/api/v1/shows/{sale.show}/words", data={"words": ["红色"]})
    sale.start()
    sale.push()
    page = newcomer(OVERLAY).page
    page.goto(address_of(sale))
    expect(page.locator(".deal")).to_be_visible()
    say(api, sale, "甲", "红色")
    post(api, f"/offers/{sale.offer}/restock", {"delta": 3})
    expect(page.locator(".deal-left b")).to_have_text("8")
    expect(page.locator(".votes, .scan")).to_have_count(0)
    assert flaws(page) == []


def test_a_rule_of_ones_own_wins_over_every_theme(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    page = newcomer(OVERLAY).page
    page.goto(f"{address_of(stage(api))}&preview=1&theme=light")
    bar = page.locator(".deal .bar-left")
    page.evaluate(
        """() => {
          const own = new CSSStyleSheet();
          own.replaceSync("body { --overlay-bar: rgb(1, 2, 3); --overlay-scale: 2; }");
          document.adoptedStyleSheets = [own];
        }"""
    )
    expect(bar).to_have_css("fill", "rgb(1, 2, 3)")
    width = page.locator(".deal").bounding_box()
    assert width
    assert round(width["width"]) == 2 * 760


def test_what_is_there_when_a_scene_comes_back_does_not_enter_again(
    newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale = stage(api)
    sale.start()
    page = newcomer(OVERLAY).page
    page.emulate_media(reduced_motion="no-preference")
    page.goto(address_of(sale))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    page.evaluate(
        """() => {
          window.entered = [];
          const animate = Element.prototype.animate;
          Element.prototype.animate = function (...all) { window.entered.push(this.className); return animate.apply(this, all); };
        }"""
    )
    sale.push()
    expect(page.locator(".deal")).to_be_visible()
    assert sorted(page.evaluate("window.entered")) == ["deal", "deal-tab num"]
    page.add_init_script(
        """window.entered = [];
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...all) { window.entered.push(this.className); return animate.apply(this, all); };"""
    )
    page.reload()
    expect(page.locator(".deal")).to_be_visible()
    assert page.evaluate(RUNNING) == []
    post(api, f"/offers/{sale.offer}/restock", {"delta": 3})
    expect(page.locator(".deal-left b")).to_have_text("8")
    assert page.evaluate("window.entered") == []


def test_a_source_that_no_scene_shows_keeps_up(newcomer: Newcomer, api: APIRequestContext) -> None:
    sale = stage(api)
    sale.start()
    page = newcomer(OVERLAY).page
    page.goto(address_of(sale))
    expect(page.locator("html")).to_have_attribute("data-conn", "live")
    page.evaluate(HIDE)
    sale.push()
    expect(page.locator(".deal-left b")).to_have_text("5")
    post(api, f"/offers/{sale.offer}/close")
    expect(page.locator(".deal")).to_have_count(0)


def test_set_up_shows_the_overlay_and_builds_its_address(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, page = stage(api), operator.page
    page.goto(sale.page("setup"))
    opener = page.get_by_role("button", name=operator.words("setup.overlay.open"))
    opener.focus()
    page.keyboard.press("Enter")
    preview = page.frame_locator("#overlay-preview")
    expect(preview.locator(".deal-name")).to_have_text(sale.title)
    expect(preview.locator(".scan")).to_have_count(0)
    assert flaws(page) == []
    page.get_by_label(operator.words("setup.overlay.theme")).select_option("contrast")
    page.get_by_label(operator.words("setup.overlay.lang")).select_option("en")
    page.locator("input[name=votes]").check()
    page.locator("input[name=qr]").check()
    page.locator("input[value=landscape]").focus()
    page.keyboard.press("ArrowRight")
    expect(preview.locator("body")).to_have_attribute("data-look", "contrast")
    expect(preview.locator(".scan")).to_contain_text("Scan to buy")
    expect(preview.locator(".vote")).to_have_count(3)
    expect(page.locator("#overlay-size-hint")).to_contain_text("1080×1920")
    assert flaws(page) == []
    built = page.locator("#overlay-built").input_value()
    assert built == f"{address_of(sale)}&lang=en&theme=contrast&votes=1&qr=1"
    expect(page.locator("#address-overlay")).to_have_value(built)
    tally = get(api, f"/shows/{sale.show}/tally")
    assert (tally["pages"]["overlay"], tally["viewers"]) == (0, 0)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.reload()
    expect(page.locator("#address-overlay")).to_have_value(built)


def test_a_new_address_ends_the_overlays_at_the_old_one(
    operator: Visitor, newcomer: Newcomer, api: APIRequestContext
) -> None:
    sale, page = stage(api), operator.page
    sale.start()
    sale.push()
    guest = newcomer(OVERLAY)
    guest.provokes("404")
    overlay = guest.page
    overlay.goto(address_of(sale))
    expect(overlay.locator("html")).to_have_attribute("data-conn", "live")
    page.goto(sale.page("setup"))
    before = page.locator("#address-overlay").input_value()
    name = operator.words(
        "common.of", what=operator.words("setup.renew"), of=operator.words("setup.address.overlay")
    )
    page.get_by_role("button", name=name).click()
    assert flaws(page) == []
    page.locator("#ask-yes").click()
    expect(page.locator(".toast")).to_contain_text(operator.words("setup.said.overlay"))
    expect(page.locator("#address-overlay")).not_to_have_value(before)
    expect(overlay.locator(".deal")).to_have_count(0)
    assert overlay.locator("body").inner_text() == ""
    overlay.goto(page.locator("#address-overlay").input_value())
    expect(overlay.locator(".deal-name")).to_have_text(sale.title)


# Right of the card's edge nothing is read, and below its row lies the bar.
OUTSIDE = """() => {
  const card = document.querySelector(".deal").getBoundingClientRect();
  const bar = document.querySelector(".deal-bar").getBoundingClientRect();
  return [...document.querySelectorAll(".deal-row b, .deal-row span, .deal-row s, .deal-left")]
    .map((el) => [el.className, el.getBoundingClientRect()])
    .filter(([, box]) => box.right > card.right - 8 || box.bottom > bar.top + 1)
    .map(([name]) => name);
}"""


@pytest.mark.parametrize("size", [OVERLAY, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize(
    ("price", "list_price", "units"),
    [(5990, 12900, 30), (9990, 19990, 200), (129900, 259900, 350), (128850, 259950, 20000)],
)
def test_the_figures_stay_on_the_card_whatever_they_are(
    newcomer: Newcomer,
    api: APIRequestContext,
    size: ViewportSize,
    price: int,
    list_price: int,
    units: int,
) -> None:
    sale = stage(api, price=price, quantity=5)
    changed = {"list_price": list_price, "stock": units}
    assert api.patch(f"/api/v1/items/{sale.item}", data=changed).ok
    sale.start()
    sale.push()
    if units > 5:
        post(api, f"/offers/{sale.offer}/restock", {"delta": units - 5})
    guest = newcomer(size)
    page = guest.page
    for lang in ("zh", "en"):
        page.goto(f"{address_of(sale)}&lang={lang}")
        expect(page.locator("html")).to_have_attribute("data-conn", "live")
        expect(page.locator(".deal-left b")).to_have_text(f"{units:,}")
        assert page.evaluate(OUTSIDE) == []
    post(api, f"/offers/{sale.offer}/restock", {"delta": -1})
    expect(page.locator(".deal-left b")).to_have_text(f"{units - 1:,}")
    assert page.evaluate(OUTSIDE) == []
