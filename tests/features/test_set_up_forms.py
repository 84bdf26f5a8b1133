"""Set-up's forms over HTTP: cells in their place, lines picked together, variants in rows."""

import html
import re

import pytest

from live.runtime import Runtime
from live.web.words import translate
from tests.asking import Api, done
from tests.factories import make_item, make_offer
from tests.features.set_up import Desk, desk_of


@pytest.fixture
async def desk(api: Api, runtime: Runtime) -> Desk:
    return await desk_of(api, runtime)


async def test_a_cell_is_saved_only_of_the_line_that_was_seen(api: Api, desk: Desk) -> None:
    item = await make_item(api, desk.show, stock=50, list_price=9900)
    [line] = await desk.lines()
    path = f"items/{item}/cell"
    saved = await desk.post(path, name="title", value="焖烧杯", seen=line["mark"])
    assert saved.status_code == 200
    assert f'id="row-{item}"' in saved.text
    assert "焖烧杯" in saved.text
    stale = await desk.post(path, name="list_price", value="109", seen=line["mark"])
    assert stale.status_code == 412
    first = await desk.post(path, name="price", value="59", seen="")
    assert first.status_code == 200, "a price makes a sale where there was none"
    assert (await desk.post(path, name="quantity", value="5", seen="")).status_code == 412
    draft = (await desk.lines())[0]["sale"]["id"]
    assert (await desk.post(path, name="duration_s", value="4:30", seen=draft)).status_code == 200
    [line] = await desk.lines()
    sale = line["sale"]
    assert (sale["price"], sale["quantity"], sale["duration_s"]) == (5900, 50, 270)
    for name, value, key in (
        ("price", "viel", "reasons.amount"),
        ("quantity", "51", "reasons.over_stock"),
        ("name", "x", "reasons.choice"),
        ("title", "", "reasons.empty"),
    ):
        seen = sale["id"] if name in ("price", "quantity") else line["mark"]
        wrong = await desk.post(path, name=name, value=value, seen=seen)
        assert wrong.status_code == 422
        said = translate("en", key, stock=50, options="")
        assert said.rstrip(" .") in html.unescape(wrong.text), name
    assert (await desk.lines())[0]["sale"] == sale


async def test_a_slip_in_a_cell_is_asked_about_once(api: Api, desk: Desk) -> None:
    item = await make_item(api, desk.show, stock=50, list_price=9900)
    path = f"items/{item}/cell"
    asked = await desk.post(path, name="price", value="5900", seen="")
    assert asked.status_code == 422
    assert "¥99.00" in asked.text
    sure = asked.headers["x-doubts"]
    assert (await desk.lines())[0]["sale"] is None
    other = await desk.post(path, name="price", value="0", seen="", sure=sure)
    assert other.status_code == 422, "what was meant was another slip"
    assert (
        await desk.post(path, name="price", value="5900", seen="", sure=sure)
    ).status_code == 200
    draft = (await desk.lines())[0]["sale"]["id"]
    known = await desk.post(path, name="per_buyer_limit", value="2", seen=draft)
    assert known.status_code == 200, "nobody is asked twice"


async def test_picked_lines_change_as_the_preview_said_or_not_at_all(api: Api, desk: Desk) -> None:
    one, two, bare = [
        await make_item(api, desk.show, sku=s, stock=50, list_price=9900) for s in "ABC"
    ]
    for item, price in ((one, 5999), (two, 5000)):
        await make_offer(api, desk.show, item_id=item, push=False, price=price, quantity=50)
    seen = await desk.tokens()
    assert len(seen.split()) == 3
    told = await desk.post("items/bulk/preview", seen=seen, percent="50", per_buyer_limit="3")
    assert 'data-lines="2"' in told.text
    assert "¥30.00" in told.text, "59.99 halved, half a cent up"
    for field, key in (("percent", "reasons.one_of_two"), ("stock", "reasons.whole_number")):
        wrong = await desk.post(
            "items/bulk/preview",
            seen=seen,
            price="5",
            **{field: "7.5" if field == "stock" else "50"},
        )
        assert translate("en", key) in wrong.text
    saved = await desk.post("items/bulk", seen=seen, percent="50", per_buyer_limit="3")
    assert saved.status_code == 200
    sales = [line["sale"] for line in await desk.lines()]
    assert [sale and sale["price"] for sale in sales] == [3000, 2500, None]
    assert (await desk.post("items/bulk", seen=seen, stock="60")).status_code == 412
    seen = await desk.tokens()
    slip = await desk.post("items/bulk", seen=seen, percent="10")
    assert slip.status_code == 409
    preview = await desk.post("items/bulk/preview", seen=seen, percent="10")
    found = re.search(r'name="sure" value="([^"]+)"', preview.text)
    assert found
    meant = await desk.post("items/bulk", seen=seen, percent="10", sure=found[1])
    assert meant.status_code == 200

    seen = await desk.tokens()
    done(await api.post(f"/shows/{desk.show}/start"))
    draft = (await desk.lines())[0]["sale"]["id"]
    done(await api.post(f"/offers/{draft}/push"))
    assert (await desk.post("items/bulk/remove", seen=seen)).status_code == 409
    assert len(await desk.lines()) == 3
    rest = " ".join(token for token in seen.split() if not token.startswith(one))
    assert (await desk.post("items/bulk/remove", seen=rest)).status_code == 200
    assert [line["id"] for line in await desk.lines()] == [one]
    assert bare not in await desk.page()


async def test_variants_have_a_sku_and_a_stock_of_their_own(api: Api, desk: Desk) -> None:
    form = {"title": "T 恤", "list_price": "99", "variant": "红", "sku": "", "stock": "5"}
    rows = {"variant-2": "蓝", "sku-2": "TB", "stock-2": "7", "variant-4": "", "stock-4": ""}
    assert (await desk.post("items", **form, **rows)).status_code == 303
    lines = await desk.lines()
    assert [(li["variant"], li["sku"], li["stock"]) for li in lines] == [
        ("红", "P1", 5),
        ("蓝", "TB", 7),
    ]
    nameless = await desk.post("items", **form | {"variant": ""}, **rows)
    assert nameless.status_code == 422
    assert 'id="variant-error"' in nameless.text
    twice = await desk.post("items", **form, **rows | {"variant-2": "红"})
    assert 'id="variant-2-error"' in twice.text
    assert 'name="stock-2" value="7"' in twice.text, "what was typed is still there"
    goods = {"sku": "H", "title": "帽", "list_price": 100, "stock": 1}
    made = [{"variant": "大", "stock": 4}, {"variant": "小", "sku": "HS"}]
    done(await api.post(f"/shows/{desk.show}/items", goods | {"variants": made}))
    last = [(li["variant"], li["sku"], li["stock"]) for li in (await desk.lines())[2:]]
    assert last == [("大", "H", 4), ("小", "HS", 1)]
    wrong = await api.post(f"/shows/{desk.show}/items", goods | {"variants": [{"stock": -1}]})
    fields = {error["field"] for error in wrong.json()["errors"]}
    assert fields == {"variants.0.variant", "variants.0.stock"}


async def test_a_line_that_is_there_gets_further_variants(api: Api, desk: Desk) -> None:
    await make_item(api, desk.show, sku="T", title="T 恤", stock=5, list_price=9900)
    [line] = await desk.lines()
    path = f"items/{line['id']}/edit"
    form = {"title": "T 恤", "list_price": "99", "stock": "5", "notes": "", "image_url": ""}
    row = {"variant-2": "蓝", "sku-2": "", "stock-2": "7"}
    nameless = await desk.post(path, **form, variant="", **row)
    assert 'id="variant-error"' in nameless.text
    assert 'name="stock-2" value="7"' in nameless.text, "what was typed is still there"
    saved = await desk.post(path, **form, variant="红", **row)
    assert saved.status_code == 303
    lines = await desk.lines()
    assert [(li["variant"], li["sku"], li["stock"]) for li in lines] == [
        ("红", "T", 5),
        ("蓝", "T", 7),
    ]
    taken = await desk.post(
        path,
        **form,
        variant="红",
        **{"variant-2": "绿", "stock-2": "1", "variant-3": "蓝", "stock-3": "1"},
    )
    assert 'id="variant-3-error"' in taken.text
    assert await desk.lines() == lines


async def test_a_pasted_slip_is_seen_before_it_is_added(desk: Desk) -> None:
    told = await desk.post("paste/preview", text="杯 0.99/99 x10\n盖毯 169/269 x40")
    said = translate("en", "offers.doubt.hundredth", price="¥99.00")
    assert html.unescape(told.text).count(said) == 1
    assert await desk.lines() == []


async def test_lengths_of_a_sale_are_typed_as_they_stand_and_a_short_hold_is_asked_about(
    api: Api, desk: Desk
) -> None:
    item = await make_item(api, desk.show, stock=50, list_price=9900)
    sale = {
        "item_id": item, "price": "59", "quantity": "5", "per_buyer_limit": "1", "countdown_s": "0",
        "seen": "",
    }  # fmt: skip
    asked = await desk.post("offers", **sale, duration_s="4:30", hold_s="0:05")
    assert asked.status_code == 422
    assert 'value="hold_brief"' in asked.text
    assert 'value="0:05"' in asked.text, "as it was typed"
    saved = await desk.post("offers", **sale, duration_s="4:30", hold_s="1440:00")
    assert saved.status_code == 303
    [line] = await desk.lines()
    assert (line["sale"]["duration_s"], line["sale"]["hold_s"]) == (270, 86_400)
    page = await desk.page(f"setup?item={item}")
    assert 'value="1440:00"' in page
    assert 'value="04:30"' in page
