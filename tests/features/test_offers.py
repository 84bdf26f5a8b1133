import asyncio
import time
from typing import Any

import pytest

from live.domain.access import Actor, Role
from live.domain.ids import OfferId
from live.errors import IllegalMove
from live.features.offers import actions
from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import buy, make_item, make_offer, make_order, make_show, make_viewer

SALE = {
    "kind": "flash_sale",
    "price": 5900,
    "quantity": 10,
    "per_buyer_limit": 2,
    "duration_s": 60,
    "hold_s": 60,
}
MOVES = ("push", "pause", "resume", "close")
ALLOWED = {
    "draft": {"push"},
    "armed": {"close"},
    "open": {"pause", "close"},
    "paused": {"resume", "close"},
    "sold_out": {"close"},
    "closed": set[str](),
}


async def offer_in(api: Api, state: str) -> str:
    """An offer that stands in `state`."""
    show = await make_show(api)
    countdown = 3600 if state == "armed" else 0
    offer = await make_offer(api, show, push=state != "draft", countdown_s=countdown, quantity=1)
    if state == "sold_out":
        await make_order(api, offer, await make_viewer(api))
    if state in ("paused", "closed"):
        done(await api.post(f"/offers/{offer}/{'pause' if state == 'paused' else 'close'}"))
    assert (await api.offer(offer))["state"] == state
    return offer


async def test_an_offer_is_drafted_pushed_paused_resumed_and_closed(api: Api) -> None:
    show = await make_show(api)
    item = await make_item(api, show)
    answer = await api.post(f"/shows/{show}/offers", SALE | {"item_id": item})
    assert answer.status_code == 201
    assert answer.json() | {"state": "draft"} == answer.json()
    path = f"/offers/{answer.json()['id']}"
    states = []
    for verb in MOVES:
        told = done(await api.post(f"{path}/{verb}"))
        assert told == done(await api.get(path, token=NOBODY))
        states.append((told["state"], told["closes_at"] is None))
    assert states == [("open", False), ("paused", True), ("open", False), ("closed", False)]


async def test_a_pause_keeps_the_rest_of_the_time(api: Api) -> None:
    offer = await make_offer(api, await make_show(api), duration_s=1)
    done(await api.post(f"/offers/{offer}/pause"))
    await asyncio.sleep(1.1)
    assert (await api.offer(offer))["state"] == "paused"
    assert done(await api.post(f"/offers/{offer}/resume"))["state"] == "open"

    async def is_closed() -> bool:
        return bool((await api.offer(offer))["state"] == "closed")

    began = time.monotonic()
    await eventually(is_closed)
    assert time.monotonic() - began > 0.3


async def test_a_countdown_arms_the_offer_and_the_clock_opens_it(api: Api) -> None:
    offer = await make_offer(api, await make_show(api), countdown_s=1)
    viewer = await make_viewer(api)
    assert (await api.offer(offer))["state"] == "armed"
    refused(await buy(api, offer, viewer), 409, "not_open")

    async def is_sold() -> bool:
        return (await buy(api, offer, viewer)).is_success

    began = time.monotonic()
    await eventually(is_sold)
    assert time.monotonic() - began > 0.5
    assert (await api.offer(offer))["state"] == "open"


@pytest.mark.parametrize(
    ("state", "verb"),
    [(state, verb) for state in ALLOWED for verb in MOVES if verb not in ALLOWED[state]],
)
async def test_an_illegal_move_is_refused_and_changes_nothing(
    api: Api, state: str, verb: str
) -> None:
    offer = await offer_in(api, state)
    before = await api.offer(offer)
    refused(await api.post(f"/offers/{offer}/{verb}"), 409, "illegal_move")
    assert await api.offer(offer) == before


@pytest.mark.parametrize("state", ["armed", "open", "paused", "sold_out"])
async def test_every_offer_on_air_can_be_closed(api: Api, state: str) -> None:
    offer = await offer_in(api, state)
    assert done(await api.post(f"/offers/{offer}/close"))["state"] == "closed"


async def test_an_offer_is_pushed_into_a_live_show_only(api: Api) -> None:
    show = await make_show(api, live=False)
    offer = await make_offer(api, show, push=False)
    refused(await api.post(f"/offers/{offer}/push"), 409, "illegal_move")
    done(await api.post(f"/shows/{show}/start"))
    done(await api.post(f"/offers/{offer}/push"))
    done(await api.post(f"/shows/{show}/end"))
    assert (await api.offer(offer))["state"] == "closed"


async def test_pushes_at_once_push_once(api: Api) -> None:
    offer = await make_offer(api, await make_show(api), push=False)
    answers = await asyncio.gather(*(api.post(f"/offers/{offer}/push") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9


async def test_restocking_reopens_a_sold_out_offer(api: Api) -> None:
    offer = await offer_in(api, "sold_out")
    told = done(await api.post(f"/offers/{offer}/restock", {"delta": 3}))
    assert (told["state"], told["left"], told["restocked"], told["held"]) == ("open", 3, 3, 1)
    done(await buy(api, offer, await make_viewer(api)))


async def test_a_cut_takes_what_is_left_and_never_what_is_held_or_paid(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, quantity=5)
    viewer = await make_viewer(api)
    done(await api.post(f"/orders/{await make_order(api, offer, viewer)}/pay"))
    await make_order(api, offer, viewer)
    before = await api.offer(offer)
    refused(await api.post(f"/offers/{offer}/restock", {"delta": -4}), 409, "too_few")
    assert await api.offer(offer) == before
    told = done(await api.post(f"/offers/{offer}/restock", {"delta": -3}))
    assert (told["left"], told["held"], told["sold"], told["restocked"]) == (0, 1, 1, -3)
    assert told["state"] == "sold_out"


async def test_a_closed_offer_and_a_draft_are_not_restocked(api: Api) -> None:
    for state in ("closed", "draft"):
        offer = await offer_in(api, state)
        answer = await api.post(f"/offers/{offer}/restock", {"delta": 1})
        refused(answer, 409, "illegal_move")


@pytest.mark.parametrize("delta", [0, None, "3", 1.5, True, 1_000_001, 1_000_000])
async def test_a_restock_that_makes_no_sense_is_refused(api: Api, delta: Any) -> None:
    offer = await make_offer(api, await make_show(api))
    answer = await api.post(f"/offers/{offer}/restock", {"delta": delta})
    assert wrong_fields(answer) == {"delta"}
    assert (await api.offer(offer))["left"] == 10


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"item_id": "none"}, {"item_id"}),
        ({"kind": "auction"}, {"kind"}),
        ({"price": -1, "quantity": 0}, {"price", "quantity"}),
        ({"price": 10**9 + 1}, {"price"}),
        ({"quantity": 1001}, {"quantity"}),
        ({"quantity": 1_000_001}, {"quantity"}),
        ({"per_buyer_limit": 0, "duration_s": 0}, {"per_buyer_limit", "duration_s"}),
        ({"per_buyer_limit": 1001, "duration_s": 86401}, {"per_buyer_limit", "duration_s"}),
        ({"hold_s": 0, "countdown_s": -1}, {"hold_s", "countdown_s"}),
        ({"hold_s": 86401, "countdown_s": 3601}, {"hold_s", "countdown_s"}),
        ({"price": "59.00"}, {"price"}),
    ],
)
async def test_wrong_values_of_an_offer_are_all_named(
    api: Api, values: dict[str, Any], fields: set[str]
) -> None:
    show = await make_show(api)
    body = SALE | {"item_id": await make_item(api, show)} | values
    assert wrong_fields(await api.post(f"/shows/{show}/offers", body)) == fields


async def test_an_offer_is_of_an_item_of_its_own_show(api: Api) -> None:
    show, other = await make_show(api), await make_show(api)
    body = SALE | {"item_id": await make_item(api, other)}
    assert wrong_fields(await api.post(f"/shows/{show}/offers", body)) == {"item_id"}


async def test_only_operators_move_offers(api: Api) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    viewer = (await make_viewer(api)).token
    before = await api.offer(offer)
    paths = [f"/offers/{offer}/{verb}" for verb in (*MOVES, "restock")]
    for path in (*paths, f"/shows/{show}/offers"):
        refused(await api.post(path, {"delta": 1}, token=NOBODY), 401, "not_signed_in")
        refused(await api.post(path, {"delta": 1}, token=viewer), 403, "forbidden")
    assert await api.offer(offer) == before


async def test_an_offer_that_is_not_there_is_404(api: Api) -> None:
    show = await make_show(api)
    for offer in ("none", f"{show}-o00000000", "%00", "..%2f..", "x" * 500):
        answer = await api.get(f"/offers/{offer}")
        assert answer.status_code in (400, 404), offer
    for verb in MOVES:
        refused(await api.post(f"/offers/{show}-o00000000/{verb}"), 404, "not_found")
        refused(await api.post(f"/offers/none/{verb}"), 404, "not_found")
    refused(await api.post("/shows/none/offers", SALE), 404, "not_found")


async def test_a_push_that_takes_over_ends_the_other_and_a_refused_one_ends_nothing(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    old = await make_offer(api, show, quantity=5)
    new = await make_offer(api, show, quantity=5, push=False)
    who = Actor("token", "t", "t", Role.OPERATOR)
    means: dict[str, Any] = {"db": runtime.db, "stock": runtime.stock, "log": runtime.log}
    with pytest.raises(IllegalMove):
        await actions.push_after(OfferId(old), [old], by=who, **means)
    assert done(await api.get(f"/offers/{old}"))["state"] == "open"
    await actions.push_after(OfferId(new), [old], by=who, **means)
    states = [done(await api.get(f"/offers/{offer}"))["state"] for offer in (old, new)]
    assert states == ["closed", "open"]


async def test_a_sale_that_is_over_is_prepared_again_with_what_is_left(api: Api) -> None:
    show = await make_show(api)
    item = await make_item(api, show, stock=10)
    offer = await make_offer(api, show, item_id=item, quantity=8, price=5900)
    refused(await api.post(f"/offers/{offer}/again"), 409, "illegal_move")
    await make_order(api, offer, await make_viewer(api), 2)
    await make_order(api, offer, await make_viewer(api), 1)
    done(await api.post(f"/offers/{offer}/close"))
    made = done(await api.post(f"/offers/{offer}/again"))
    assert (made["state"], made["quantity"]) == ("draft", 7), "3 of 10 are held"
    upcoming = done(await api.get(f"/shows/{show}/now"))["next"]
    assert (upcoming["id"], upcoming["quantity"], upcoming["price"]) == (made["id"], 7, 5900)
    twice = done(await api.post(f"/offers/{offer}/again"))
    assert twice == made, "what is prepared already is not doubled"
    done(await api.post(f"/offers/{made['id']}/push"))
    refused(await api.post(f"/offers/{made['id']}/again"), 409, "illegal_move")
    for units in (2, 2, 2, 1):
        await make_order(api, made["id"], await make_viewer(api), units)
    done(await api.post(f"/offers/{made['id']}/close"))
    refused(await api.post(f"/offers/{offer}/again"), 409, "stock_short")
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(f"/offers/{offer}/again"), 409, "ended")


async def test_a_push_is_taken_back_and_what_was_ordered_meanwhile_stays(api: Api) -> None:
    show = await make_show(api)
    item = await make_item(api, show, stock=10)
    offer = await make_offer(api, show, item_id=item, quantity=10, price=5900)
    viewer = await make_viewer(api)
    order = await make_order(api, offer, viewer, 2)
    told = done(await api.post(f"/offers/{offer}/take-back"))
    assert (told["state"], told["held"]) == ("closed", 2)
    upcoming = done(await api.get(f"/shows/{show}/now"))["next"]
    assert (upcoming["id"], upcoming["quantity"], upcoming["price"]) == (told["draft"], 8, 5900)
    refused(await api.post(f"/offers/{offer}/take-back"), 409, "illegal_move")
    refused(await api.post(f"/offers/{told['draft']}/take-back"), 409, "illegal_move")
    done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    again = done(await api.post(f"/offers/{told['draft']}/push"))
    assert again["left"] == 8
    for _ in range(4):
        await make_order(api, told["draft"], await make_viewer(api), 2)
    told = done(await api.post(f"/offers/{told['draft']}/take-back"))
    assert (told["left"], told["draft"]) == (0, None), "all of it is sold"
