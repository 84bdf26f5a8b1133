"""When a show is over, its line-up, its drafts, its words and its cues stay as they were; and later its chat."""

from typing import Any

import pytest
from starlette.applications import Starlette

from live.domain.access import Role
from live.features.products.actions.imports import LARGE
from live.runtime import Runtime
from live.store import items, offers
from live.store.rooms import list_rooms
from live.web.render import draw
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.factories import make_item, make_offer, make_show, signed_in
from tests.features.test_archive import Evening

GOODS = {"sku": "B2", "title": "盖毯", "list_price": 100, "stock": 5}
SALE = {"price": 100, "quantity": 1, "per_buyer_limit": 1, "duration_s": 60}
CSV = "Handle,Title,Variant Price,Variant SKU\ncup,保温杯,129.00,A9\n"


@pytest.fixture
async def item(api: Api) -> str:
    """An item, never on sale, of a show that has ended."""
    show = await make_show(api)
    made = await make_item(api, show)
    await make_offer(api, show)
    done(await api.post(f"/shows/{show}/end"))
    return made


async def record(runtime: Runtime, show: str) -> tuple[Any, ...]:
    async with runtime.db.read() as session:
        line_up = [(row.id, row.position) for row in await items.list_items(session, show)]
        drafts = [row.id for row in await offers.list_offers(session, show)]
    return line_up, drafts


async def test_the_api_changes_nothing_after_the_end(api: Api, runtime: Runtime, item: str) -> None:
    show = item.split("-")[0]
    before = await record(runtime, show)
    path = f"/shows/{show}"
    answers = [
        await api.post(f"{path}/items", GOODS),
        await api.post(f"{path}/items/import", content=CSV),
        await api.post(f"{path}/items/import", content=CSV + " " * LARGE),
        await api.post(f"{path}/offers", {**SALE, "item_id": item}),
        await api.put(f"{path}/words", {"words": ["想要"]}),
        await api.post(f"{path}/cues", {"text": "催付款"}),
    ]
    for answer in answers:
        refused(answer, 409, "ended")
    assert await record(runtime, show) == before
    assert done(await api.get(f"{path}/tally"))["keywords"] == []


@pytest.mark.parametrize(("lang", "said"), [("zh", "这一场已经结束"), ("en", "The show has ended")])
async def test_the_pages_say_so_in_their_language(
    api: Api, runtime: Runtime, item: str, lang: str, said: str
) -> None:
    show = item.split("-")[0]
    before = await record(runtime, show)
    async with runtime.db.read() as session:
        room = (await list_rooms(session))[0].id
    headers = await signed_in(api, runtime, {room: Role.OPERATOR})
    headers["accept-language"] = lang

    async def press(path: str, **fields: Any) -> None:
        answer = await api.send(
            "POST", f"/shows/{show}/{path}", token=NOBODY, headers=headers, data=fields
        )
        assert answer.status_code in (409, 422)
        assert said in answer.text

    await press("items", sku="B2", title="盖毯", list_price="1.00", stock="5")
    await press(f"items/{item}/remove")
    await press(f"items/{item}/move", direction="down")
    await press("offers", item_id=item, **{**SALE, "price": "99.00"})
    await press("chat-rules", words="想要")
    await press("cues", text="催付款")
    assert await record(runtime, show) == before


async def test_an_archived_control_room_offers_nothing_that_it_would_refuse(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    evening = Evening(api, runtime)
    await evening.happen(something_runs_out=False)
    [comment] = done(await api.get(f"/shows/{evening.show}/comments"))["comments"]
    path = f"/shows/{evening.show}/comments"
    done(await api.post(f"{path}/{comment['id']}/pin"))
    before = await app.state.boards.board(evening.show, fresh=True)
    assert 'data-act="unpin"' in draw("comments/_list.html", "en", board=before, view="held")
    await eventually(evening.is_settled)
    await evening.leave()
    after = await app.state.boards.board(evening.show, fresh=True)
    drawn = draw("comments/_list.html", "en", board=after, view="held")
    assert after.pinned
    assert 'data-acts=""' in drawn
    assert 'data-act="' not in drawn
    refused(await api.post(f"{path}/unpin"), 409, "ended")
    refused(await api.post(f"{path}/{comment['id']}/hide"), 409, "ended")
