"""A sale of a wrong price: it ends, and all its orders are cancelled or refunded."""

import asyncio

from live.domain.ids import ShowId
from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.factories import make_offer, make_order, make_show, make_viewer


async def test_all_orders_of_a_sale_are_given_back_and_no_other(api: Api, runtime: Runtime) -> None:
    show = await make_show(api)
    wrong, right = [
        await make_offer(api, show, price=590, quantity=30, per_buyer_limit=5) for _ in range(2)
    ]
    viewers = [await make_viewer(api) for _ in range(3)]
    mine = [await make_order(api, wrong, viewer, 2) for viewer in viewers]
    kept = await make_order(api, right, viewers[0])
    for order in (mine[0], mine[1], kept):
        done(await api.post(f"/orders/{order}/pay"))

    async def is_written() -> bool:
        return bool(done(await api.get(f"/shows/{show}/audit"))["ledger_lag"] == 0)

    await eventually(is_written)  # some of them are in SQL, and some only in the log
    late = await make_order(api, wrong, viewers[2])
    gone = await make_order(api, wrong, viewers[1])
    done(await api.post(f"/orders/{gone}/cancel"))

    told = done(await api.post(f"/offers/{wrong}/void"))
    assert told == {"offer_id": wrong, "cancelled": 2, "refunded": 2, "refunded_minor": 4 * 590}
    states = [done(await api.get(f"/orders/{order}"))["state"] for order in (*mine, late, kept)]
    assert states == ["refunded", "refunded", "cancelled", "cancelled", "paid"]
    offer = await api.offer(wrong)
    assert (offer["state"], offer["held"], offer["sold"]) == ("closed", 0, 0)
    again = done(await api.post(f"/offers/{wrong}/void"))
    assert (again["cancelled"], again["refunded"]) == (0, 0)
    refused(
        await api.post(f"/offers/{wrong}/orders", {"quantity": 1}, token=viewers[0].token, key="k"),
        409,
        "ended",
    )
    assert (await api.audit(show))["ok"]
    facts = await runtime.facts.tail(ShowId(show), 0, 200)
    acts = [fact.payload for fact in facts if fact.kind == "act"]
    voids = [act["detail"] for act in acts if act["verb"] == "offer:void"]
    assert voids == [f"{wrong} 2 2", f"{wrong} 0 0"]


async def test_whoever_orders_at_that_moment_is_refused_or_gets_nothing(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=200, per_buyer_limit=1)
    viewers = [await make_viewer(api) for _ in range(40)]

    async def order(number: int) -> None:
        await api.post(
            f"/offers/{offer}/orders",
            {"quantity": 1},
            token=viewers[number].token,
            key=f"k{number}",
        )

    buying = [asyncio.create_task(order(number)) for number in range(len(viewers))]
    await asyncio.sleep(0)
    done(await api.post(f"/offers/{offer}/void"))
    await asyncio.gather(*buying)
    told = await api.offer(offer)
    assert (told["state"], told["held"], told["sold"]) == ("closed", 0, 0)
    assert (await api.audit(show))["ok"]


async def test_what_was_never_on_air_cannot_be_voided(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    offer = await make_offer(api, show, push=False)
    refused(await api.post(f"/offers/{offer}/void"), 409, "illegal_move")
    refused(await api.post(f"/offers/{show}-onothing/void"), 404, "not_found")
    refused(await api.post("/offers/x/void"), 404, "not_found")
    refused(await api.post(f"/offers/{offer}/void", token=viewer.token), 403, "forbidden")
    refused(await api.post(f"/offers/{offer}/void", token=NOBODY), 401, "not_signed_in")
