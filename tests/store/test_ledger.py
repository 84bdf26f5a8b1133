"""The ledger applies every fact exactly once, in order, and refuses what it cannot prove."""

import asyncio

import pytest

from live.store.db import Database
from live.store.entries import LedgerEntry
from live.store.ledger import (
    EpochMismatch,
    LedgerGap,
    LedgerRace,
    apply_facts,
    find_position,
    open_epoch,
    positions,
)
from live.store.moments import from_ms
from live.store.orders import find_order, find_order_by_key, list_orders, tally_orders
from live.store.shows import find_show
from tests.store.sim import EPOCH, PRICE, SHOW, START_MS, apply, given, only_offer


async def test_an_order_goes_from_taken_to_paid(db: Database) -> None:
    sim = await given(db)
    order = sim.take(1, "buyer", 2)
    assert order
    await apply(db, sim.facts)
    sim.now_ms += 5_000
    sim.pay(order)
    await apply(db, sim.facts)

    async with db.read() as session:
        row = await find_order(session, order.id)
        assert row is not None
        assert row == await find_order_by_key(session, SHOW, "buyer", f"k-{order.id}")
        totals = await tally_orders(session, SHOW)
    assert (row.state, row.quantity, row.amount_minor) == ("paid", 2, 2 * PRICE)
    assert row.placed_at == from_ms(START_MS)
    assert row.paid_at == row.settled_at == from_ms(START_MS + 5_000)
    assert (row.buyer_name, row.late) == ("买家 buyer", False)
    assert (totals.orders, totals.units, totals.paid_orders, totals.paid_minor) == (
        1,
        2,
        1,
        2 * PRICE,
    )


async def test_the_same_batch_twice_counts_once(db: Database) -> None:
    sim = await given(db)
    orders = [sim.take(1, f"b{n}") for n in range(5)]
    assert orders[0]
    sim.settle(orders[0], "cancel")
    assert await apply(db, sim.facts) == len(sim.facts)
    assert await apply(db, sim.facts) == 0
    offer = await only_offer(db)
    assert (offer.left_units, offer.held_units, offer.cancelled_units) == (96, 4, 1)


async def test_a_batch_that_overlaps_the_last_one_adds_only_what_is_new(db: Database) -> None:
    sim = await given(db)
    first = sim.take(1, "a")
    assert first
    sim.settle(first, "expire")
    await apply(db, sim.facts)
    second = sim.take(1, "b")
    assert second
    sim.settle(second, "expire")
    assert await apply(db, sim.facts[2:]) == 2
    assert (await only_offer(db)).expired_units == 2


async def test_a_crash_before_the_commit_leaves_nothing_and_loses_nothing(db: Database) -> None:
    sim = await given(db)
    sim.take(1, "a")

    async def crash() -> None:
        async with db.write() as session:
            await apply_facts(session, SHOW, EPOCH, sim.facts)
            raise ConnectionAbortedError

    with pytest.raises(Exception, match="went away"):
        await crash()
    async with db.read() as session:
        assert await find_position(session, SHOW) is None
        assert await list_orders(session, SHOW) == []
        assert (await session.get(LedgerEntry, (SHOW, 2))) is None
    assert await apply(db, sim.facts) == len(sim.facts)


async def test_a_gap_is_refused_and_nothing_of_the_batch_is_kept(db: Database) -> None:
    sim = await given(db)
    for n in range(6):
        sim.take(1, f"b{n}")
    await apply(db, sim.facts[:3])
    for holed in (sim.facts[4:], sim.facts[3:5] + sim.facts[6:]):
        with pytest.raises(LedgerGap):
            await apply(db, holed)
    async with db.read() as session:
        assert await find_position(session, SHOW) == (EPOCH, 3)
        assert len(await list_orders(session, SHOW)) == 1
    assert await apply(db, sim.facts) == len(sim.facts) - 3


async def test_a_first_batch_must_start_at_the_beginning(db: Database) -> None:
    sim = await given(db)
    sim.take(1, "a")
    with pytest.raises(LedgerGap):
        await apply(db, sim.facts[1:])


async def test_facts_of_another_life_are_refused(db: Database) -> None:
    sim = await given(db)
    await apply(db, sim.facts)
    sim.take(1, "a")
    with pytest.raises(EpochMismatch):
        await apply(db, sim.facts, epoch="e2")


async def test_a_new_life_goes_on_after_what_is_committed_and_fences_off_the_old(
    db: Database,
) -> None:
    sim = await given(db)
    await apply(db, sim.facts)
    async with db.write() as session:
        assert await open_epoch(session, SHOW, "e2", from_ms(START_MS)) == len(sim.facts)
    sim.take(1, "a")
    with pytest.raises(EpochMismatch):
        await apply(db, sim.facts)
    assert await apply(db, sim.facts, epoch="e2") == 1
    async with db.read() as session:
        show = await find_show(session, SHOW)
        assert show is not None
        assert show.epoch == "e2"
        assert await positions(session) == {SHOW: ("e2", len(sim.facts))}


async def test_a_show_without_facts_can_open_its_first_life(db: Database) -> None:
    await given(db)
    async with db.write() as session:
        assert await open_epoch(session, SHOW, EPOCH, from_ms(START_MS)) == 0


async def test_two_writers_of_one_log_apply_it_once(db: Database) -> None:
    sim = await given(db)
    for n in range(50):
        order = sim.take(1, f"b{n}")
        assert order
        sim.settle(order, "cancel")

    done = await asyncio.gather(*(apply(db, sim.facts) for _ in range(4)), return_exceptions=True)
    assert not [end for end in done if isinstance(end, BaseException | LedgerRace)]
    assert sorted(end for end in done if isinstance(end, int)) == [0, 0, 0, len(sim.facts)]
    assert (await only_offer(db)).cancelled_units == 50


@pytest.mark.parametrize("pieces", [1, 9])
async def test_what_takes_the_place_of_a_chosen_draft_comes_next(db: Database, pieces: int) -> None:
    sim = await given(db)
    sim.tell("next", offer="a")
    sim.tell("items", replaced={"x": "y"})
    sim.tell("items", replaced={"a": "b"})
    sim.tell("items")
    sim.tell("items", replaced={"b": "c"})
    size = -(-len(sim.facts) // pieces)
    for start in range(0, len(sim.facts), size):
        await apply(db, sim.facts[start : start + size])
    async with db.read() as session:
        show = await find_show(session, SHOW)
    assert show is not None
    assert show.next_offer == "c"
