import asyncio

import pytest

from live.domain.ids import OfferId
from live.domain.outcomes import Refused, Taken, Verdict
from live.errors import IllegalMove, Recovering
from live.hotpath import keys
from live.hotpath.client import Client
from tests.hotpath.stage import Stage

VERBS = ("pause", "resume", "close", "freeze", "restock")
# state → the verbs that it allows
ALLOWED = {
    "armed": {"close", "freeze", "restock"},
    "open": {"pause", "close", "freeze", "restock"},
    "sold_out": {"close", "freeze", "restock"},
    "paused": {"resume", "close", "restock"},
    "closed": set(),
}


async def brought_to(stage: Stage, state: str) -> str:
    offer = await stage.arm(1, countdown_ms=60_000 if state == "armed" else 0)
    if state == "sold_out":
        await stage.taken(offer)
    if state in ("paused", "closed"):
        await stage.stock.move(state.removesuffix("d"), offer, {})
    assert await stage.state(offer) == state
    return offer


@pytest.mark.parametrize("state", ALLOWED)
async def test_a_state_allows_its_own_verbs_only(hot_stage: Stage, state: str) -> None:
    for verb in VERBS:
        offer = await brought_to(hot_stage, state)
        before = await hot_stage.client.do("HGETALL", keys.offer(offer))
        verdict, _ = await hot_stage.stock.move(verb, offer, {"delta": 1})
        is_allowed = verb in ALLOWED[state]
        assert verdict is (Verdict.TAKEN if is_allowed else Verdict.ILLEGAL), verb
        if not is_allowed:
            assert await hot_stage.client.do("HGETALL", keys.offer(offer)) == before
    await hot_stage.check()


async def test_an_offer_is_armed_once(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5)
    await hot_stage.taken(offer)
    values = {"price": 1, "currency": "CNY", "limit": 1, "hold_ms": 1, "quantity": 9}
    values |= {"countdown_ms": 0, "duration_ms": 1}
    assert await hot_stage.stock.move("arm", offer, values) == (Verdict.ILLEGAL, 4)
    await hot_stage.check()


async def test_restock_adds_and_cuts_but_never_what_is_held_or_paid(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5)
    await hot_stage.settle("pay", await hot_stage.taken(offer))
    await hot_stage.taken(offer)
    assert await hot_stage.stock.move("restock", offer, {"delta": -4}) == (Verdict.TOO_FEW, 3)
    assert await hot_stage.stock.move("restock", offer, {"delta": -3}) == (Verdict.TAKEN, 0)
    assert await hot_stage.state(offer) == "sold_out"
    assert await hot_stage.stock.move("restock", offer, {"delta": 2}) == (Verdict.TAKEN, 2)
    assert await hot_stage.state(offer) == "open"
    told = await hot_stage.check()
    assert told.offers[offer]["restocked"] == -1


async def test_a_pause_stops_the_countdown_and_gives_the_rest_back(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5, duration_ms=60_000)
    await hot_stage.stock.move("pause", offer, {})
    refusal = await hot_stage.take(offer)
    assert isinstance(refusal, Refused)
    assert refusal.verdict is Verdict.NOT_OPEN
    rest = (await hot_stage.check()).offers[offer]["rest_ms"]
    assert isinstance(rest, int)
    assert 59_000 < rest <= 60_000
    await asyncio.sleep(0.03)
    await hot_stage.stock.move("resume", offer, {})
    told = (await hot_stage.check()).offers[offer]
    assert told["rest_ms"] == 0
    now = hot_stage.client.now_ms()
    assert abs(int(told["closes_ms"]) - now - rest) < 1_000
    assert isinstance(await hot_stage.take(offer), Taken)


async def test_an_offer_that_is_over_says_so_before_the_sweep_does(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5, duration_ms=1)
    await asyncio.sleep(0.01)
    refusal = await hot_stage.take(offer)
    assert isinstance(refusal, Refused)
    assert refusal.verdict is Verdict.ENDED
    assert (await hot_stage.check()).offers[offer]["state"] == "closed"


async def test_the_end_of_the_show_closes_every_offer(hot_stage: Stage) -> None:
    offers = [await brought_to(hot_stage, state) for state in ALLOWED]
    await hot_stage.log.move(hot_stage.show, "end")
    assert {await hot_stage.state(offer) for offer in offers} == {"closed"}
    refusal = await hot_stage.take(offers[1])
    assert isinstance(refusal, Refused)
    assert refusal.verdict is Verdict.ENDED
    assert await hot_stage.stock.move("restock", offers[0], {"delta": 1}) == (Verdict.ILLEGAL, 0)
    with pytest.raises(IllegalMove):
        await hot_stage.log.move(hot_stage.show, "end")
    await hot_stage.check()


async def test_an_offer_armed_while_the_show_ends_is_closed_too(
    hot_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = [await hot_stage.arm(5)]
    run = hot_stage.client.run

    async def arm_first(script: object, *args: object) -> object:
        if getattr(script, "name", "") == "show" and len(offers) == 1:
            offers.append(OfferId(""))
            offers[1] = await hot_stage.arm(5)
        return await run(script, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(hot_stage.client, "run", arm_first)
    await hot_stage.log.move(hot_stage.show, "end")
    assert [await hot_stage.state(offer) for offer in offers] == ["closed", "closed"]
    await hot_stage.check()


async def test_a_show_that_redis_does_not_know_is_recovering(hot_client: Client) -> None:
    stage = Stage(hot_client)
    for call in (
        stage.stock.move("close", f"{stage.show}-o1", {}),
        stage.log.move(stage.show, "start"),
        stage.log.append(stage.show, "items", {}),
    ):
        with pytest.raises(Recovering):
            await call


async def test_a_frozen_countdown_does_not_open_and_keeps_its_whole_time(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1, countdown_ms=50, duration_ms=60_000)
    await hot_stage.stock.move("freeze", offer, {})
    await asyncio.sleep(0.1)
    await hot_stage.stock.sweep(hot_stage.show)
    assert await hot_stage.state(offer) == "paused"
    frozen = await hot_stage.stock.read(offer)
    assert frozen is not None
    assert frozen.opens_ms == 0, "it has not opened"
    await hot_stage.check()
    await hot_stage.stock.move("resume", offer, {})
    numbers = await hot_stage.stock.read(offer)
    assert numbers is not None
    assert numbers.state == "open"
    assert numbers.closes_ms - numbers.opens_ms == 60_000, (
        "it opens now, and not when it was planned"
    )
    assert 59_000 < numbers.closes_ms - hot_stage.client.now_ms() <= 60_100
    await hot_stage.check()
