import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from live.settings import Settings
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.engines import working
from tests.factories import buy, make_offer, make_show, make_viewer

GOODS = {"sku": "A1", "title": "保温杯", "list_price": 12900, "stock": 300}
HEADER = "Handle,Title,Variant Price,Variant SKU\n"
EXPORT = """\
Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Status
cup,保温杯,颜色,红,CUP-R,129.00,30,https://cdn.example/cup.jpg,active
cup,,颜色,蓝,CUP-B,129.00,20,,
cup,,,,,,,https://cdn.example/cup-2.jpg,
bag,"帆布包
大号",Title,Default Title,BAG,59.5,-3,,active
hat,=cmd|' /C calc'!A0,Title,Default Title,HAT,10,1,,active
mug,马克杯,Title,Default Title,MUG,12.345,5,,active
pen,钢笔,Title,Default Title,PEN,39,7,,active
"""


@pytest.fixture
def worker(settings: Settings) -> Iterator[None]:
    with working(settings):
        yield


async def import_csv(api: Api, show: str, content: str | bytes, **request: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    headers = {"content-type": "text/csv"}
    path = f"/shows/{show}/items/import"
    return await api.post(path, content=data, headers=headers, **request)


def file_error(answer: Any) -> str:
    """What is wrong with the file as a whole."""
    [error] = refused(answer, 422, "invalid")["errors"]
    assert error["field"] == "file"
    return str(error["reason"])


async def test_items_stand_in_the_order_in_which_they_were_added(api: Api) -> None:
    show = await make_show(api, live=False)
    answers = [await api.post(f"/shows/{show}/items", GOODS | {"sku": s}) for s in ("A", "B")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["position"] for answer in answers] == [1, 2]
    assert all(set(answer.json()) == {"id", "position"} for answer in answers)


async def test_variants_are_items_of_their_own_all_or_none(api: Api) -> None:
    show = await make_show(api, live=False)
    body = GOODS | {"variants": ["红", "蓝", "红"]}
    variants = done(await api.post(f"/shows/{show}/items", body))["variants"]
    assert [(v["variant"], v["position"]) for v in variants] == [("红", 1), ("蓝", 2)]
    taken = GOODS | {"variants": ["绿", "蓝"]}
    refused(await api.post(f"/shows/{show}/items", taken), 409, "sku_taken")
    green = GOODS | {"variants": ["绿"]}
    assert done(await api.post(f"/shows/{show}/items", green))["position"] == 3


async def test_an_item_gets_further_variants_below_it_or_none_of_them(api: Api) -> None:
    show = await make_show(api, live=False)
    red = done(await api.post(f"/shows/{show}/items", GOODS | {"variant": "红"}))["id"]
    done(await api.post(f"/shows/{show}/items", GOODS | {"sku": "Z", "title": "帽"}))
    terms = {"price": 5900, "quantity": 9, "per_buyer_limit": 8, "duration_s": 60}
    done(await api.post(f"/shows/{show}/offers", terms | {"item_id": red}))
    more = [{"variant": "蓝", "stock": 7}, {"variant": "绿", "sku": "A1-G", "stock": 0}]

    answer = done(await api.patch(f"/items/{red}", {"title": "杯", "variants": more}))

    assert [(v["variant"], v["position"]) for v in answer["variants"]] == [("蓝", 2), ("绿", 3)]
    lines = done(await api.get(f"/shows/{show}/items"))["items"]
    assert [(i["position"], i["title"], i["variant"], i["sku"], i["stock"]) for i in lines] == [
        (1, "杯", "红", GOODS["sku"], GOODS["stock"]),
        (2, "杯", "蓝", GOODS["sku"], 7),
        (3, "杯", "绿", "A1-G", 0),
        (4, "帽", "", "Z", GOODS["stock"]),
    ]
    prepared = [i["sale"] and {name: i["sale"][name] for name in terms} for i in lines]
    assert prepared == [terms, terms | {"quantity": 7, "per_buyer_limit": 7}, None, None]
    taken = {
        "title": "碗",
        "variants": [{"variant": "紫", "stock": 1}, {"variant": "蓝", "stock": 1}],
    }
    assert refused(await api.patch(f"/items/{red}", taken), 409, "sku_taken")["variant"] == "蓝"
    wrong = await api.patch(f"/items/{red}", {"variants": [{"variant": "大"}, {"stock": -1}]})
    assert wrong_fields(wrong) == {"variants.0.stock", "variants.1.variant", "variants.1.stock"}
    bare = await api.patch(
        f"/items/{lines[3]['id']}", {"variants": [{"variant": "大", "stock": 1}]}
    )
    assert wrong_fields(bare) == {"variant"}, "it would stand beside its own variants"
    assert done(await api.get(f"/shows/{show}/items"))["items"] == lines
    done(await api.post(f"/shows/{show}/start"))
    done(await api.post(f"/shows/{show}/end"))
    over = {"variants": [{"variant": "黑", "stock": 1}]}
    refused(await api.patch(f"/items/{red}", over), 409, "ended")


async def test_a_sku_stands_once_in_a_line_up_and_again_in_another(api: Api) -> None:
    show, other = await make_show(api), await make_show(api)
    for place in (show, other):
        done(await api.post(f"/shows/{place}/items", GOODS))
    refused(await api.post(f"/shows/{show}/items", GOODS), 409, "sku_taken")


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"sku": None}, {"sku"}),
        ({"title": ""}, {"title"}),
        ({"list_price": -1}, {"list_price"}),
        ({"list_price": 12.5}, {"list_price"}),
        ({"list_price": True, "stock": "3"}, {"list_price", "stock"}),
        ({"list_price": 10**12 + 1}, {"list_price"}),
        ({"stock": -1}, {"stock"}),
        ({"stock": 10_000_001}, {"stock"}),
        ({"image_url": "ftp://x"}, {"image_url"}),
        ({"image_url": "/static/../x"}, {"image_url"}),
        ({"image_url": "/static/art/./x"}, {"image_url"}),
        ({"image_url": "/static/%2e%2e/x"}, {"image_url"}),
        ({"image_url": "/static/..\\x"}, {"image_url"}),
        ({"image_url": "/static//x.example/y"}, {"image_url"}),
        ({"image_url": "/static/" + "x" * 2000}, {"image_url"}),
        ({"variants": "红"}, {"variants"}),
        ({"variants": ["x"] * 101}, {"variants"}),
        ({"notes": "x" * 2001}, {"notes"}),
    ],
)
async def test_wrong_values_of_an_item_are_all_named(
    api: Api, values: dict[str, Any], fields: set[str]
) -> None:
    show = await make_show(api, live=False)
    answer = await api.post(f"/shows/{show}/items", GOODS | values)
    assert wrong_fields(answer) == fields


async def test_an_endless_number_is_named_by_its_field(api: Api) -> None:
    show = await make_show(api, live=False)
    body = b'{"sku": "A", "title": "T", "stock": 1, "list_price": ' + b"9" * 5000 + b"}"
    assert wrong_fields(await api.post(f"/shows/{show}/items", content=body)) == {"list_price"}


async def test_only_operators_change_the_line_up(api: Api) -> None:
    show = await make_show(api)
    viewer = (await make_viewer(api)).token
    for path in (f"/shows/{show}/items", f"/shows/{show}/items/import"):
        refused(await api.post(path, GOODS, token=NOBODY), 401, "not_signed_in")
        refused(await api.post(path, GOODS, token=viewer), 403, "forbidden")
    refused(await api.post("/shows/none/items", GOODS), 404, "not_found")
    refused(await import_csv(api, "none", EXPORT), 404, "not_found")


async def test_a_shops_export_becomes_items_and_every_refused_line_is_named(api: Api) -> None:
    show = await make_show(api, live=False)
    answer = await import_csv(api, show, EXPORT)
    assert answer.status_code == 201
    assert answer.json() == {
        "created": 3,
        "updated": 0,
        "rejected": [
            {"line": 5, "reason": "bad_stock"},
            {"line": 7, "reason": "formula"},
            {"line": 8, "reason": "bad_price"},
        ],
    }
    after = done(await api.post(f"/shows/{show}/items", GOODS))
    assert after["position"] == 4


async def test_a_wrong_picture_is_noted_and_the_product_is_there(api: Api) -> None:
    show = await make_show(api, live=False)
    answer = await import_csv(api, show, EXPORT.replace("https://cdn.example/cup.jpg", "nonsense"))
    assert answer.json()["created"] == 3
    assert answer.json()["notes"] == [{"line": 2, "reason": "bad_url"}]


async def test_importing_again_updates_instead_of_doubling(api: Api) -> None:
    show = await make_show(api, live=False)
    done(await import_csv(api, show, EXPORT))
    again = done(await import_csv(api, show, EXPORT.replace("钢笔", "金笔")))
    assert (again["created"], again["updated"]) == (0, 3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
async def test_the_encodings_of_spreadsheets_are_read(api: Api, encoding: str) -> None:
    show = await make_show(api, live=False)
    assert done(await import_csv(api, show, EXPORT.encode(encoding)))["created"] == 3


async def test_a_file_may_come_as_a_form(api: Api) -> None:
    show = await make_show(api, live=False)
    path = f"/shows/{show}/items/import"
    answer = await api.post(path, files={"file": ("p.csv", EXPORT.encode(), "text/csv")})
    assert done(answer)["created"] == 3
    answer = await api.post(path, files={"other": ("p.csv", b"x", "text/csv")})
    assert wrong_fields(answer) == {"file"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\x00\x01", "encoding"),
        ("Handle,Title,Variant Price\ncafé,x,1\n".encode("latin-1"), "encoding"),
        (b"Handle,Title\na,b\n", "Variant Price"),
        (b'Handle,Title,Variant Price\na,"b,1\n', "quotes"),
    ],
)
async def test_a_file_that_is_no_product_list_is_refused_as_a_whole(
    api: Api, content: bytes, said: str
) -> None:
    show = await make_show(api, live=False)
    assert said in file_error(await import_csv(api, show, content))
    assert done(await api.post(f"/shows/{show}/items", GOODS))["position"] == 1


async def test_a_file_over_eight_mebibytes_is_too_large(api: Api) -> None:
    show = await make_show(api, live=False)
    refused(await import_csv(api, show, b"x" * 10_000_000), 413, "too_large")


@pytest.mark.usefixtures("worker")
async def test_a_hundred_thousand_lines_are_read_while_orders_are_taken(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=1000)
    lines = "".join(f"h{n},杯,1,{n}\n" for n in range(100_000))
    sent = asyncio.create_task(import_csv(api, show, HEADER + lines))
    orders = 0
    while not sent.done():
        done(await buy(api, offer, await make_viewer(api)))
        orders += 1
        await asyncio.sleep(0.05)
    assert done(await sent) == {"created": 100_000, "updated": 0, "rejected": []}
    assert orders >= 5, "the import had the loop to itself"


@pytest.mark.usefixtures("worker")
async def test_one_line_more_is_too_many(api: Api) -> None:
    show = await make_show(api)
    answer = await import_csv(api, show, HEADER + "a,b,1,c\n" * 100_001)
    assert "100,000" in file_error(answer)
    assert done(await api.post(f"/shows/{show}/items", GOODS))["position"] == 1
