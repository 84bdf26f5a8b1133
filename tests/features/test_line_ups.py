"""A line-up again: a copy of a show, templates, and pasted text; all lines or none."""

from typing import Any

import pytest

from live.domain.access import Role
from live.domain.line_up import LINES_MAX
from live.features.accounts.actions import create_token
from live.runtime import Runtime
from live.store import items, offers
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.factories import (
    make_item,
    make_offer,
    make_order,
    make_room,
    make_show,
    make_viewer,
    signed_in,
)

TEXT = "保温杯 99/159 x60 限2 #A1\n- 双层真空\n盖毯 169 x40"


async def line_up(runtime: Runtime, show: str) -> list[tuple[Any, ...]]:
    async with runtime.db.read() as session:
        rows = await items.list_items(session, show)
        sales = {row.item_id: row for row in await offers.list_offers(session, show)}
    return [
        (
            row.position, row.sku, row.title, row.list_price_minor, row.stock, row.notes,
            (s.price_minor, s.quantity, s.per_buyer_limit, s.state) if (s := sales.get(row.id)) else None,
        )
        for row in rows
    ]  # fmt: skip


PASTED = [
    (1, "A1", "保温杯", 15900, 60, "双层真空", (9900, 60, 2, "draft")),
    (2, "P2", "盖毯", 16900, 40, "", (16900, 40, 1, "draft")),
]


async def test_pasted_text_becomes_a_line_up_that_can_be_sold(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    assert done(await api.post(f"/shows/{show}/items/paste", {"text": TEXT})) == {
        "created": 2,
        "warnings": [],
    }
    assert await line_up(runtime, show) == PASTED
    now = done(await api.get(f"/shows/{show}/now"))
    taken = done(await api.post(f"/shows/{show}/take", {"expect": now["next"]["id"]}))
    assert taken["quantity"] == 60


async def test_what_is_probably_a_slip_in_a_text_is_said_and_pasted(api: Api) -> None:
    show = await make_show(api)
    text = "杯 9900/99 x5 限2 #A1\n毯 169 x40 限60 #B1"
    told = done(await api.post(f"/shows/{show}/items/paste", {"text": text}))
    assert told["created"] == 2
    assert [(one["sku"], one["field"], one["code"]) for one in told["warnings"]] == [
        ("A1", "price", "hundredfold"),
        ("B1", "per_buyer_limit", "limit_idle"),
    ]


async def test_one_unreadable_line_and_nothing_is_pasted(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    path = f"/shows/{show}/items/paste"
    answer = await api.post(path, {"text": TEXT + "\n杯 9 x0"})
    assert wrong_fields(answer) == {"text"}
    assert "line 4" in answer.json()["errors"][0]["reason"]
    for wrong in ({}, {"text": ""}, {"text": 5}, {"text": "x" * 20_001}, {"test": "a"}):
        assert (await api.post(path, wrong)).status_code == 422
    assert await line_up(runtime, show) == []
    done(await api.post(path, {"text": TEXT}))
    assert wrong_fields(await api.post(path, {"text": "杯 #A1"})) == {"text"}
    assert await line_up(runtime, show) == PASTED
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(path, {"text": "毯"}), 409, "ended")


async def test_a_copy_has_the_line_up_and_nothing_that_happened(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    done(await api.post(f"/shows/{show}/items/paste", {"text": TEXT}))
    item = await make_item(api, show, sku="Z")
    on_air = await make_offer(api, show, item_id=item, quantity=1)
    await make_order(api, on_air, await make_viewer(api))
    copy = done(await api.post(f"/shows/{show}/clone", {"title": "明晚再来"}))
    assert (copy["title"], copy["state"], copy["starts_at"]) == ("明晚再来", "planned", None)
    assert (await line_up(runtime, copy["id"]))[:2] == PASTED
    assert (await line_up(runtime, copy["id"]))[2][-1] == (5900, 1, 2, "draft")
    assert done(await api.get(f"/shows/{copy['id']}/orders"))["orders"] == []
    done(await api.post(f"/shows/{show}/end"))
    for wrong in ({"starts_at": ""}, {"title": ""}):
        answer = await api.post(f"/shows/{show}/clone", wrong)
        assert wrong_fields(answer) == wrong.keys()
    again = done(await api.post(f"/shows/{show}/clone", {"stream_url": ""}))
    assert len(await line_up(runtime, again["id"])) == 3


async def test_a_template_outlives_its_show_and_stays_in_its_room(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    refused(await api.post(f"/shows/{show}/line-ups", {"name": "周五"}), 409, "no_items")
    done(await api.post(f"/shows/{show}/items/paste", {"text": TEXT}))
    saved = done(await api.post(f"/shows/{show}/line-ups", {"name": "周五"}))
    assert (saved["name"], saved["items"], saved["currency"]) == ("周五", 2, "CNY")
    assert done(await api.get("/line-ups"))["line_ups"] == [saved]
    other = await make_show(api)
    path = f"/shows/{other}/line-up"
    assert done(await api.post(path, {"line_up": saved["id"]})) == {"created": 2}
    assert await line_up(runtime, other) == PASTED
    refused(await api.post(path, {"line_up": saved["id"]}), 409, "sku_taken")
    assert await line_up(runtime, other) == PASTED
    refused(await api.post(path, {"line_up": "nothing"}), 404, "not_found")
    dollars = done(await api.post("/shows", {"title": "$", "currency": "USD"}))["id"]
    answer = await api.post(f"/shows/{dollars}/line-up", {"line_up": saved["id"]})
    refused(answer, 409, "other_currency")
    elsewhere = await make_room(runtime, "B")
    theirs = done(await api.post("/shows", {"title": "B", "room_id": elsewhere}))["id"]
    answer = await api.post(f"/shows/{theirs}/line-up", {"line_up": saved["id"]})
    refused(answer, 404, "not_found")
    assert done(await api.send("DELETE", f"/api/v1/line-ups/{saved['id']}")) == {"id": saved["id"]}
    refused(await api.send("DELETE", f"/api/v1/line-ups/{saved['id']}"), 404, "not_found")
    assert done(await api.get("/line-ups"))["line_ups"] == []


async def test_a_catalogue_is_no_template(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    head = "Handle,Title,Variant Price,Variant SKU\n"
    csv = head + "".join(f"c{n},杯{n},9.00,S{n}\n" for n in range(LINES_MAX + 1))
    sent = {"headers": {"content-type": "text/csv"}, "content": csv.encode()}
    done(await api.post(f"/shows/{show}/items/import", **sent))
    for path in ("clone", "line-ups"):
        answer = await api.post(f"/shows/{show}/{path}", {"name": "x"} if "-" in path else None)
        refused(answer, 413, "too_large")


async def test_only_who_may_set_up_does_any_of_it(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    host = await create_token(runtime.db, role="host", name="h", now=runtime.clock.now())
    calls = {"clone": {}, "items/paste": {"text": "a"}, "line-ups": {"name": "a"}}
    for path, sent in (calls | {"line-up": {"line_up": "l"}}).items():
        refused(await api.post(f"/shows/{show}/{path}", sent, token=host), 403, "forbidden")
        refused(await api.post(f"/shows/none/{path}", sent), 404, "not_found")
    refused(await api.get("/line-ups", token=NOBODY), 401, "not_signed_in")


class TestPages:
    @pytest.fixture
    async def headers(self, api: Api, runtime: Runtime) -> dict[str, str]:
        async with runtime.db.read() as session:
            [room] = await list_rooms(session)
        return await signed_in(api, runtime, {room.id: Role.OPERATOR})

    async def test_the_forms_do_the_same_and_keep_what_was_typed(
        self, api: Api, runtime: Runtime, headers: dict[str, str]
    ) -> None:
        show = await make_show(api)

        async def post(path: str, **form: str) -> Any:
            address = f"/shows/{show}/{path}"
            return await api.send("POST", address, token=NOBODY, headers=headers, data=form)

        shown = await post("paste/preview", text=TEXT + "\n杯 9 x0")
        assert "保温杯" in shown.text
        assert "第 4 行" in shown.text or "line 4" in shown.text
        wrong = await post("paste", text=TEXT + "\n杯 9 x0")
        assert (wrong.status_code, "保温杯 99/159" in wrong.text) == (422, True)
        assert (await post("paste", text=TEXT)).status_code == 303
        assert await line_up(runtime, show) == PASTED
        assert (await post("line-ups", name="")).status_code == 422
        assert (await post("line-ups", name="周五")).status_code == 303
        [saved] = done(await api.get("/line-ups"))["line_ups"]
        assert (await post("line-up", line_up=saved["id"])).status_code == 422, "they are there"
        copied = await post("clone")
        assert copied.status_code == 303
        assert await line_up(runtime, copied.headers["location"].split("/")[2]) == PASTED
        assert (await post(f"line-ups/{saved['id']}/remove")).status_code == 303
        assert done(await api.get("/line-ups"))["line_ups"] == []


async def test_an_item_without_a_sale_stays_without_one(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    item = await make_item(api, show, sku="A")
    await make_item(api, show, sku="B")
    await make_offer(api, show, item_id=item, quantity=1)
    copy = done(await api.post(f"/shows/{show}/clone"))["id"]
    assert [line[-1] is None for line in await line_up(runtime, copy)] == [False, True]
