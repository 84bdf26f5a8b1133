import asyncio

from live.domain.outcomes import Taken
from live.hotpath import keys
from live.hotpath.stock import SWEEP_MAX
from tests.hotpath.stage import Stage


async def test_units_that_nobody_paid_go_back_on_sale(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(2, hold_ms=40, limit=2)
    await hot_stage.taken(offer, n=2)
    await hot_stage.stock.sweep(hot_stage.show)
    assert await hot_stage.numbers(offer) == (0, 2, 0, 0, 0, 0)  # never before its time
    await asyncio.sleep(0.05)
    await hot_stage.stock.sweep(hot_stage.show)
    assert await hot_stage.numbers(offer) == (2, 0, 0, 2, 0, 0)
    assert isinstance(await hot_stage.take(offer, n=2), Taken)
    await hot_stage.check()


async def test_many_sweeps_at_once_expire_each_hold_once(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(200, hold_ms=0)
    await asyncio.gather(*(hot_stage.take(offer, f"v{i % 9}") for i in range(3 * SWEEP_MAX + 1)))
    await asyncio.gather(*(hot_stage.stock.sweep(hot_stage.show) for _ in range(8)))
    assert await hot_stage.numbers(offer) == (200, 0, 0, 3 * SWEEP_MAX + 1, 0, 0)
    await hot_stage.check()


async def test_holds_of_several_buyers_and_offers_expire_in_one_call(hot_stage: Stage) -> None:
    offers = [await hot_stage.arm(9, hold_ms=0), await hot_stage.arm(9, hold_ms=0)]
    for offer in offers:
        for buyer in ("v1", "v1", "v2"):
            await hot_stage.taken(offer, buyer)
    kept = await hot_stage.taken(await hot_stage.arm(9), "v1")
    await hot_stage.stock.sweep(hot_stage.show)
    told = await hot_stage.check()
    assert told.owned() == {f"b:{kept.offer}:v1": 1}


async def test_holds_expire_after_the_show_too(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3, hold_ms=0)
    await hot_stage.taken(offer)
    await hot_stage.log.move(hot_stage.show, "end")
    assert not await hot_stage.stock.sweep(hot_stage.show)  # nothing is left to watch
    assert await hot_stage.numbers(offer) == (3, 0, 0, 1, 0, 0)
    assert await hot_stage.state(offer) == "closed"
    await hot_stage.check()


async def test_a_quiet_sweep_writes_nothing(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    await hot_stage.taken(offer)
    before = await hot_stage.client.do("HGETALL", keys.meta(hot_stage.show))
    assert await hot_stage.stock.sweep(hot_stage.show)
    assert await hot_stage.client.do("HGETALL", keys.meta(hot_stage.show)) == before


async def test_the_clock_opens_and_closes_an_offer(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3, countdown_ms=40, duration_ms=60)
    assert await hot_stage.state(offer) == "armed"
    await asyncio.sleep(0.05)
    await hot_stage.stock.sweep(hot_stage.show)
    assert (await hot_stage.check()).offers[offer]["state"] == "open"
    await asyncio.sleep(0.07)
    await hot_stage.stock.sweep(hot_stage.show)
    assert (await hot_stage.check()).offers[offer]["state"] == "closed"


async def test_a_deadline_without_an_order_is_dropped(hot_stage: Stage) -> None:
    await hot_stage.client.do("ZADD", keys.due(hot_stage.show), 1, f"{hot_stage.show}-gone")
    async with asyncio.timeout(2):
        await hot_stage.stock.sweep(hot_stage.show)
    await hot_stage.check()


async def test_a_hold_of_an_offer_that_was_lost_waits_and_holds_up_nobody(
    hot_stage: Stage,
) -> None:
    lost, other = await hot_stage.arm(3, hold_ms=0), await hot_stage.arm(3, hold_ms=0)
    for offer in (lost, other):
        await hot_stage.taken(offer)
    key = keys.offer(lost)
    await hot_stage.client.do("RENAME", key, key + ":away")
    async with asyncio.timeout(2):  # it must not turn in circles
        await hot_stage.stock.sweep(hot_stage.show)
    assert (await hot_stage.numbers(other))[1] == 0
    await hot_stage.client.do("RENAME", key + ":away", key)
    assert (await hot_stage.numbers(lost))[1] == 1
    await hot_stage.stock.sweep(hot_stage.show)
    assert (await hot_stage.numbers(lost))[1] == 0
    await hot_stage.check()


async def test_holds_of_more_offers_than_one_call_takes_are_all_expired(hot_stage: Stage) -> None:
    offers = [await hot_stage.arm(3, hold_ms=0) for _ in range(SWEEP_MAX + 7)]
    await asyncio.gather(
        *(hot_stage.take(offer, f"v{n % 5}", n=2) for n, offer in enumerate(offers))
    )
    await hot_stage.stock.sweep(hot_stage.show)
    assert {await hot_stage.numbers(offer) for offer in offers} == {(3, 0, 0, 2, 0, 0)}
    await hot_stage.check()


async def test_more_offers_than_one_call_takes_open_and_close_by_the_clock(
    hot_stage: Stage,
) -> None:
    for _ in range(SWEEP_MAX + 7):
        await hot_stage.arm(3, countdown_ms=60_000, duration_ms=60_000)
    start = hot_stage.client.now_ms()
    for state, later_ms in (("armed", 0), ("open", 90_000), ("closed", 180_000)):
        await hot_stage.client.do("HSET", keys.meta(hot_stage.show), "now", start + later_ms)
        await hot_stage.stock.sweep(hot_stage.show)
        told = await hot_stage.check()
        assert {offer["state"] for offer in told.offers.values()} == {state}


async def test_a_sweep_looks_at_no_offer_of_which_nothing_is_due(hot_stage: Stage) -> None:
    for _ in range(20):
        await hot_stage.taken(await hot_stage.arm(3))
    await hot_stage.client.do("CONFIG", "RESETSTAT")
    await hot_stage.stock.sweep(hot_stage.show)
    commands = await hot_stage.client.do("INFO", "commandstats")
    assert commands["cmdstat_hmget"]["calls"] == 1  # of `meta`


async def test_a_turn_of_an_offer_that_is_not_there_is_dropped(hot_stage: Stage) -> None:
    await hot_stage.client.do("ZADD", keys.turns(hot_stage.show), 1, f"{hot_stage.show}-ogone")
    async with asyncio.timeout(2):
        await hot_stage.stock.sweep(hot_stage.show)
    await hot_stage.check()


async def test_a_turn_that_is_set_too_early_is_mended(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    await hot_stage.client.do("ZADD", keys.turns(hot_stage.show), 1, offer)
    async with asyncio.timeout(2):
        await hot_stage.stock.sweep(hot_stage.show)
    assert await hot_stage.state(offer) == "open"
    await hot_stage.check()
