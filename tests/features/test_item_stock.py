"""An item's stock is sold once, whatever its offers ask for and whoever asks at the same moment."""

import asyncio
from typing import Any

import pytest

from live.domain.ids import show_of
from live.hotpath import keys
from live.runtime import Runtime
from live.store import items, offers
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.factories import buy, make_item, make_offer, make_order, make_show, make_viewer

CSV = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n"


async def stage(api: Api, stock: int = 5, **values: Any) -> tuple[str, str, str]:
    """A live show, its item, and an offer of all of it on air."""
    show = await make_show(api)
    item = await make_item(api, show, sku="A", stock=stock)
    return show, item, await make_offer(api, show, item_id=item, **{"quantity": stock} | values)


async def test_a_second_push_of_the_same_units_is_refused_and_changes_nothing(api: Api) -> None:
    show, item, _ = await stage(api)
    second = await make_offer(api, show, item_id=item, quantity=5, push=False)
    told = refused(await api.post(f"/offers/{second}/push"), 409, "stock_short")
    assert "stock of 5 cannot cover 10: 5 are already on sale, held or sold" in told["detail"]
    assert (await api.offer(second))["state"] == "draft"
    done(await api.patch(f"/items/{item}", {"stock": 10}))
    assert done(await api.post(f"/offers/{second}/push"))["left"] == 5


async def test_a_closed_offer_lets_go_of_what_is_left_and_keeps_what_is_held_and_paid(
    api: Api,
) -> None:
    show, item, first = await stage(api)
    viewer = await make_viewer(api)
    done(await api.post(f"/orders/{await make_order(api, first, viewer)}/pay"))
    await make_order(api, first, viewer)
    done(await api.post(f"/offers/{first}/close"))
    four = await make_offer(api, show, item_id=item, quantity=4, push=False)
    refused(await api.post(f"/offers/{four}/push"), 409, "stock_short")
    await make_offer(api, show, item_id=item, quantity=3)


async def test_an_offer_that_the_clock_has_closed_lets_go_at_once(api: Api) -> None:
    show, item, _ = await stage(api, duration_s=1)
    second = await make_offer(api, show, item_id=item, quantity=5, push=False)
    refused(await api.post(f"/offers/{second}/push"), 409, "stock_short")
    await asyncio.sleep(1.05)
    done(await api.post(f"/offers/{second}/push"))


async def test_a_restock_beyond_the_stock_is_refused_and_changes_nothing(api: Api) -> None:
    _, item, offer = await stage(api, stock=6, quantity=5)
    before = await api.offer(offer)
    refused(await api.post(f"/offers/{offer}/restock", {"delta": 2}), 409, "stock_short")
    assert await api.offer(offer) == before
    assert done(await api.post(f"/offers/{offer}/restock", {"delta": 1}))["left"] == 6
    done(await api.patch(f"/items/{item}", {"stock": 1000}))
    done(await api.post(f"/offers/{offer}/restock", {"delta": -6}))
    assert done(await api.post(f"/offers/{offer}/restock", {"delta": 994}))["left"] == 994


async def test_pushes_and_restocks_at_once_do_not_slip_through_together(api: Api) -> None:
    show, item, first = await stage(api, stock=12, quantity=2)
    drafts = [await make_offer(api, show, item_id=item, quantity=5, push=False) for _ in range(4)]
    answers = await asyncio.gather(
        *(api.post(f"/offers/{draft}/push") for draft in drafts),
        *(api.post(f"/offers/{first}/restock", {"delta": 5}) for _ in range(4)),
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [409] * 6
    audit = await api.audit(show)
    assert sum(line["quantity"] + line["restocked"] for line in audit["offers"]) == 12


async def test_what_redis_does_not_hold_any_more_counts_as_sql_has_it(
    api: Api, runtime: Runtime
) -> None:
    show, item, first = await stage(api)
    async with runtime.db.write() as session:
        row = await offers.find_offer(session, first)
        assert row is not None
        row.state = "open"  # without waiting for the ledger
        session.add(row)
    await runtime.redis.do("DEL", keys.offer(first))
    second = await make_offer(api, show, item_id=item, quantity=1, push=False)
    refused(await api.post(f"/offers/{second}/push"), 409, "stock_short")


async def test_a_push_that_is_no_move_says_so_rather_than_speak_of_stock(api: Api) -> None:
    show, item, first = await stage(api)
    refused(await api.post(f"/offers/{first}/push"), 409, "illegal_move")
    done(await api.post(f"/offers/{first}/close"))
    await make_offer(api, show, item_id=item, quantity=5)
    refused(await api.post(f"/offers/{first}/restock", {"delta": 1}), 409, "illegal_move")


async def test_an_item_is_corrected_while_its_offer_is_on_air(api: Api, runtime: Runtime) -> None:
    show, item, first = await stage(api, stock=9, quantity=5)
    await make_order(api, first, await make_viewer(api))
    refused(await api.patch(f"/items/{item}", {"stock": 4, "title": "新"}), 409, "stock_short")
    change = {"title": "焖烧杯", "list_price": 9900, "stock": 5, "image_url": "https://x.example/a"}
    told = done(await api.patch(f"/items/{item}", change))
    assert told.pop("mark")
    assert told.pop("warnings") == []
    assert told == {"id": item, "position": 1, "sku": "A", "variant": "", "notes": ""} | change
    after = await runtime.facts.head(show_of(item))
    assert after is not None
    last = await runtime.facts.tail(show_of(item), after.seq - 2, 10)
    assert [fact.kind for fact in last] == ["items", "act"]
    told = done(await api.patch(f"/items/{item}", {"image_url": "", "stock": None}))
    assert (told["title"], told["stock"], told["image_url"]) == ("焖烧杯", 5, None)
    assert done(await api.patch(f"/items/{item}", {})) == told
    told = done(await api.patch(f"/items/{item}", {"variant": "蓝", "notes": "先摸边\n再说克重"}))
    assert told["variant"] == "蓝"
    body = {"sku": "A", "variant": "红", "title": "杯", "list_price": 1, "stock": 1}
    done(await api.post(f"/shows/{show}/items", body))
    refused(await api.patch(f"/items/{item}", {"variant": "红"}), 409, "sku_taken")
    assert done(await api.get(f"/shows/{show}", token=NOBODY))["state"] == "live"


async def test_less_stock_than_was_ever_there_may_still_be_raised(
    api: Api, runtime: Runtime
) -> None:
    _, item, _ = await stage(api, stock=9)
    async with runtime.db.write() as session:
        row = await items.find_item(session, item)
        assert row is not None
        row.stock = 3
        session.add(row)
    assert done(await api.patch(f"/items/{item}", {"stock": 4}))["stock"] == 4


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"title": " ", "stock": -1}, {"title", "stock"}),
        ({"list_price": "9.9", "stock": 10_000_001}, {"list_price", "stock"}),
        ({"image_url": "ftp://x"}, {"image_url"}),
        ({"image_url": 7}, {"image_url"}),
    ],
)
async def test_wrong_new_values_are_all_named(
    api: Api, values: dict[str, object], fields: set[str]
) -> None:
    item = await make_item(api, await make_show(api, live=False))
    assert wrong_fields(await api.patch(f"/items/{item}", values)) == fields


async def test_only_operators_correct_an_item_that_exists(api: Api) -> None:
    _, item, _ = await stage(api)
    viewer = (await make_viewer(api)).token
    refused(await api.patch(f"/items/{item}", {"stock": 9}, token=NOBODY), 401, "not_signed_in")
    refused(await api.patch(f"/items/{item}", {"stock": 9}, token=viewer), 403, "forbidden")
    refused(await api.patch("/items/none", {"stock": 9}), 404, "not_found")


async def test_an_import_does_not_take_stock_that_is_spoken_for(api: Api) -> None:
    show, item, offer = await stage(api, stock=9, quantity=5)
    lines = CSV + "a,新品,B,1,4\na,保温杯,A,1,4\n"
    told = done(await api.post(f"/shows/{show}/items/import", content=lines.encode()))
    assert told == {
        "created": 1,
        "updated": 0,
        "rejected": [{"line": 3, "reason": "stock_short"}],
    }
    assert done(await api.patch(f"/items/{item}", {}))["stock"] == 9
    enough = CSV + "a,保温杯,A,1,5\n"
    told = done(await api.post(f"/shows/{show}/items/import", content=enough.encode()))
    assert (told["updated"], told["rejected"]) == (1, [])
    refused(await api.post(f"/offers/{offer}/restock", {"delta": 1}), 409, "stock_short")
    done(await buy(api, offer, await make_viewer(api)))
