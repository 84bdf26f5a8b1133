"""The host's screen on every tablet: nothing spills, overlaps or hides, whatever the figures."""

from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, ViewportSize, expect

from tests.pages.stage import add_offer, post, stage
from tests.pages.test_host import asked, cue
from tests.pages.visitor import HOST, Newcomer, Visitor, inspect

SIZES: list[ViewportSize] = [
    {"width": 720, "height": 1024}, {"width": 768, "height": 1024}, {"width": 820, "height": 1180},
    {"width": 1024, "height": 768}, {"width": 1180, "height": 820}, {"width": 1280, "height": 800},
    {"width": 1366, "height": 1024}, {"width": 1920, "height": 1080},
]  # fmt: skip
LONG = "超细纤维加厚大号法兰绒毛毯冬季双层保暖单双人空调盖毯午睡毯沙发毯宿舍学生毯子"
WORD = "Extraordinarily-long-unbroken-model-name-XK-4000-professional"
# what is wider than its place, and which of the three figures lie over each other or hang over the edge
SPILLS = """() => {
  const spilt = ["html", ".host-bar", ".host-main", ".host-now", ".host-facts", ".host-next", ".host-cue"]
    .filter((one) => { const box = document.querySelector(one); return box.scrollWidth > box.clientWidth; });
  const text = (one) => { const range = document.createRange(); range.selectNodeContents(document.querySelector(one));
    return range.getBoundingClientRect(); };
  const [left, price, time] = [".left", ".price", ".time:not(.when-after)"].map((one) => text(`.host-facts ${one}`));
  const edge = document.querySelector(".host-now").getBoundingClientRect().right;
  if (left.right > price.left && left.bottom > price.top && innerWidth > 720) spilt.push("left over price");
  if (price.right > time.left && price.bottom > time.top && innerWidth > 720) spilt.push("price over time");
  const button = document.querySelector("#host-tools-open").getBoundingClientRect();
  for (const one of document.querySelectorAll(".host-bar > *")) {
    const at = one.getBoundingClientRect(); // the clock keeps its distance by its padding
    const start = at.left + parseFloat(getComputedStyle(one).paddingLeft) * (one.matches(".end") ? 1 : 0);
    const isOver = at.width && start < button.right && at.right > button.left && at.top < button.bottom && at.bottom > button.top;
    if (isOver) spilt.push("the bar under a button");
  }
  if (time.right > edge) spilt.push("time over the edge");
  return spilt;
}"""


@pytest.mark.parametrize(
    ("title", "price", "sale"),
    [
        ("保温杯 350ml", 590, {"quantity": 20, "duration_s": 600}),
        ("保温杯 350ml", 590, {"quantity": 20, "duration_s": 600, "countdown_s": 600}),
        (LONG, 1299900, {"quantity": 12345, "duration_s": 7200}),
        (WORD, 129990, {"quantity": 99999, "duration_s": 600}),
    ],
)
def test_the_figures_share_a_line_at_every_size(
    operator: Visitor, api: APIRequestContext, title: str, price: int, sale: dict[str, int]
) -> None:
    page = on_screen(operator, api, title, price, **sale)
    for size in SIZES:
        page.set_viewport_size(size)
        assert page.evaluate(SPILLS) == [], size
    inspect(page)


def on_screen(
    operator: Visitor, api: APIRequestContext, title: str, price: int, **sale: Any
) -> Page:
    """A host's screen with all that it can show at once: a sale, what comes next, a question, a cue."""
    show = stage(api)
    show.start()
    asked(api, show, "这个能装咖啡吗？" * 5)
    values = {"sku": "L", "list_price": price * 2, "stock": 99999}
    item = post(api, f"/shows/{show.show}/items", values | {"title": title})
    terms = {"per_buyer_limit": 2, "hold_s": 300, "price": price}
    offer = add_offer(api, show.show, item["id"], **(terms | sale))
    following = post(api, f"/shows/{show.show}/items", values | {"sku": "N", "title": WORD})
    add_offer(api, show.show, following["id"], quantity=5, duration_s=600, **terms)
    post(api, f"/offers/{offer['id']}/push")
    cue(api, show, "把限购再念一遍，付款时间五分钟")
    operator.page.set_viewport_size(HOST)
    operator.page.goto(show.page("host"))
    expect(operator.page.locator(".host-name")).to_have_text(title)
    expect(operator.page.locator(".host-facts .time:not(.when-after)")).not_to_be_empty()
    return operator.page


@pytest.mark.parametrize("size", [{"width": 1180, "height": 820}, {"width": 820, "height": 1180}])
def test_how_to_set_the_prompter_can_be_found_by_touch(
    newcomer: Newcomer, operator: Visitor, api: APIRequestContext, size: ViewportSize
) -> None:
    page = on_screen(operator, api, "保温杯", 590, quantity=20, duration_s=600)
    page.set_viewport_size(size)
    button = page.locator("#host-tools-open")
    box = button.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 48
    assert button.evaluate(
        "one => { const at = one.getBoundingClientRect();"
        " return one.contains(document.elementFromPoint(at.x + 24, at.y + 24)); }"
    )
    page.mouse.move(20, 20)
    button.click()  # where the tools come out, too: nothing of theirs is pressed by it
    button.click()
    expect(page.locator("#host-tools")).to_have_css("opacity", "1")
    expect(page.locator("[data-mirror]")).to_have_attribute("aria-pressed", "false")
    before = page.locator(".prompt-line").first.evaluate("one => getComputedStyle(one).fontSize")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#host-tools")).to_have_css("opacity", "1")
    page.locator("[data-size='1']").click()
    expect(page.locator(".prompt-line").first).not_to_have_css("font-size", before)
    inspect(page)
