"""Sales for a whole line-up: set up together by keys alone, out to a file and in again, and run on another night."""

from pathlib import Path

from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.house import House
from tests.pages.stage import get, on_air, post
from tests.pages.visitor import PHONE, Newcomer, Visitor, inspect, sign_in

TEXT = "保温杯 99/159 x60\n盖毯 原价269 x40\n台灯 原价 329\n双层真空焖烧杯大容量便携学生上班族 原价89 库存 100"


def sales(api: APIRequestContext, show: str) -> list[tuple[int, int] | None]:
    found = [line["sale"] for line in get(api, f"/shows/{show}/items")["items"]]
    return [(sale["price"], sale["quantity"]) if sale else None for sale in found]


def test_a_line_up_gets_its_sales_by_keys_alone(operator: Visitor, api: APIRequestContext) -> None:
    show = post(api, "/shows", {"title": "一起设"})["id"]
    post(api, f"/shows/{show}/items/paste", {"text": TEXT})
    page = operator.page
    page.goto(f"/shows/{show}/setup")
    page.wait_for_load_state("load")
    page.locator("[data-pick-all]").press("Space")
    page.locator("[data-open=bulk]").press("Enter")
    expect(page.locator("#bulk [data-picked-count]")).to_have_text(
        operator.words("bulk.picked", n=4)
    )
    page.locator("#bulk-percent").press_sequentially("80")
    preview = page.locator("#bulk-preview")
    leave = preview.locator("[data-unpick]")
    expect(leave).to_have_text(operator.words("bulk.leave_out", n=1))
    expect(preview.locator("li")).to_contain_text("台灯")
    expect(page.locator("[data-bulk-save]")).to_be_disabled()
    inspect(page)
    leave.press("Enter")
    expect(page.locator("#bulk-percent")).to_be_focused()
    expect(preview.locator("p").first).to_contain_text(operator.words("bulk.makes", n=2))
    expect(preview.locator("p").first).to_contain_text(operator.words("bulk.turns", n=1))
    expect(preview.locator(".tag")).to_have_count(2)
    inspect(page)
    page.set_viewport_size(PHONE)
    inspect(page)
    page.locator("[data-bulk-save]").press("Enter")
    expect(page.locator(".toast")).to_contain_text(operator.words("bulk.makes", n=2))
    assert sales(api, show) == [(7920, 60), (21_520, 40), None, (7120, 100)]


def test_a_line_up_goes_out_and_comes_in_with_its_sales(
    operator: Visitor, api: APIRequestContext, tmp_path: Path
) -> None:
    shows = [post(api, "/shows", {"title": f"第{n}场"})["id"] for n in range(2)]
    post(api, f"/shows/{shows[0]}/items/paste", {"text": TEXT})
    page = operator.page
    page.goto(f"/shows/{shows[0]}/setup")
    with page.expect_download() as download:
        page.locator(".lineup-bar [download]").click()
    file = tmp_path / "line-up.csv"
    download.value.save_as(file)
    rows = file.read_text("utf-8-sig").splitlines()
    file.write_text("\n".join([*rows, rows[1].replace("P1", "P9").replace(",60,1,", ",61,1,")]))
    page.goto(f"/shows/{shows[1]}/setup")
    page.locator(".lineup-bar input[type=file]").set_input_files(file)
    expect(page.locator(".lineup .banner")).to_contain_text(
        operator.words("setup.imported_sales", n=1)
    )
    expect(page.locator(".rejected")).to_contain_text("Sale Units: 61 > 60")
    inspect(page)
    assert sales(api, shows[1]) == sales(api, shows[0])


def test_what_was_sold_last_time_is_off_the_stock_until_somebody_restocks(
    newcomer: Newcomer, house: House, api: APIRequestContext
) -> None:
    sale = on_air(api)
    buyer = post(api, "/viewers", {"display_name": "小南"})["token"]
    answer = api.post(
        f"/api/v1/offers/{sale.offer}/orders",
        data={"quantity": 2},
        headers={"Authorization": f"Bearer {buyer}", "Idempotency-Key": "lineup-1"},
    )
    assert answer.ok, answer.text()
    post(api, f"/shows/{sale.show}/end")
    visitor = newcomer(PHONE, "en", touch=True)
    sign_in(visitor, house)
    page = visitor.page
    page.goto(f"/shows/{post(api, f'/shows/{sale.show}/clone')['id']}/setup?said=cloned_left")
    page.wait_for_load_state("load")
    note = page.locator(".last-time")
    expect(note).to_have_text(visitor.words("again.last_time", left=498, stock=500))
    inspect(page)
    page.set_viewport_size({"width": 1024, "height": 768})
    inspect(page)
    _restock(page, "600")
    expect(note).to_have_count(0)


def _restock(page: Page, stock: str) -> None:
    cell = page.locator("#line-up [data-cell=stock]")
    cell.press("Enter")
    page.keyboard.type(stock)
    page.keyboard.press("Enter")
    expect(cell).to_have_text(stock)
