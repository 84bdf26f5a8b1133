"""Lines of the line-up in a browser: typed in their place, changed together, with a picture that is dropped."""

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.stage import get, post
from tests.pages.visitor import PHONE, Visitor, inspect

TEXT = "保温杯 99/159 x60\n盖毯 169/269 x40\n台灯 329"


def photo(tmp_path: Path) -> Path:
    file = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(file, "JPEG")
    path = tmp_path / "photo.jpg"
    path.write_bytes(file.getvalue())
    return path


def test_a_line_up_is_typed_in_its_place_changed_together_and_photographed(
    operator: Visitor, api: APIRequestContext, tmp_path: Path
) -> None:
    operator.provokes("4(12|22)")
    show = post(api, "/shows", {"title": "改价"})["id"]
    post(api, f"/shows/{show}/items/paste", {"text": TEXT})
    page = operator.page
    page.goto(f"/shows/{show}/setup")
    page.wait_for_load_state("load")
    _type_in_place(page, operator, api, show)
    _meet_somebody_else(page, operator, api, show)
    _change_together(page, operator)
    _photograph(page, operator, tmp_path)
    _add_a_variant(page, operator)
    page.set_viewport_size(PHONE)
    _type_on_a_phone(page)
    inspect(page)


def _type_on_a_phone(page: Page) -> None:
    wide = page.locator(".lineup .panel-body").evaluate("box => box.scrollWidth - box.clientWidth")
    assert wide == 0, "a line has to be pushed sideways"
    row = page.locator("#line-up tbody tr").first
    row.locator("[data-cell=duration_s]").click()
    page.keyboard.type("7:30")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("07:30")


def _type_in_place(page: Page, operator: Visitor, api: APIRequestContext, show: str) -> None:
    row = page.locator("#line-up tbody tr").nth(2)
    step = page.locator("#setup-steps .step").first
    expect(step).to_have_class("step is-warn")
    row.locator("[data-cell=title]").press("Enter")
    for value in ("护眼台灯", "299", "36", "1.99"):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    expect(row.locator(".cell-error")).to_contain_text(
        operator.words("offers.doubt.hundredth", price="¥299.00")
    )
    inspect(page)
    row.locator(".cell-input.is-invalid").press("Escape")
    row.locator("[data-cell=price]").click()
    page.keyboard.type("199")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("¥199.00")
    expect(row).to_contain_text("护眼台灯")
    expect(step).to_have_class("step is-done")
    line = get(api, f"/shows/{show}/items")["items"][2]
    assert (line["title"], line["list_price"], line["stock"]) == ("护眼台灯", 29_900, 36)
    assert (line["sale"]["price"], line["sale"]["quantity"]) == (19_900, 36)


def _meet_somebody_else(page: Page, operator: Visitor, api: APIRequestContext, show: str) -> None:
    row = page.locator("#line-up tbody tr").first
    row.locator("[data-cell=list_price]").click()
    page.keyboard.type("149")
    item = get(api, f"/shows/{show}/items")["items"][0]["id"]
    assert api.patch(f"/api/v1/items/{item}", data={"list_price": 13_900}).ok
    expect(row.locator(".cell-input")).to_have_value("149")
    page.keyboard.press("Enter")
    expect(row.locator(".cell-error")).to_contain_text("139.00")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("¥149.00")


def _change_together(page: Page, operator: Visitor) -> None:
    page.locator("[data-pick]").first.click()
    page.locator("[data-pick]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-picked-bar]")).to_contain_text(operator.words("bulk.picked", n=3))
    inspect(page)
    page.locator("[data-open=bulk]").click()
    page.fill("#bulk-percent", "90")
    expect(page.locator("#bulk-preview")).to_contain_text("¥89.10")
    inspect(page)
    page.locator("[data-bulk-save]").click()
    expect(page.locator("#line-up tbody tr").first).to_contain_text("¥89.10")
    expect(page.locator(".toast")).to_contain_text(operator.words("bulk.done", n=3))
    expect(page.locator("[data-picked-bar]")).to_be_hidden()


def _photograph(page: Page, operator: Visitor, tmp_path: Path) -> None:
    page.locator(".lineup-bar [data-open=add-item]").click()
    dialog = page.locator("#add-item")
    dialog.locator("[data-picture-file]").set_input_files(photo(tmp_path))
    wrong = tmp_path / "wrong.png"
    expect(dialog.locator("[name=image_url]")).to_have_value(re.compile(r"^/pictures/\w+\.webp$"))
    wrong.write_text("no picture")
    dialog.locator("[data-picture-file]").set_input_files(wrong)
    said = operator.words("reasons.picture_kind")
    expect(dialog.locator("[data-picture-said]")).to_contain_text(said)
    dialog.locator("#item-title").fill("马克杯")
    dialog.locator("[name=list_price]").fill("79")
    dialog.locator("[name=variant]").fill("白")
    dialog.locator("[name=stock]").fill("50")
    dialog.locator("[data-add-row]").click()
    dialog.locator("[name=variant-2]").fill("绿")
    dialog.locator("[name=stock-2]").fill("20")
    inspect(page)
    dialog.get_by_role("button", name=operator.words("setup.add_done")).click()
    expect(page.locator("#line-up tbody tr")).to_have_count(5)
    picture = page.locator("#line-up tbody tr").last.locator("img")
    expect(picture).to_have_js_property("naturalWidth", 240)


def _add_a_variant(page: Page, operator: Visitor) -> None:
    """To a product that is in the line-up already, by keyboard."""
    lines = page.locator("#line-up tbody tr")
    last = lines.nth(3).locator("[id^=edit-]")
    last.focus()
    page.keyboard.press("Enter")
    more = page.locator("#edit-form .variants")
    more.locator("[data-add-row]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("蓝")
    more.locator("[name=stock-2]").fill("15")
    inspect(page)
    page.keyboard.press("Enter")
    expect(lines).to_have_count(6)
    expect(lines.nth(4)).to_contain_text("蓝")
    expect(lines.nth(4)).to_contain_text("马克杯")
