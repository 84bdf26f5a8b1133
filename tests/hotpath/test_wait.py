import asyncio
from dataclasses import replace

import pytest

from live.domain.ids import OfferId
from live.errors import Recovering, RedisUnavailable
from live.hotpath import keys, wait
from live.hotpath.stock import Order
from live.hotpath.wait import (
    CALLED,
    FRONT,
    RUNGS,
    WAITING_MAX,
    Joined,
    Ladder,
    Place,
    Waiting,
    WaitList,
    still,
)
from tests.hotpath.stage import Stage


@pytest.fixture
def waits(hot_stage: Stage) -> WaitList:
    return WaitList(hot_stage.client)


async def gone(stage: Stage, quantity: int = 1, **values: int) -> OfferId:
    """An offer of which everything is held by `v0`."""
    offer = await stage.arm(quantity, **values)
    await stage.taken(offer, "v0", quantity)
    return offer


async def test_places_are_given_in_the_order_of_coming_one_for_each(
    hot_stage: Stage, waits: WaitList
) -> None:
    offer = await gone(hot_stage)
    viewers = [f"v{n}" for n in range(1, 31)]
    joined = await asyncio.gather(*(waits.join(offer, viewer) for viewer in viewers * 2))
    assert sorted(joined) == [Joined.NEW] * 30 + [Joined.WAITS_ALREADY] * 30
    places = [await waits.place(offer, viewer) for viewer in viewers]
    known = sorted((p.place, p.since_ms) for p in places if p)
    assert [place for place, _ in known] == list(range(1, 31))
    assert len({since for _, since in known}) == 30, (
        "no two share a moment: it is the number called"
    )
    assert known == sorted(known, key=lambda one: one[1])
    await waits.leave(offer, viewers[0])
    await waits.leave(offer, viewers[0])
    assert await waits.place(offer, viewers[0]) is None
    assert (await waits.waiting({offer: 0}))[offer] == Waiting(29, 0)


async def test_who_came_first_is_called_when_units_come_back(
    hot_stage: Stage, waits: WaitList
) -> None:
    offer = await gone(hot_stage, 3)
    for n in range(1, 3 * CALLED + 1):
        await waits.join(offer, f"v{n}")
    since = {}
    for n in range(1, 3 * CALLED + 1):
        place = await waits.place(offer, f"v{n}")
        assert place is not None
        since[n] = place.since_ms
    told = [(await waits.waiting({offer: left}))[offer].called_ms for left in (0, 1, 2, 3, 100)]
    ends = [since[CALLED], since[2 * CALLED], since[3 * CALLED], since[3 * CALLED]]
    assert told == [0, *ends]
    other = await hot_stage.arm(1)
    assert await waits.waiting({other: 1, offer: 1}) == {
        other: Waiting(0, 0), offer: Waiting(3 * CALLED, since[CALLED]),
    }  # fmt: skip


async def test_only_what_is_gone_can_be_waited_for(
    hot_stage: Stage, waits: WaitList, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, armed = await hot_stage.arm(1), await hot_stage.arm(1, countdown_ms=60_000)
    assert await waits.join(some, "v1") is Joined.SOME_LEFT
    assert await waits.join(armed, "v1") is Joined.NOT_OPEN
    offer = await gone(hot_stage, 2, limit=2)
    assert await waits.join(offer, "v0") is Joined.LIMIT_REACHED
    await hot_stage.stock.move("freeze", offer, {})
    monkeypatch.setattr(wait, "WAITING_MAX", 1)
    assert await waits.join(offer, "v1") is Joined.NEW, "a paused one is gone as well"
    assert await waits.join(offer, "v2") is Joined.FULL
    await hot_stage.stock.move("close", offer, {})
    assert await waits.join(offer, "v2") is Joined.ENDED
    with pytest.raises(Recovering):
        await waits.join(OfferId(f"{hot_stage.show}-o1none"), "v1")
    with pytest.raises(RedisUnavailable):
        await WaitList(hot_stage.client.__class__("redis://127.0.0.1:1")).leave(offer, "v1")


async def test_whoever_has_ordered_is_off_the_list_and_may_come_again(
    hot_stage: Stage, waits: WaitList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wait, "SERVED_MAX", 2)
    offer, other = await gone(hot_stage), await gone(hot_stage)
    for n in range(1, 8):
        await waits.join(offer, f"v{n}")
    since = {}
    for n in range(1, 8):
        place = await waits.place(offer, f"v{n}")
        assert place is not None
        since[f"v{n}"] = place.since_ms
    ordered = dict(list(since.items())[:5]) | {"v6": since["v6"] - 1, "v9": since["v7"]}
    for _ in range(2):
        await waits.serve({offer: ordered, other: ordered})
        assert (await waits.waiting({offer: 0}))[offer].count == 2, "two came after their orders"
    assert await waits.place(offer, "v6") == Place(offer, 1, since["v6"])
    await waits.serve({})


async def test_everyone_finds_their_place_on_the_ladder(
    hot_stage: Stage, waits: WaitList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wait, "FRONT", 4)
    monkeypatch.setattr(wait, "RUNGS", [4, 6, 9, 13])
    offer = await gone(hot_stage)
    assert await waits.ladder(offer) == Ladder(offer)
    for n in range(1, 11):
        await waits.join(offer, f"v{n}")
    await waits.leave(offer, "v2")
    ladder = await waits.ladder(offer)
    assert [place for place, _ in ladder.rungs] == [1, 2, 3, 4, 6, 9]
    for viewer in (f"v{n}" for n in (1, *range(3, 11))):
        place = await waits.place(offer, viewer)
        assert place is not None
        told = next(rung for rung, since in ladder.rungs if since >= place.since_ms)
        assert told == place.place if place.place <= 4 else place.place <= told < place.place * 1.5


def test_the_ladder_reaches_the_last_who_may_wait() -> None:
    assert RUNGS[0] == FRONT
    assert RUNGS[-1] >= WAITING_MAX
    assert len(RUNGS) < 40


async def test_waiting_moves_nothing_of_the_stock(hot_stage: Stage, waits: WaitList) -> None:
    offer = await gone(hot_stage)
    before = await hot_stage.client.do("HGETALL", keys.offer(offer))
    seq = (await hot_stage.check()).seq
    await waits.join(offer, "v1")
    await waits.leave(offer, "v1")
    assert await hot_stage.client.do("HGETALL", keys.offer(offer)) == before
    assert (await hot_stage.check()).seq == seq


def test_whoever_has_ordered_since_waits_no_more() -> None:
    place = Place("s-1", 1, 1_000)
    order = Order("s-o1", "s-1", "v", "n", 1, 1, "CNY", "held", 999, 0, 0, "k", 1)
    assert still(place, [order]) is place
    assert still(place, [replace(order, placed_ms=1_000)]) is None
    assert still(place, [replace(order, placed_ms=1_000, offer="s-2")]) is place
    assert still(None, [order]) is None
