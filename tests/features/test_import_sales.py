"""A line-up's file with its sales: out, in again, changed in a spreadsheet, and wrong."""

from typing import Any

from live.domain.access import Role
from live.domain.catalogue_sale import COLUMNS
from live.features.screens.presenters.acts import act_lines
from live.runtime import Runtime
from live.store import offers
from live.store.acts import newest_acts
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, refused
from tests.factories import buy, make_item, make_offer, make_show, make_viewer, signed_in
from tests.features.test_acts import on_record

KEPT = ("sku", "variant", "title", "list_price", "stock", "image_url", "notes")
TERMS = tuple(COLUMNS)
HEAD = "Handle,Title,Variant Price,Variant SKU,Variant Inventory Qty," + ",".join(COLUMNS.values())


async def line_up(api: Api, show: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = done(await api.get(f"/shows/{show}/items"))["items"]
    return told


def told_of(lines: list[dict[str, Any]]) -> list[Any]:
    """What a file carries of them."""
    return [
        [line[name] for name in KEPT]
        + [[line["sale"][name] for name in TERMS] if line["sale"] else None]
        for line in lines
    ]


async def export(api: Api, show: str) -> str:
    return str((await api.get(f"/shows/{show}/items.csv")).text)


async def send(api: Api, show: str, text: str) -> Any:
    headers = {"content-type": "text/csv"}
    path = f"/shows/{show}/items/import"
    return done(await api.post(path, content=text.encode(), headers=headers))


def file(*lines: str) -> str:
    return "\n".join([HEAD, *lines]) + "\n"


async def test_a_line_up_and_its_sales_come_back_from_their_own_file(api: Api) -> None:
    show = await make_show(api, live=False)
    cup = await make_item(api, show, sku="A1", variant="红", notes="- 一\n二", stock=300)
    await make_item(api, show, sku="A1", variant="蓝")
    lamp = await make_item(api, show, sku="B1", title="台灯", image_url="/static/art/mugs.svg")
    sale = {"price": 5905, "quantity": 120, "duration_s": 90, "hold_s": 77, "countdown_s": 0}
    await make_offer(api, show, item_id=cup, push=False, per_buyer_limit=3, **sale)
    await make_offer(api, show, item_id=lamp, push=False)
    text = await export(api, show)
    again = await make_show(api, live=False)
    assert await send(api, again, text) == {"created": 3, "updated": 0, "rejected": [], "sales": 2}
    lines = await line_up(api, again)
    assert told_of(lines) == told_of(await line_up(api, show))
    assert lines[0]["sale"]["quantity"] == 120
    assert await send(api, again, text) == {"created": 0, "updated": 3, "rejected": []}
    assert await line_up(api, again) == lines, "the same file again leaves every draft as it was"


async def test_a_file_makes_and_changes_sales_and_leaves_what_it_does_not_say(api: Api) -> None:
    show = await make_show(api, live=False)
    one, two = [await make_item(api, show, sku=sku, title="杯", stock=50) for sku in ("A", "B")]
    before = await make_offer(api, show, item_id=one, push=False, quantity=20)
    done(await api.post(f"/shows/{show}/next", {"offer_id": before}))
    await make_offer(api, show, item_id=two, push=False, quantity=20)
    text = file("a,杯,99,A,50,,30,,,,", "b,杯,99,B,50,,,,,,", "c,碗,99,C,40,49,,,2:00,,")
    assert await send(api, show, text) == {
        "created": 1,
        "updated": 2,
        "rejected": [],
        "sales": 2,
    }
    first, second, third = [line["sale"] for line in await line_up(api, show)]
    assert (first["price"], first["quantity"], first["per_buyer_limit"]) == (5900, 30, 2)
    assert first["id"] != before
    assert (second["price"], second["quantity"]) == (5900, 20)
    made = [third[n] for n in ("price", "quantity", "per_buyer_limit", "duration_s")]
    assert made == [4900, 40, 1, 120]
    now = done(await api.get(f"/shows/{show}/now"))
    assert now["next"]["id"] == first["id"], "what was chosen as the next one still is"
    await send(api, show, "Handle,Title,Variant Price,Variant SKU\na,大杯,99,A\n")
    line = (await line_up(api, show))[0]
    assert (line["title"], line["sale"]) == ("大杯", first), "a file without the columns is as ever"


async def test_a_line_whose_sale_is_wrong_is_refused_whole_and_the_others_are_taken(
    api: Api,
) -> None:
    show = await make_show(api, live=False)
    item = await make_item(api, show, sku="A", title="杯", stock=50)
    await make_offer(api, show, item_id=item, push=False)
    told = await send(
        api,
        show,
        file(
            "a,新杯,99,A,50,,51,,,,", "b,碗,99,B,40,49,,0,,,", "c,盘,99,C,40,,5,,,,",
            "d,勺,99,D,0,49,,,,,", "e,锅,99,E,40,4.999,,,,,", "f,刀,99,F,40,39,,,,,",
        ),
    )  # fmt: skip
    assert told == {
        "created": 1,
        "updated": 0,
        "sales": 1,
        "rejected": [
            {"line": 2, "reason": "sale_over_stock"},
            {"line": 3, "reason": "bad_sale"},
            {"line": 4, "reason": "sale_without_price"},
            {"line": 5, "reason": "sale_without_stock"},
            {"line": 6, "reason": "bad_price"},
        ],
    }
    first, second = await line_up(api, show)
    assert (first["title"], first["sale"]["quantity"], second["sku"]) == ("杯", 10, "F")


async def test_what_is_probably_a_slip_in_a_sale_is_done_and_named(api: Api) -> None:
    show = await make_show(api, live=False)
    text = file("a,杯,99,A,50,990000,5,9,3,,", "b,碗,99,B,40,49,,,,,")
    told = await send(api, show, text)
    assert (told["created"], told["sales"]) == (2, 2)
    assert told["notes"] == [
        {"line": 2, "reason": reason} for reason in ("sale_price", "sale_limit", "sale_length")
    ]
    assert "notes" not in await send(api, show, text), "what was known is not said again"


async def test_what_was_pushed_is_not_touched_and_not_sold_twice_by_its_own_file(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    item = await make_item(api, show, sku="A", title="杯", stock=50)
    offer = await make_offer(api, show, item_id=item, push=False, quantity=20)
    text = await export(api, show)
    done(await api.post(f"/offers/{offer}/push"))
    done(await buy(api, offer, await make_viewer(api)))
    assert "sales" not in await send(api, show, text)
    async with runtime.db.read() as session:
        assert [row.id for row in await offers.list_offers(session, show)] == [offer]
    short = await send(api, show, file("a,杯,99,A,19,39,,,,,"))
    assert short["rejected"] == [{"line": 2, "reason": "stock_short"}]
    assert (await send(api, show, file("a,杯,99,A,50,39,,,,,")))["sales"] == 1
    sale = (await line_up(api, show))[0]["sale"]
    assert (sale["price"], sale["quantity"]) == (3900, 30), "of what the first one leaves"
    numbers = await runtime.stock.read(offer)
    assert numbers
    assert (numbers.left, numbers.held) == (19, 1)


async def test_a_file_for_an_ended_show_is_refused(api: Api) -> None:
    show = await make_show(api)
    done(await api.post(f"/shows/{show}/end"))
    headers = {"content-type": "text/csv"}
    path = f"/shows/{show}/items/import"
    answer = await api.post(path, content=file("a,杯,99,A,9,39,,,,,").encode(), headers=headers)
    refused(answer, 409, "ended")


async def test_set_up_says_how_many_sales_came_in_and_which_cell_is_wrong(
    api: Api, runtime: Runtime
) -> None:
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    show = await make_show(api, live=False)
    text = file("a,杯,99,A,50,59,20,,,,", "b,碗,99,B,40,49,41,,,,")
    sent = await api.send(
        "POST", f"/shows/{show}/items/import", token=NOBODY, headers=headers,
        files={"file": ("line-up.csv", text.encode(), "text/csv")},
    )  # fmt: skip
    page = await api.send("GET", sent.headers["location"], token=NOBODY, headers=headers)
    assert "sales prepared: 1" in page.text or "设好 1 个秒杀" in page.text
    assert "Sale Units: 41 &gt; 40" in page.text
    assert (await on_record(api, show, "item:import"))["detail"] == "1 0 1 1"
    async with runtime.db.read() as session:
        rows = await newest_acts(session, show, 1)
    [line] = await act_lines(show, "CNY", rows, "en", db=runtime.db)
    assert line.more == "1 added, 0 updated, 1 rejected, sales prepared: 1"
