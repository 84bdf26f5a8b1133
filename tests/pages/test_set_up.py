import re
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from tests.pages.house import TOP, House
from tests.pages.stage import stage
from tests.pages.test_blocked import Wall
from tests.pages.visitor import DESK, LOCALES, PHONE, Newcomer, Visitor, inspect, sign_in

PICTURE = TOP / "static" / "art" / "mugs.svg"
EXPORT = """\
Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,Image Src,Status
mug,Ceramic mug,Colour,White,M1,79.00,138.00,120,https://cdn.example/mug.png,active
mug,,,Green,M2,79.00,138.00,80,,active
lamp,Reading lamp,,,L1,abc,,40,,active
candle,Candle,,,C1,59.00,99.00,60,,active
steamer,Steamer,,,S1,139.00,,"many",,active
"""


def test_sign_in_says_that_the_password_is_wrong_and_keeps_the_address(
    newcomer: Newcomer, house: House
) -> None:
    visitor = newcomer()
    visitor.provokes("401")
    page = visitor.page
    page.goto("/")
    expect(page).to_have_url(f"{house.url}/sign-in")
    page.fill("#email", house.email)
    page.fill("#password", "not the password")
    page.press("#password", "Enter")
    expect(page.get_by_role("alert")).to_contain_text(visitor.words("accounts.error.wrong"))
    expect(page.locator("#email")).to_have_value(house.email)
    inspect(page)
    page.fill("#password", house.password)
    page.get_by_role("button", name=visitor.words("accounts.sign_in")).click()
    expect(page.locator("#shows-title")).to_be_visible()
    page.get_by_role("button", name=visitor.words("accounts.sign_out")).click()
    expect(page.locator("#password")).to_be_visible()


def test_a_show_is_set_up_by_hand_and_by_import_and_started(
    operator: Visitor, tmp_path: Path
) -> None:
    operator.provokes("422")  # forms that are refused on the way
    page = operator.page
    page.route("https://cdn.example/**", lambda route: route.fulfill(path=PICTURE))
    _create_show(page, operator)
    _add_by_hand(page, operator)
    _import(page, operator, tmp_path / "export.csv")
    _prepare_sale(page, operator)
    _start(page, operator)


def test_the_address_for_comments_from_elsewhere_is_renewed(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = operator.page
    show = api.post("/api/v1/shows", data={"title": "换地址"}).json()["id"]
    page.goto(f"/shows/{show}/setup")
    before = page.locator("#address-ingest").input_value()
    name = operator.words(
        "common.of", what=operator.words("setup.renew"), of=operator.words("setup.address.ingest")
    )
    renew = page.get_by_role("button", name=name)
    renew.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#address-ingest")).to_have_value(before)
    page.keyboard.press("Enter")  # the dialog gave the focus back
    inspect(page)
    page.locator("#ask-yes").click()
    expect(page.locator(".toast")).to_contain_text(operator.words("setup.said.ingest"))
    expect(page.locator("#address-ingest")).not_to_have_value(before)
    outside = {"platform": "kick", "comments": [{"message_id": 1, "user_id": 1, "text": "hi"}]}
    assert api.post(before, data=outside).status == 404
    assert api.post(page.locator("#address-ingest").input_value(), data=outside).status == 200


def test_a_question_asked_while_the_one_before_still_closes_hears_its_own_answer(
    operator: Visitor, api: APIRequestContext
) -> None:
    page = operator.page
    show = api.post("/api/v1/shows", data={"title": "再问一次"}).json()["id"]
    page.goto(f"/shows/{show}/setup")
    before = page.locator("#address-ingest").input_value()
    name = operator.words(
        "common.of", what=operator.words("setup.renew"), of=operator.words("setup.address.ingest")
    )
    page.get_by_role("button", name=name).evaluate(
        "button => { button.click(); document.getElementById('ask').close(); button.click() }"
    )
    page.locator("#ask-yes").click()
    expect(page.locator("#address-ingest")).not_to_have_value(before)


def _create_show(page: Page, operator: Visitor) -> None:
    page.goto("/")
    page.fill("#title", "周五夜场")
    page.fill("#starts-at", "2027-01-01T20:00")
    page.get_by_role("button", name=operator.words("home.make")).click()
    expect(page.locator("h1")).to_have_text("周五夜场")
    expect(page.locator("#starts-at")).to_have_value("2027-01-01T20:00")  # the reader's own time
    inspect(page)


def _add_by_hand(page: Page, operator: Visitor) -> None:
    page.locator(".lineup-bar [data-open=add-item]").click()
    dialog = page.locator("#add-item")
    dialog.locator("#item-title").fill("316 不锈钢保温杯 500 ml")
    dialog.locator("[name=sku]").fill("A1")
    dialog.locator("[name=list_price]").fill("159.999")
    dialog.locator("[name=stock]").fill("200")
    dialog.locator("[name=notes]").fill("双层真空\n早上灌的水下午还烫口")
    add = dialog.get_by_role("button", name=operator.words("setup.add_done"))
    add.click()
    expect(dialog).to_be_visible()
    expect(dialog.locator("#list_price-error")).to_be_visible()
    expect(dialog.locator("[name=list_price]")).to_have_value("159.999")
    expect(dialog.locator("[name=notes]")).to_have_value("双层真空\n早上灌的水下午还烫口")
    inspect(page)
    dialog.locator("[name=list_price]").fill("159")
    add.click()
    expect(page.locator("#line-up tbody tr")).to_have_count(1)
    expect(page.locator("#line-up tbody tr")).to_contain_text("¥159.00")


def _import(page: Page, operator: Visitor, path: Path) -> None:
    page.wait_for_load_state("load")  # a file chosen before the page's scripts run is not sent
    path.write_text("Title,Price\nmug,1\n", encoding="utf-8")
    page.set_input_files("input[data-send]", path)
    expect(page.get_by_role("alert")).to_have_text(
        operator.words(
            "setup.import_failed",
            reason=operator.words("reasons.csv_missing_columns", detail="Handle, Variant Price"),
        )
    )
    expect(page).to_have_url(re.compile(r"/setup$"))  # Back and Reload go to what can be read
    inspect(page)
    path.write_text(EXPORT, encoding="utf-8")
    page.set_input_files("input[data-send]", path)
    brought = operator.words("setup.imported", created=3, updated=0, rejected=2)
    expect(page.locator(".lineup .banner")).to_contain_text(brought)
    lines = page.locator(".rejected li")
    expect(lines).to_have_count(2)
    for line, (number, reason) in zip(
        lines.all(), [(4, "bad_price"), (6, "bad_stock")], strict=True
    ):
        expect(line).to_contain_text(operator.words("setup.line", n=number))
        expect(line).to_contain_text(operator.words(f"products.reason.{reason}"))
    expect(page.locator("#line-up tbody tr")).to_have_count(4)
    inspect(page)
    page.locator(".language button").click()  # the result stays, and the page can be read again
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".rejected li")).to_have_count(2)
    page.locator(".language button").click()
    expect(page.locator("#line-up tbody tr")).to_have_count(4)


def _prepare_sale(page: Page, operator: Visitor) -> None:
    page.locator(".lineup tbody tr", has_text="316").locator("a.name").click()
    form = page.locator("#offer-form")
    form.locator("[name=price]").fill("about ninety")
    form.locator("[name=quantity]").fill("60")
    form.locator("[name=hold_s]").fill("45")
    make = page.get_by_role("button", name=operator.words("setup.make_offer"))
    make.click()
    expect(form.locator("#price-error")).to_be_visible()
    expect(form.locator("[name=price]")).to_have_value("about ninety")
    expect(form.locator("[name=quantity]")).to_have_value("60")
    form.locator("[name=price]").fill("199")
    make.click()
    expect(page.locator("#doubt")).to_contain_text(
        operator.words("offers.doubt.over_list", price="¥159.00")
    )
    expect(page.locator(".lineup tbody tr").first).not_to_contain_text("¥199.00")
    inspect(page)
    make.click()  # asked again: nothing was confirmed
    expect(page.locator("#doubt")).to_be_visible()
    expect(page.locator(".lineup tbody tr").first).not_to_contain_text("¥199.00")
    form.locator("[name=price]").fill("149")  # mended instead of confirmed
    make.click()
    expect(page.locator(".lineup tbody tr").first).to_contain_text("¥149.00")
    save = page.get_by_role("button", name=operator.words("setup.save_offer")).last
    form.locator("[name=price]").fill("199")
    save.click()
    page.locator("[name=sure]").check()
    save.click()
    expect(page.locator(".lineup tbody tr").first).to_contain_text("¥199.00")
    expect(page.locator(".toast")).to_contain_text(operator.words("setup.said.offer"))
    form.locator("[name=price]").fill("99")
    page.get_by_role("button", name=operator.words("setup.save_offer")).last.click()
    expect(page.locator(".lineup tbody tr").first).to_contain_text("¥99.00")
    inspect(page)


def _start(page: Page, operator: Visitor) -> None:
    page.get_by_role("link", name=operator.words("setup.to_check")).click()
    expect(page.locator(".checklist-item.is-fail")).to_have_count(0)
    expect(page.locator(".checklist-item.is-warn")).not_to_have_count(0)  # items without a sale
    inspect(page)
    page.get_by_role("button", name=operator.words("shows.start")).click()
    expect(page.locator("#ask")).to_contain_text("60")
    page.locator("#ask-yes").click()
    expect(page.locator(".tally")).to_contain_text(operator.words("shows.live"))
    page.wait_for_load_state("load")  # the keys work once the page's scripts do
    page.locator("h2").first.click()
    page.keyboard.press("F12")
    expect(page.locator("#on-air .countdown")).to_be_visible()
    expect(page.locator("#on-air .is-left").first).to_contain_text("60")


@pytest.mark.parametrize("lang", LOCALES)
def test_a_line_is_edited_in_its_place_with_the_keyboard_alone(
    newcomer: Newcomer, house: House, api: APIRequestContext, lang: str
) -> None:
    sale = stage(api, quantity=60)
    sale.start()
    sale.push()
    visitor = newcomer(DESK, lang)
    visitor.provokes("422")
    page = visitor.page
    sign_in(visitor, house)
    page.goto(sale.page("setup"))
    row = page.locator(f"#row-{sale.item}")
    edit = row.get_by_role("link", name=visitor.words("setup.edit", title=sale.title), exact=True)
    edit.press("Enter")
    title = row.locator("#edit-title")
    expect(title).to_be_focused()
    expect(title).to_have_value(sale.title)
    inspect(page)
    title.press("Escape")
    expect(row).to_contain_text(sale.title)

    edit.press("Enter")
    title.fill("焖烧杯")
    title.press("Tab")
    expect(row.locator("#edit-price")).to_be_focused()
    page.keyboard.type("129.5")
    page.keyboard.press("Tab")
    page.keyboard.type("59")
    page.keyboard.press("Enter")
    short = visitor.words("errors.stock_short", stock=59, needed=60, spoken=60)
    expect(row.locator("#stock-error")).to_contain_text(short)
    expect(row.locator("#edit-stock")).to_be_focused()
    expect(title).to_have_value("焖烧杯")
    inspect(page)
    page.set_viewport_size(PHONE)
    inspect(page)
    page.set_viewport_size(DESK)
    row.locator("#edit-stock").fill("60")
    row.get_by_role("button", name=visitor.words("common.save")).press("Enter")
    expect(row).to_contain_text("焖烧杯")
    expect(row).to_contain_text("¥129.50")
    expect(row.locator("[data-cell=stock]")).to_have_text("60")


PLAYS = """
const media = HTMLMediaElement.prototype;
media.play = function () { setTimeout(() => this.dispatchEvent(new Event("playing"))); return Promise.resolve(); };
media.load = () => {};
for (const [name, get] of Object.entries({ paused: () => false, currentTime: () => 3, src: () => "" }))
  Object.defineProperty(media, name, { get, set() {} });
"""


@pytest.mark.parametrize("is_blocked", [False, True])
def test_the_picture_that_the_crew_sees_ticks_its_step_also_where_sockets_are_blocked(
    operator: Visitor, api: APIRequestContext, *, is_blocked: bool
) -> None:
    sale = stage(api, stream_url="https://media.example/film.mp4")
    desk = operator.page
    desk.goto(sale.page("setup"))
    step = desk.locator("#setup-steps li").filter(has_text=operator.words("steps.stream"))
    expect(step).to_have_class(re.compile("is-warn"))
    look = desk.context.new_page()
    look.add_init_script(PLAYS)
    if is_blocked:
        Wall(look, "refused")
    look.goto(sale.watch)
    expect(step).to_have_class(re.compile("is-done"), timeout=30_000)
    look.close()
