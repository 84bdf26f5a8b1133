"""A line-up again has of its stock what was left, and set-up says so until somebody has restocked."""

import html

import pytest

from live.runtime import Runtime
from live.store import items, offers
from live.store.items import last_of
from live.web.words import translate
from tests.asking import Api, done
from tests.factories import buy, make_item, make_offer, make_order, make_show, make_viewer
from tests.features.set_up import Desk, desk_of


@pytest.fixture
async def desk(api: Api, runtime: Runtime) -> Desk:
    return await desk_of(api, runtime)


async def sold_of(api: Api, show: str, **values: object) -> str:
    """An item of 200 of which one unit is paid, two are held and one is cancelled."""
    item = await make_item(api, show, stock=200, **values)
    offer = await make_offer(api, show, item_id=item, quantity=198)
    viewer = await make_viewer(api)
    orders = [done(await buy(api, offer, viewer))["id"] for _ in range(2)]
    done(await api.post(f"/orders/{orders[0]}/pay"))
    done(await api.post(f"/orders/{orders[1]}/cancel"))
    await make_order(api, offer, await make_viewer(api), 2)
    return item


async def line_up(runtime: Runtime, show: str) -> list[tuple[int, int, int | None]]:
    """Stock, of how many it was left, units of the sale."""
    async with runtime.db.read() as session:
        rows = await items.list_items(session, show)
        sales = {row.item_id: row.quantity for row in await offers.list_offers(session, show)}
    return [(row.stock, last_of(row), sales.get(row.id)) for row in rows]


LEFT = [(197, 200, 197), (1000, 0, None)]


async def test_a_copy_has_what_was_left_at_that_moment(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    item = await sold_of(api, show)
    await make_item(api, show)
    copy = done(await api.post(f"/shows/{show}/clone"))["id"]
    assert await line_up(runtime, copy) == LEFT
    done(await api.patch(f"/items/{item}", {"stock": 300}))
    again = done(await api.post(f"/shows/{show}/clone"))["id"]
    assert (await line_up(runtime, again))[0] == (297, 300, 198), "restocked on air"
    third = done(await api.post(f"/shows/{copy}/clone"))["id"]
    assert await line_up(runtime, third) == LEFT, "nobody has restocked yet"


async def test_of_a_show_that_has_left_redis_sql_says_what_was_left(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api, live=False)
    item = await make_item(api, show, stock=200)
    offer = await make_offer(api, show, item_id=item, push=False, quantity=200)
    async with runtime.db.write() as session:
        row = await offers.find_offer(session, offer)
        assert row
        row.state, row.left_units, row.held_units, row.paid_units = "closed", 190, 1, 9
        session.add(row)
    copy = done(await api.post(f"/shows/{show}/clone"))["id"]
    assert await line_up(runtime, copy) == [(190, 200, 190)]


async def test_a_template_has_what_was_left_when_it_was_saved(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    await sold_of(api, show)
    await make_item(api, show)
    saved = done(await api.post(f"/shows/{show}/line-ups", {"name": "周五"}))["id"]
    other = await make_show(api, live=False)
    done(await api.post(f"/shows/{other}/line-up", {"line_up": saved}))
    assert await line_up(runtime, other) == LEFT


async def test_a_rehearsal_has_the_stock_that_is_set_up(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    await sold_of(api, show)
    copy = done(await api.post(f"/shows/{show}/clone"))["id"]
    rehearsal = done(await api.post(f"/shows/{copy}/rehearse"))["id"]
    assert (await line_up(runtime, rehearsal))[0] == (197, 0, 197)


async def test_set_up_says_what_was_left_until_the_stock_is_another(api: Api, desk: Desk) -> None:
    done(await api.post(f"/shows/{desk.show}/start"))
    await sold_of(api, desk.show, title="杯")
    gone = await make_item(api, desk.show, stock=2, title="灯")
    offer = await make_offer(api, desk.show, item_id=gone, quantity=2)
    await make_order(api, offer, await make_viewer(api), 2)
    sent = await desk.post("clone")
    to = sent.headers["location"]
    assert to.endswith("said=cloned_left#line-up")
    desk.show = to.split("/")[2]
    page = html.unescape(await desk.page(to.split("/")[3]))
    assert translate("en", "setup.said.cloned_left") in page
    for left, stock in ((197, 200), (0, 2)):
        assert translate("en", "again.last_time", left=left, stock=stock) in page
    cup, lamp = await desk.lines()
    assert lamp["sale"]["quantity"] == 2, "kept for who restocks"
    answer = await desk.post(f"items/{cup['id']}/cell", name="stock", value="250", seen=cup["mark"])
    assert answer.status_code == 200
    page = html.unescape(await desk.page())
    assert translate("en", "again.last_time", left=197, stock=200) not in page
    assert translate("en", "again.last_time", left=0, stock=2) in page


async def test_a_copy_of_what_nobody_bought_says_nothing(api: Api, desk: Desk) -> None:
    await make_item(api, desk.show, stock=5)
    sent = await desk.post("clone")
    assert sent.headers["location"].endswith("said=cloned#line-up")
