"""What is left of a show: its orders and comments, as files for a spreadsheet."""

import csv
import io

import pytest

from live.features.reports.actions import sheets
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.factories import make_item, make_offer, make_order, make_show, make_viewer


async def rows_of(api: Api, path: str, **headers: str) -> list[dict[str, str]]:
    answer = await api.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def settled(api: Api, show: str) -> None:
    async def is_even() -> bool:
        return bool(done(await api.get(f"/shows/{show}/audit"))["ledger_lag"] == 0)

    await eventually(is_even)


async def test_every_order_is_a_line_that_can_be_packed(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "PAGE", 2)
    show = await make_show(api)
    item = await make_item(api, show, sku="CUP", title="保温杯", variant="红")
    offer = await make_offer(api, show, item_id=item, price=5990)
    viewer = await make_viewer(api, name="=小美")
    paid = await make_order(api, offer, viewer, 2)
    done(await api.post(f"/orders/{paid}/pay"))
    others = [await make_order(api, offer, await make_viewer(api)) for _ in range(4)]
    done(await api.post(f"/orders/{others[0]}/cancel"))
    await settled(api, show)

    lines = await rows_of(api, f"/shows/{show}/orders.csv?utc_offset_min=480")
    assert [line["Order"] for line in lines] == [paid, *others]
    first = lines[0]
    assert (first["State"], first["SKU"], first["Item"]) == ("paid", "CUP", "保温杯 / 红")
    assert (first["Quantity"], first["Price each"], first["Amount"]) == ("2", "59.90", "119.80")
    assert first["Name"] == "'=小美", "a spreadsheet must not run it"
    placed = done(await api.get(f"/orders/{paid}"))["placed_at"]
    assert first["Placed (UTC+08:00)"][11:13] == f"{(int(placed[11:13]) + 8) % 24:02}"
    assert first["Paid (UTC+08:00)"] >= first["Placed (UTC+08:00)"]
    assert [line["State"] for line in lines[1:]] == ["cancelled", "unpaid", "unpaid", "unpaid"]

    chinese = await rows_of(api, f"/shows/{show}/orders.csv", **{"accept-language": "zh-CN"})
    assert (chinese[0]["订单号"], chinese[0]["状态"]) == (paid, "已付款")
    assert "下单时间 (UTC)" in chinese[0]


async def test_all_that_was_said_is_there_whoever_saw_it(api: Api) -> None:
    show = await make_show(api)
    viewer = await make_viewer(api, name="小美")
    for text in ("多少钱？", "假货"):
        told = done(await api.post(f"/shows/{show}/comments", {"text": text}, token=viewer.token))
    await settled(api, show)
    done(await api.post(f"/shows/{show}/comments/{told['id']}/hide"))

    async def is_hidden() -> bool:
        lines = await rows_of(api, f"/shows/{show}/comments.csv")
        return [line["State"] for line in lines] == ["shown", "hidden"]

    await eventually(is_hidden)
    lines = await rows_of(api, f"/shows/{show}/comments.csv")
    assert [(line["Name"], line["Comment"]) for line in lines] == [
        ("小美", "多少钱？"),
        ("小美", "假货"),
    ]
    assert [line["Question"] for line in lines] == ["yes", ""]


async def test_a_show_of_which_nothing_was_bought_or_said_is_a_header(api: Api) -> None:
    show = await make_show(api)
    for name in ("orders", "comments"):
        answer = await api.get(f"/shows/{show}/{name}.csv")
        assert len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("name", ["orders", "comments"])
async def test_only_the_crew_takes_them_away(api: Api, name: str) -> None:
    show = await make_show(api)
    path = f"/shows/{show}/{name}.csv"
    refused(await api.get(path, token=NOBODY), 401, "not_signed_in")
    refused(await api.get(path, token=(await make_viewer(api)).token), 403, "forbidden")
    for wrong in ("utc_offset_min=841", "utc_offset_min=x", "tz=1"):
        refused(await api.get(f"{path}?{wrong}"), 422, "invalid")
