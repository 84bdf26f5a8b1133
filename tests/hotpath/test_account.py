"""A buyer with more keys, and more offers, than fit into one field is a buyer as any other."""

import asyncio

import pytest

from live.domain.outcomes import Refused, Taken, Verdict
from live.hotpath import keys
from live.hotpath.account import KEPT, Account, fields_of, key_field, units_field, unpack
from live.hotpath.bought import units_of
from live.hotpath.takes import Take
from tests.hotpath.stage import Stage

MANY = KEPT + 3


def made(count: int) -> list[tuple[str, str]]:
    return [(f"key-{n}", f"s-{n}") for n in range(count)]


def owned(count: int) -> list[tuple[str, int]]:
    return [(f"s-o{n}", n) for n in range(count)]


@pytest.mark.parametrize(
    ("orders", "offers"), [(1, 0), (1, 1), (KEPT, KEPT), (MANY, 1), (MANY, MANY)]
)
def test_what_is_packed_is_read_back(orders: int, offers: int) -> None:
    buyer, packed, *rest = fields_of("v1", made(orders), owned(offers))
    assert buyer == "v1"
    assert isinstance(packed, bytes)
    assert unpack(packed) == Account(dict(made(orders)[:KEPT]), dict(owned(offers)[:KEPT]))
    own = dict(zip(rest[::2], rest[1::2], strict=True))
    assert own == {
        **{key_field("v1", key): order for key, order in made(orders)[KEPT:]},
        **{units_field(offer, "v1"): n for offer, n in owned(offers)[KEPT:]},
    }


def test_who_never_bought_has_nothing() -> None:
    assert unpack(None) == Account({}, {})


async def bought_everywhere(stage: Stage, **values: int) -> list[Take]:
    """One unit of each of MANY offers, twice, and the limit is two."""
    offers = [await stage.arm(9, limit=2, **values) for _ in range(MANY)]
    wishes = [stage.wish(offer) for offer in (*offers, *offers)]
    outcomes = await asyncio.gather(*(stage.stock.take(wish) for wish in wishes))
    assert all(isinstance(outcome, Taken) and not outcome.repeat for outcome in outcomes)
    await stage.check()
    return wishes


async def test_every_key_is_known_for_ever(hot_stage: Stage) -> None:
    wishes = await bought_everywhere(hot_stage)
    outcomes = [await hot_stage.stock.take(wish) for wish in wishes]
    outcomes += await asyncio.gather(*(hot_stage.stock.take(wish) for wish in wishes))
    assert all(isinstance(outcome, Taken) and outcome.repeat for outcome in outcomes)
    found = [outcome.order_id for outcome in outcomes if isinstance(outcome, Taken)]
    assert found == 2 * [wish.order_id for wish in wishes]
    await hot_stage.check()


async def test_the_limit_holds_for_every_offer(hot_stage: Stage) -> None:
    wishes = await bought_everywhere(hot_stage)
    for wish in wishes:
        outcome = await hot_stage.take(wish.offer_id)
        assert isinstance(outcome, Refused)
        assert outcome.verdict is Verdict.LIMIT_REACHED


async def test_units_given_back_are_counted_for_every_offer(hot_stage: Stage) -> None:
    wishes = await bought_everywhere(hot_stage)
    for wish in wishes[:MANY]:
        await hot_stage.settle("cancel", await hot_stage.order(wish.order_id))
        await hot_stage.check()
    offers = [wish.offer_id for wish in wishes[:MANY]]
    read = await units_of(hot_stage.client, hot_stage.show, "v1", [*offers, "another"])
    assert read == dict.fromkeys(offers, 1)


async def test_holds_of_every_offer_expire_in_one_call(hot_stage: Stage) -> None:
    await bought_everywhere(hot_stage, hold_ms=0)
    await hot_stage.stock.sweep(hot_stage.show)
    assert (await hot_stage.check()).owned() == {}


async def test_who_never_had_more_than_fits_has_one_field(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(9)
    orders = [await hot_stage.taken(offer) for _ in range(KEPT)]
    fields = {f.decode() for f in await hot_stage.client.do("HKEYS", keys.book(hot_stage.show))}
    assert fields == {"v1", *(f"h:{order.id}" for order in orders)}
