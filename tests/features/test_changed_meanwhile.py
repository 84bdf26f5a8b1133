"""Two people at the same thing: nobody overwrites what they have not seen."""

from typing import Any

import httpx2
import pytest

from live.domain.access import Role
from live.runtime import Runtime
from live.store import items, offers
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, refused
from tests.factories import make_item, make_offer, make_show, signed_in

FACTS = {"title": "周五夜场", "currency": "CNY", "starts_at": "", "stream_url": ""}
LINE = {
    "title": "杯",
    "list_price": "99",
    "stock": "10",
    "variant": "",
    "image_url": "",
    "notes": "",
}
SALE = {"price": "59", "quantity": "3", "per_buyer_limit": "1", "duration_s": "60"}


@pytest.fixture
async def desk(api: Api, runtime: Runtime) -> Any:
    """Posts a form as an operator does; the answer."""
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.OPERATOR})

    async def post(path: str, **form: str) -> httpx2.Response:
        return await api.send("POST", path, token=NOBODY, headers=headers, data=form)

    async def get(path: str) -> str:
        return (await api.send("GET", path, token=NOBODY, headers=headers)).text

    post.get = get  # type: ignore[attr-defined]
    return post


async def test_the_api_changes_an_item_only_as_it_was_read(api: Api) -> None:
    show = await make_show(api)
    item = await make_item(api, show, stock=10)
    [line] = done(await api.get(f"/shows/{show}/items"))["items"]
    assert line["id"] == item
    seen = {"if-match": f'"{line["mark"]}"'}
    changed = await api.patch(f"/items/{item}", {"stock": 20}, headers=seen)
    assert done(changed)["mark"] == changed.headers["etag"].strip('"') != line["mark"]
    refused(await api.patch(f"/items/{item}", {"stock": 5}, headers=seen), 412, "changed_meanwhile")
    assert done(await api.get(f"/shows/{show}/items"))["items"][0]["stock"] == 20
    for whatever in ({}, {"if-match": "*"}):
        done(await api.patch(f"/items/{item}", {"title": "杯"}, headers=whatever))
    wrong = {"if-match": 'W/"x", "y"'}
    refused(
        await api.patch(f"/items/{item}", {"stock": 5}, headers=wrong), 412, "changed_meanwhile"
    )


async def test_a_line_up_is_put_in_order_only_as_it_was_seen(api: Api) -> None:
    show = await make_show(api)
    one, two, three = [await make_item(api, show, sku=f"A{n}") for n in range(3)]
    path = f"/shows/{show}/items/order"
    done(await api.post(path, {"items": [three, one, two], "seen": [one, two, three]}))
    stale = {"items": [two, one, three], "seen": [one, two, three]}
    refused(await api.post(path, stale), 412, "changed_meanwhile")
    done(await api.post(path, {"items": [two, three, one]}))
    for wrong in ([one, two], [one, two, two], [one, two, three, "x"], []):
        refused(await api.post(path, {"items": wrong}), 412, "changed_meanwhile")
    refused(await api.post(path, {"items": "x"}), 422, "invalid")
    lines = done(await api.get(f"/shows/{show}/items"))["items"]
    assert [(line["id"], line["position"]) for line in lines] == [(two, 1), (three, 2), (one, 3)]
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(path, {"items": [one, two, three]}), 409, "ended")


async def test_a_form_keeps_what_was_typed_and_says_what_is_there_now(
    api: Api, runtime: Runtime, desk: Any
) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    async with runtime.db.read() as session:
        row = await items.find_item(session, item)
        assert row
        seen = row.mark
    done(await api.patch(f"/items/{item}", {"list_price": 7777, "stock": 10}))
    path = f"/shows/{show}/items/{item}/edit"
    answer = await desk(path, **LINE, seen=seen)
    assert answer.status_code == 412
    assert "77.77" in answer.text, "what is there now"
    assert 'value="99"' in answer.text, "what was typed"
    again = await desk(path, **LINE, seen=mark_in(answer.text))
    assert again.status_code == 303, "knowingly"
    [line] = done(await api.get(f"/shows/{show}/items"))["items"]
    assert (line["list_price"], line["title"]) == (9900, "杯")


def mark_in(page: str) -> str:
    """Of the form that edits a line."""
    _, _, form = page.partition('id="edit-form"')
    return form.partition('name="seen" value="')[2].partition('"')[0]


async def test_the_facts_of_a_show_are_changed_only_as_they_were_seen(api: Api, desk: Any) -> None:
    show = await make_show(api)
    page = await desk.get(f"/shows/{show}/setup")
    _, _, form = page.partition('id="facts-form"')
    seen = form.partition('name="seen" value="')[2].partition('"')[0]
    assert (await desk(f"/shows/{show}/facts", **FACTS, seen=seen)).status_code == 303
    stale = await desk(f"/shows/{show}/facts", **FACTS | {"title": "别的"}, seen=seen)
    assert stale.status_code == 412
    assert "周五夜场" in stale.text
    assert 'value="别的"' in stale.text


async def test_a_draft_takes_the_place_only_of_the_one_that_was_seen(
    api: Api, runtime: Runtime, desk: Any
) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    path, sale = f"/shows/{show}/offers", SALE | {"item_id": item}
    assert (await desk(path, **sale, seen="")).status_code == 303
    refused_twice = await desk(path, **sale, seen="")
    assert refused_twice.status_code == 412, "somebody else has made one"
    [draft] = await drafts(runtime, show)
    assert (await desk(path, **sale, seen=draft)).status_code == 303
    [draft] = await drafts(runtime, show)
    done(await api.post(f"/offers/{draft}/push"))
    pushed_meanwhile = await desk(path, **sale, seen=draft)
    assert pushed_meanwhile.status_code == 412
    assert await drafts(runtime, show) == []


async def drafts(runtime: Runtime, show: str) -> list[str]:
    async with runtime.db.read() as session:
        rows = await offers.list_offers(session, show)
    known = await runtime.stock.read_all([row.id for row in rows])
    return [row.id for row, numbers in zip(rows, known, strict=True) if numbers is None]


async def test_a_sale_of_a_new_line_needs_nothing_to_have_been_seen(api: Api, desk: Any) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    assert (await desk(f"/shows/{show}/offers", **SALE, item_id=item)).status_code == 303
    assert await make_offer(api, show, item_id=item, quantity=1)
