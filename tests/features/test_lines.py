"""Many lines of the line-up at once: all of them or none, and only as they were seen."""

import csv
import io
from typing import Any

from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.factories import buy, make_item, make_offer, make_show, make_viewer


async def line_up(api: Api, show: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = done(await api.get(f"/shows/{show}/items"))["items"]
    return told


async def change(api: Api, show: str, *items: dict[str, Any], **more: Any) -> Any:
    return await api.patch(f"/shows/{show}/items", {"items": list(items), **more})


async def test_lines_and_their_sales_change_together(api: Api) -> None:
    show = await make_show(api, live=False)
    one, two = [await make_item(api, show, sku=sku, stock=50) for sku in ("A1", "A2")]
    before = await make_offer(api, show, item_id=one, push=False)
    wanted: list[dict[str, Any]] = [
        {"id": one, "list_price": 10_900, "sale": {"price": 4900, "quantity": 20}},
        {"id": two, "title": "大杯", "sale": {"price": 3900}},
    ]
    told = done(await change(api, show, *wanted, preview=True))
    assert [line["after"]["sale"]["price"] for line in told["changed"]] == [4900, 3900]
    assert (await line_up(api, show))[1]["sale"] is None, "a preview changes nothing"
    assert done(await change(api, show, *wanted))["changed"] == told["changed"]
    first, second = await line_up(api, show)
    assert (first["list_price"], first["sale"]["price"], first["sale"]["quantity"]) == (
        10_900,
        4900,
        20,
    )
    assert first["sale"]["per_buyer_limit"] == 2, "what was not sent stays"
    assert (second["title"], second["sale"]["quantity"]) == ("大杯", 50)
    assert first["sale"]["id"] != before
    refused(
        await api.post(f"/offers/{before}/push"), 404, "not_found"
    )  # nobody has seen the new price
    acts = done(await api.get(f"/shows/{show}/acts"))["acts"]
    assert [a["verb"] for a in acts].count("item:bulk") <= 1
    assert done(await change(api, show, {"id": one, "title": first["title"]}))["changed"] == []


async def test_one_line_that_does_not_fit_keeps_all_as_they_are(api: Api) -> None:
    show = await make_show(api)
    one, two = [await make_item(api, show, stock=10) for _ in range(2)]
    offer = await make_offer(api, show, item_id=two, quantity=5)
    done(await buy(api, offer, await make_viewer(api)))
    good = {"id": one, "title": "新"}
    other = await make_item(api, await make_show(api))
    for wrong, status, code in (
        ({"id": two, "stock": 4}, 409, "stock_short"),
        ({"id": two, "remove": True}, 409, "item_in_use"),
        ({"id": other, "stock": 4}, 422, "invalid"),
        ({"id": two, "sale": {"price": 1, "quantity": 11}}, 422, "invalid"),
        ({"id": two, "mark": "another"}, 412, "changed_meanwhile"),
        ({"id": two, "sale": {"id": offer, "price": 1}}, 412, "changed_meanwhile"),
        ({"id": one}, 422, "invalid"),
    ):
        refused(await change(api, show, good, wrong), status, code)
        assert (await line_up(api, show))[0]["title"] == "保温杯"
    assert wrong_fields(
        await change(api, show, good, {"id": two, "sale": {"price": -1}, "stock": "x"})
    ) == {"items.1.stock"}
    assert wrong_fields(await change(api, show, good, {"id": two, "sale": {"price": -1}})) == {
        "items.1.sale.price"
    }
    assert wrong_fields(await change(api, show)) == {"items"}
    refused(
        await api.patch(f"/shows/{show}/items", {"items": [good]}, token=NOBODY),
        401,
        "not_signed_in",
    )
    done(await api.post(f"/shows/{show}/end"))
    refused(await change(api, show, good), 409, "ended")


async def test_a_sale_on_air_is_not_touched_and_a_new_one_stands_beside_it(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    item = await make_item(api, show, stock=10)
    offer = await make_offer(api, show, item_id=item, quantity=5, price=5900)
    made = done(await change(api, show, {"id": item, "sale": {"price": 100, "quantity": 5}}))
    assert made["changed"][0]["before"]["sale"] is None
    numbers = await runtime.stock.read(offer)
    assert numbers
    assert numbers.left == 5
    await make_viewer(api)
    bought = done(await buy(api, offer, await make_viewer(api)))
    assert bought["amount"] == 5900


async def test_what_is_probably_a_slip_is_said_and_done(api: Api) -> None:
    show = await make_show(api, live=False)
    item = await make_item(api, show, list_price=9900, stock=10)
    sale = {
        "item_id": item,
        "price": 590_000,
        "quantity": 10,
        "per_buyer_limit": 1,
        "duration_s": 5,
    }
    made = done(await api.post(f"/shows/{show}/offers", sale))
    assert [one["code"] for one in made["warnings"]] == ["hundredfold", "brief"]
    told = done(await change(api, show, {"id": item, "sale": {"price": 59}}))["changed"]
    assert [one["code"] for one in told[0]["warnings"]] == ["hundredth"], (
        "that it is brief was known"
    )
    assert "¥99.00" in told[0]["warnings"][0]["detail"]
    told = done(await change(api, show, {"id": item, "list_price": 990_000}))["changed"]
    assert [one["code"] for one in told[0]["warnings"]] == ["list_jump"]
    assert told[0]["warnings"][0]["field"] == "list_price"


async def test_a_slip_in_one_item_is_said_and_done(api: Api) -> None:
    show = await make_show(api, live=False)
    item = await make_item(api, show, list_price=9900, stock=10)
    assert done(await api.patch(f"/items/{item}", {"title": "杯"}))["warnings"] == []
    told = done(await api.patch(f"/items/{item}", {"list_price": 990_000}))
    assert told["list_price"] == 990_000
    assert [(one["field"], one["code"]) for one in told["warnings"]] == [
        ("list_price", "list_jump")
    ]
    done(await change(api, show, {"id": item, "sale": {"price": 980_000, "quantity": 8}}))
    told = done(await api.patch(f"/items/{item}", {"list_price": 900_000, "stock": 5}))
    assert {(one["field"], one["code"]) for one in told["warnings"]} == {
        ("price", "over_list"),
        ("quantity", "over_stock"),
    }
    told = done(await api.patch(f"/items/{item}", {"notes": "轻"}))
    assert told["warnings"] == [], "what was known is not said again"


async def test_a_line_up_comes_back_from_its_own_file(api: Api) -> None:
    show = await make_show(api, live=False)
    await make_item(api, show, sku="A1", title="=cmd|' /C calc'!A0", variant="红", notes="- 一\n二")
    await make_item(api, show, sku="A1", title="杯", variant="蓝", image_url="/static/art/mugs.svg")
    file = await api.get(f"/shows/{show}/items.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "attachment" in file.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert rows[1][1].startswith("'="), "no spreadsheet runs it"
    again = await make_show(api, live=False)
    csv_type = {"content-type": "text/csv"}
    sent = await api.post(f"/shows/{again}/items/import", content=file.content, headers=csv_type)
    assert done(sent) == {"created": 2, "updated": 0, "rejected": []}
    kept = ("sku", "variant", "title", "list_price", "stock", "image_url", "notes")
    told = [
        [{name: line[name] for name in kept} for line in await line_up(api, s)]
        for s in (show, again)
    ]
    assert told[0] == told[1]
    dear = file.text.replace("129.00", "1290.00")
    sent = await api.post(f"/shows/{again}/items/import", content=dear.encode(), headers=csv_type)
    assert done(sent)["notes"] == [
        {"line": 2, "reason": "list_jump"},
        {"line": 4, "reason": "list_jump"},
    ]
