import asyncio

import pytest

from live.domain.order import settled_by
from live.domain.outcomes import Taken, Verdict
from live.hotpath import keys
from live.hotpath.stock import Order
from tests.asking import eventually
from tests.hotpath.stage import PRICE, Stage


async def expired(stage: Stage, offer: str, buyer: str = "v1", n: int = 1) -> Order:
    """An order whose hold has run out. The offer's holds must be of no length."""
    order = await stage.taken(offer, buyer, n)
    await stage.stock.sweep(stage.show)
    return await stage.order(order.id)


async def test_paying_twice_is_paying_once(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5)
    order = await hot_stage.taken(offer, n=2)
    verdicts = await asyncio.gather(*(hot_stage.settle("pay", order) for _ in range(10)))
    assert sorted(verdicts) == [Verdict.TAKEN] + [Verdict.REPEAT] * 9
    assert await hot_stage.numbers(offer) == (3, 0, 2, 0, 0, 0)
    told = await hot_stage.check()
    assert told.totals()["gmv_paid"] == 2 * PRICE


async def test_a_cancelled_order_gives_its_units_back_once(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1)
    order = await hot_stage.taken(offer)
    assert await hot_stage.state(offer) == "sold_out"
    assert await hot_stage.settle("cancel", order) is Verdict.TAKEN
    assert await hot_stage.settle("cancel", order) is Verdict.REPEAT
    assert await hot_stage.settle("pay", order) is Verdict.ILLEGAL
    assert await hot_stage.numbers(offer) == (1, 0, 0, 0, 1, 0)
    assert await hot_stage.state(offer) == "open"
    await hot_stage.check()


async def test_only_an_operator_refunds_a_paid_order(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1)
    order = await hot_stage.taken(offer)
    await hot_stage.settle("pay", order)
    assert await hot_stage.settle("cancel", order) is Verdict.ILLEGAL
    assert await hot_stage.settle("cancel", order, as_operator=True) is Verdict.TAKEN
    assert await hot_stage.settle("cancel", order, as_operator=True) is Verdict.REPEAT
    assert await hot_stage.numbers(offer) == (1, 0, 0, 0, 0, 1)
    told = await hot_stage.check()
    assert told.totals()["gmv_paid"] == told.totals()["paid_orders"] == 0


async def test_nobody_settles_the_order_of_someone_else(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1)
    order = await hot_stage.taken(offer, "v1")
    verdict, told = await hot_stage.stock.settle("cancel", order, "v2")
    assert (verdict, told) == (Verdict.UNKNOWN, None)
    assert await hot_stage.numbers(offer) == (0, 1, 0, 0, 0, 0)


async def test_a_late_payment_is_honoured_from_stock_that_is_left(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(2, hold_ms=0)
    order = await expired(hot_stage, offer)
    assert await hot_stage.settle("pay", order) is Verdict.TAKEN
    assert await hot_stage.numbers(offer) == (1, 0, 1, 0, 0, 0)
    assert await hot_stage.settle("pay", order) is Verdict.REPEAT
    await hot_stage.check()


async def test_a_late_payment_without_stock_is_refunded(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1, hold_ms=0)
    order = await expired(hot_stage, offer)
    other = await hot_stage.taken(offer, "v2")
    await hot_stage.settle("pay", other)
    assert await hot_stage.settle("pay", order) is Verdict.TAKEN
    assert (await hot_stage.order(order.id)).state == "refunded"
    assert await hot_stage.settle("pay", order) is Verdict.REPEAT
    assert await hot_stage.numbers(offer) == (0, 0, 1, 0, 0, 1)
    told = await hot_stage.check()
    assert told.totals()["gmv_paid"] == PRICE


async def test_a_late_payment_does_not_pass_the_limit(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(5, limit=1, hold_ms=0)
    order = await expired(hot_stage, offer)
    await hot_stage.taken(offer)
    assert await hot_stage.settle("pay", order) is Verdict.TAKEN
    assert (await hot_stage.order(order.id)).state == "refunded"
    await hot_stage.check()


async def test_a_late_payment_may_sell_the_last_unit(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1, hold_ms=0)
    order = await expired(hot_stage, offer)
    await hot_stage.settle("pay", order)
    assert await hot_stage.state(offer) == "sold_out"
    await hot_stage.check()


async def test_payment_and_expiry_race_to_one_ending(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(100, hold_ms=0)
    orders = [await hot_stage.taken(offer, f"v{i}") for i in range(60)]
    await asyncio.gather(
        *(hot_stage.settle("pay", order) for order in orders),
        *(hot_stage.stock.sweep(hot_stage.show) for _ in range(10)),
    )
    left, held, paid, gone, _, refunded = await hot_stage.numbers(offer)
    assert (left, held, paid, gone, refunded) == (40, 0, 60, 0, 0)
    await hot_stage.check()


@pytest.mark.parametrize("verb", ["close", "pause"])
async def test_a_hold_stays_payable_when_the_offer_no_longer_sells(
    hot_stage: Stage, verb: str
) -> None:
    offer = await hot_stage.arm(3)
    first, second = await hot_stage.taken(offer), await hot_stage.taken(offer)
    await hot_stage.stock.move(verb, offer, {})
    assert await hot_stage.settle("pay", first) is Verdict.TAKEN
    assert await hot_stage.settle("cancel", second) is Verdict.TAKEN
    assert await hot_stage.numbers(offer) == (2, 0, 1, 0, 1, 0)
    await hot_stage.check()


async def test_a_hold_stays_payable_after_the_show(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    first, second = await hot_stage.taken(offer), await hot_stage.taken(offer)
    await hot_stage.log.move(hot_stage.show, "end")
    assert await hot_stage.settle("pay", first) is Verdict.TAKEN
    assert await hot_stage.settle("cancel", first, as_operator=True) is Verdict.TAKEN
    assert await hot_stage.settle("pay", second) is Verdict.TAKEN
    assert await hot_stage.numbers(offer) == (2, 0, 1, 0, 0, 1)
    await hot_stage.check()


async def test_a_hold_grows_once_by_its_own_length_and_its_key_says_what_it_said(
    hot_stage: Stage,
) -> None:
    offer = await hot_stage.arm(3, hold_ms=60_000)
    wish = hot_stage.wish(offer)
    first = await hot_stage.stock.take(wish)
    assert isinstance(first, Taken)
    before = await hot_stage.order(first.order_id)
    verdicts = await asyncio.gather(*(hot_stage.settle("extend", before) for _ in range(10)))
    assert sorted(verdicts) == [Verdict.TAKEN] + [Verdict.REPEAT] * 9
    grown = await hot_stage.order(before.id)
    assert (grown.expires_ms, grown.is_extended) == (before.expires_ms + 60_000, True)
    assert await hot_stage.stock.take(wish) == first._replace(repeat=True)
    assert await hot_stage.numbers(offer) == (2, 1, 0, 0, 0, 0)
    assert await hot_stage.settle("pay", grown) is Verdict.TAKEN
    assert await hot_stage.settle("extend", grown) is Verdict.ILLEGAL
    await hot_stage.check()


async def test_a_hold_that_was_extended_still_runs_out(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(1, hold_ms=400)
    order = await hot_stage.taken(offer)
    assert await hot_stage.settle("extend", order) is Verdict.TAKEN
    await asyncio.sleep(max(0, order.expires_ms + 50 - hot_stage.client.now_ms()) / 1000)
    if hot_stage.client.now_ms() < order.expires_ms + 350:  # else this machine was too busy
        await hot_stage.stock.sweep(hot_stage.show)
        assert await hot_stage.numbers(offer) == (0, 1, 0, 0, 0, 0)

    async def is_back() -> bool:
        await hot_stage.stock.sweep(hot_stage.show)
        return await hot_stage.numbers(offer) == (1, 0, 0, 1, 0, 0)

    await eventually(is_back)
    assert await hot_stage.settle("extend", order) is Verdict.ILLEGAL
    await hot_stage.check()


async def test_no_hold_grows_after_the_show_nor_when_its_time_is_over(hot_stage: Stage) -> None:
    due = await hot_stage.taken(await hot_stage.arm(1, hold_ms=0))
    assert await hot_stage.settle("extend", due) is Verdict.ILLEGAL
    offer = await hot_stage.arm(3)
    early, late = await hot_stage.taken(offer), await hot_stage.taken(offer)
    verdict, told = await hot_stage.stock.settle("extend", early, "v2")
    assert (verdict, told) == (Verdict.UNKNOWN, None), "it is somebody else's"
    assert await hot_stage.settle("extend", early) is Verdict.TAKEN
    await hot_stage.log.move(hot_stage.show, "end")
    assert await hot_stage.settle("extend", early) is Verdict.REPEAT
    assert await hot_stage.settle("extend", late) is Verdict.ENDED
    assert not (await hot_stage.order(late.id)).is_extended
    await hot_stage.check()


async def test_an_unknown_order_is_unknown(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    order = await hot_stage.taken(offer)
    await hot_stage.client.do("HDEL", keys.book(hot_stage.show), f"h:{order.id}")
    assert await hot_stage.settle("pay", order) is Verdict.UNKNOWN


@pytest.mark.parametrize("as_operator", [False, True])
@pytest.mark.parametrize("verb", ["pay", "cancel"])
async def test_the_rules_in_python_are_those_of_the_script(
    hot_stage: Stage, verb: str, as_operator: bool
) -> None:
    gone = await expired(hot_stage, await hot_stage.arm(20, hold_ms=0))
    lasting = await hot_stage.arm(20)
    held, paid, cancelled, refunded = [await hot_stage.taken(lasting) for _ in range(4)]
    for before, order in (("pay", paid), ("cancel", cancelled), ("pay", refunded)):
        await hot_stage.settle(before, order)
    await hot_stage.settle("cancel", refunded, as_operator=True)
    for order in (held, paid, cancelled, gone, refunded):
        state = (await hot_stage.order(order.id)).state
        said = settled_by(verb, state, as_operator=as_operator)
        assert await hot_stage.settle(verb, order, as_operator=as_operator) is said, state
