import asyncio
import random
from typing import Any

from live.runtime import Runtime
from live.store.offers import find_offer
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import buy, make_offer, make_order, make_show, make_viewer


async def proven(api: Api, show: str) -> dict[str, dict[str, int]]:
    """The audit's lines by offer, once the ledger has caught up."""

    async def is_ok() -> bool:
        return bool((await api.audit(show))["ok"])

    await eventually(is_ok)
    return {line.pop("id"): line for line in (await api.audit(show))["offers"]}


async def test_the_proof_names_every_unit_of_every_offer_that_was_on_air(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, hold_s=60)
    await make_offer(api, show, push=False)
    viewer, other = await make_viewer(api), await make_viewer(api)
    paid, refunded = [await make_order(api, offer, viewer) for _ in range(2)]
    held, cancelled = [await make_order(api, offer, other) for _ in range(2)]
    for order in (paid, refunded):
        done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    for order in (refunded, cancelled):
        done(await api.post(f"/orders/{order}/cancel"))
    done(await api.post(f"/offers/{offer}/restock", {"delta": 5}))
    assert held
    assert await proven(api, show) == {
        offer: {
            "quantity": 10,
            "restocked": 5,
            "left": 13,
            "held": 1,
            "paid": 1,
            "expired": 0,
            "cancelled": 1,
            "refunded": 1,
            "difference": 0,
        }
    }


async def test_a_crowd_that_buys_pays_and_cancels_at_once_leaves_no_difference(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=25, per_buyer_limit=2)
    chance = random.Random(7)

    async def behave() -> None:
        viewer = await make_viewer(api)
        for _ in range(3):
            answer = await buy(api, offer, viewer, chance.choice([1, 1, 2]))
            verb = chance.choice(["pay", "cancel", ""])
            if answer.is_success and verb:
                path = f"/orders/{answer.json()['id']}/{verb}"
                done(await api.post(path, token=viewer.token))

    await asyncio.gather(*(behave() for _ in range(30)))
    line = (await proven(api, show))[offer]
    assert line["difference"] == 0
    assert line["left"] + line["held"] + line["paid"] == 25
    assert line["left"] >= 0
    listed = done(await api.get(f"/shows/{show}/orders?limit=500"))["orders"]
    for state in ("held", "paid", "cancelled"):
        units = sum(order["quantity"] for order in listed if order["state"] == state)
        assert units == line[state]


async def test_a_unit_that_vanishes_from_redis_is_noticed(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    await proven(api, show)
    await runtime.redis.do("HINCRBY", "{show:" + show + "}:offer:" + offer, "left", -1)
    audit = await api.audit(show)
    assert audit["ok"] is False
    assert audit["offers"][0]["difference"] == 1


async def test_a_sale_that_vanishes_from_the_database_is_noticed(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    await make_order(api, offer, await make_viewer(api))
    await proven(api, show)
    async with runtime.db.write() as session:
        row = await find_offer(session, offer)
        await session.delete(row)
    assert (await api.audit(show))["ok"] is False
    await runtime.redis.do("SREM", "{show:" + show + "}:offers", offer)
    assert (await api.audit(show))["ok"] is False, "its orders tell"


async def test_only_operators_read_the_proof(api: Api) -> None:
    show = await make_show(api)
    viewer = (await make_viewer(api)).token
    for call in ("audit", "tally"):
        refused(await api.get(f"/shows/{show}/{call}", token=NOBODY), 401, "not_signed_in")
        refused(await api.get(f"/shows/{show}/{call}", token=viewer), 403, "forbidden")


async def test_the_proof_stands_while_orders_come_in(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=20, per_buyer_limit=20)
    viewer = await make_viewer(api)
    for _ in range(10):
        await make_order(api, offer, viewer)
        told = done(await api.get(f"/shows/{show}/audit"))
        assert (told["ok"], told["ledger_lag"]) == (True, 0)


async def test_who_did_what_to_whom_can_be_read_page_by_page(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    done(await api.post(f"/shows/{show}/viewers/{viewer.id}/mute", {"seconds": 60}))
    done(await api.post(f"/shows/{show}/viewers/{viewer.id}/free"))
    done(await api.put(f"/shows/{show}/chat-rules", {"slow_s": 5}))
    verbs = ["show:create", "show:start", "viewer:mute", "viewer:free", "rules:set"]

    async def read(**query: object) -> dict[str, Any]:
        found: dict[str, Any] = done(await api.get(f"/shows/{show}/acts", params=query))
        return found

    async def has_all() -> bool:
        return len((await read())["acts"]) == len(verbs)

    await eventually(has_all)
    acts = (await read())["acts"]
    assert [act["verb"] for act in acts] == verbs
    assert acts[2]["detail"].startswith(viewer.id)
    assert all(act["actor"] and act["at"].endswith("Z") for act in acts)
    first = await read(limit=3)
    rest = await read(limit=3, after=first["next"])
    assert first["acts"] + rest["acts"] == acts
    assert rest["next"] is None


async def test_only_the_crew_reads_the_acts_and_asks_for_them_rightly(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    path = f"/shows/{show}/acts"
    refused(await api.get(path, token=NOBODY), 401, "not_signed_in")
    refused(await api.get(path, token=viewer.token), 403, "forbidden")
    for query in ({"limit": 0}, {"limit": 501}, {"after": -1}, {"before": 1}):
        assert wrong_fields(await api.get(path, params=query)) == set(query)
    refused(await api.get("/shows/zzzzzzzzzz/acts"), 404, "not_found")
