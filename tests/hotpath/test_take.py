import asyncio
from collections import Counter

import pytest

from live.domain.outcomes import Outcome, Refused, Taken, Verdict
from live.errors import RedisUnavailable
from live.hotpath import keys
from live.hotpath.client import Client
from live.hotpath.stock import StockCounter
from live.hotpath.takes import Take, Takes
from tests.hotpath.server import RedisServer
from tests.hotpath.stage import Stage


def verdict(outcome: Outcome) -> Verdict:
    return outcome.verdict if isinstance(outcome, Refused) else Verdict.TAKEN


async def take_by(stage: Stage, wish: Take, deadline_ms: int) -> Outcome | Exception:
    told: asyncio.Future[Outcome | Exception] = asyncio.get_running_loop().create_future()
    Takes(stage.client).put(wish, deadline_ms, told.set_result)
    return await told


async def test_a_crowd_from_many_processes_gets_every_unit_and_not_one_more(
    hot_server: RedisServer, hot_stage: Stage
) -> None:
    offer = await hot_stage.arm(37, limit=2)
    clients = [Client(hot_server.url) for _ in range(4)]
    counters = [StockCounter(client) for client in clients]
    wishes = [hot_stage.wish(offer, f"v{i % 150}", 1) for i in range(600)]

    async def attempt(i: int) -> Outcome:
        await asyncio.sleep(i % 7 / 1000)
        return await counters[i % 4].take(wishes[i])

    outcomes = await asyncio.gather(*(attempt(i) for i in range(600)))

    assert Counter(map(verdict, outcomes))[Verdict.TAKEN] == 37
    assert await hot_stage.state(offer) == "sold_out"
    told = await hot_stage.check()
    assert {o.order_id for o in outcomes if isinstance(o, Taken)} == set(told.orders)
    for client in clients:
        await client.close()


async def test_one_key_is_one_order_however_often_and_from_wherever_it_is_sent(
    hot_server: RedisServer, hot_stage: Stage
) -> None:
    offer = await hot_stage.arm(5)
    others = [Client(hot_server.url) for _ in range(3)]
    counters = [hot_stage.stock, *map(StockCounter, others)]
    wishes = [hot_stage.wish(offer, key="the key") for _ in range(24)]
    outcomes = await asyncio.gather(*(counters[i % 4].take(wish) for i, wish in enumerate(wishes)))
    await hot_stage.stock.move("close", offer, {})
    outcomes.append(await hot_stage.take(offer, key="the key"))

    assert all(isinstance(outcome, Taken) for outcome in outcomes)
    answers = {(o.order_id, o.expires_ms, o.amount) for o in outcomes if isinstance(o, Taken)}
    assert len(answers) == 1
    assert [o.repeat for o in outcomes if isinstance(o, Taken)].count(False) == 1
    assert (await hot_stage.numbers(offer))[:3] == (4, 1, 0)
    await hot_stage.check()
    for client in others:
        await client.close()


async def test_a_key_belongs_to_its_buyer_and_to_its_order(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5)
    assert verdict(await hot_stage.take(offer, "v1", 1, "k")) is Verdict.TAKEN
    assert verdict(await hot_stage.take(offer, "v1", 2, "k")) is Verdict.KEY_REUSED
    assert verdict(await hot_stage.take(offer, "v2", 2, "k")) is Verdict.TAKEN
    await hot_stage.check()


async def test_a_refusal_does_not_use_up_the_key(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1)
    await hot_stage.taken(offer)
    assert verdict(await hot_stage.take(offer, "v2", 1, "again")) is Verdict.SOLD_OUT
    await hot_stage.stock.move("restock", offer, {"delta": 1})
    assert await hot_stage.state(offer) == "open"
    assert verdict(await hot_stage.take(offer, "v2", 1, "again")) is Verdict.TAKEN
    await hot_stage.check()


async def test_the_limit_counts_what_a_buyer_holds_and_owns(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(50, limit=3)
    outcomes = await asyncio.gather(*(hot_stage.take(offer) for _ in range(40)))
    assert Counter(map(verdict, outcomes)) == {Verdict.TAKEN: 3, Verdict.LIMIT_REACHED: 37}
    orders = [await hot_stage.order(o.order_id) for o in outcomes if isinstance(o, Taken)]
    await hot_stage.settle("pay", orders[0])
    assert verdict(await hot_stage.take(offer)) is Verdict.LIMIT_REACHED
    await hot_stage.settle("cancel", orders[1])
    assert verdict(await hot_stage.take(offer)) is Verdict.TAKEN
    await hot_stage.settle("cancel", orders[0], as_operator=True)
    assert verdict(await hot_stage.take(offer, n=2)) is Verdict.LIMIT_REACHED
    assert verdict(await hot_stage.take(offer)) is Verdict.TAKEN
    await hot_stage.check()


async def test_orders_of_several_offers_share_a_call(hot_stage: Stage) -> None:
    offers = [await hot_stage.arm(3), await hot_stage.arm(2)]
    outcomes = await asyncio.gather(
        *(hot_stage.take(offers[i % 2], f"v{i}") for i in range(10)),
        hot_stage.take(f"{hot_stage.show}-onosuch"),
    )
    assert Counter(map(verdict, outcomes)) == {
        Verdict.TAKEN: 5,
        Verdict.SOLD_OUT: 5,
        Verdict.UNKNOWN: 1,
    }
    await hot_stage.check()


async def test_a_buyers_last_five_orders_are_known_newest_first(hot_stage: Stage) -> None:
    offer, other = await hot_stage.arm(20, limit=20), await hot_stage.arm(20, limit=20)
    placed = [(await hot_stage.taken(offer if n % 2 else other)).id for n in range(7)]
    await hot_stage.taken(offer, "v2")
    together = await asyncio.gather(*(hot_stage.taken(offer) for _ in range(2)))
    known = [order.id for order in await hot_stage.stock.orders_of(hot_stage.show, "v1")]
    assert set(known[:2]) == {order.id for order in together}
    assert known[2:] == placed[:-4:-1]


async def test_an_order_needs_all_its_units(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    assert verdict(await hot_stage.take(offer, n=4)) is Verdict.SOLD_OUT
    assert verdict(await hot_stage.take(offer, n=3)) is Verdict.TAKEN


async def test_a_request_that_redis_sees_too_late_has_no_effect(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    wish = hot_stage.wish(offer)
    deadline = hot_stage.client.now_ms() - 1_000
    assert isinstance(await take_by(hot_stage, wish, deadline), RedisUnavailable)
    assert (await hot_stage.numbers(offer))[0] == 3
    await hot_stage.stock.take(wish)
    again = await take_by(hot_stage, wish, deadline)
    assert isinstance(again, Taken)  # what was done is told, however late it is asked


async def test_a_clock_that_was_put_back_does_not_stop_the_sale(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    ahead = hot_stage.client.now_ms() + 600_000
    await hot_stage.client.do("HSET", keys.meta(hot_stage.show), "now", ahead)
    order = await hot_stage.taken(offer)
    assert order.placed_ms == ahead  # the show's own time never runs backwards
    await hot_stage.check()


async def test_nothing_is_sold_before_the_start_nor_by_an_empty_redis(hot_client: Client) -> None:
    stage = Stage(hot_client)
    offer = f"{stage.show}-o1"
    assert verdict(await stage.take(offer)) is Verdict.UNKNOWN
    await stage.log.plan(stage.show, "e1")
    assert verdict(await stage.take(offer)) is Verdict.UNKNOWN


@pytest.mark.parametrize("name", ["due", "turns", "pace", "log", "book"])
async def test_a_key_of_a_wrong_type_stops_the_order_before_anything_is_written(
    hot_stage: Stage, name: str
) -> None:
    offer = await hot_stage.arm(3)
    broken = f"{keys.tag(hot_stage.show)}{name}"
    await hot_stage.client.do("DEL", broken)
    await hot_stage.client.do("SET", broken, "?")
    before = await everything(hot_stage)
    with pytest.raises(Exception, match="WRONGTYPE"):
        await hot_stage.take(offer)
    assert await everything(hot_stage) == before


async def everything(stage: Stage) -> dict[bytes, bytes]:
    do = stage.client.do
    names = [name async for name in stage.client.redis.scan_iter(f"{keys.tag(stage.show)}*")]
    return {name: await do("DUMP", name) for name in names}


async def test_a_log_that_is_ahead_stops_the_order_before_anything_is_written(
    hot_stage: Stage,
) -> None:
    offer = await hot_stage.arm(3)
    await hot_stage.client.do("XADD", keys.log(hot_stage.show), "1000-0", "f", b"\x90")
    before = await everything(hot_stage)
    with pytest.raises(Exception, match="XADD"):
        await hot_stage.take(offer)
    assert await everything(hot_stage) == before


async def test_out_of_memory_is_said_before_anything_is_written(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    before = await everything(hot_stage)
    await hot_stage.client.do("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(RedisUnavailable):
            await hot_stage.take(offer)
    finally:
        await hot_stage.client.do("CONFIG", "SET", "maxmemory", "0")
    assert await everything(hot_stage) == before
