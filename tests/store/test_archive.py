"""Which shows may leave Redis, and what SQL remembers of those that have."""

from datetime import timedelta

from live.domain.offer import OfferState, Stock
from live.store import archive, ledger, offers, shows
from live.store.db import Database
from live.store.moments import from_ms
from tests.store.sim import EPOCH, SHOW, Sim, apply, given, offer_id


async def ended(db: Database) -> Sim:
    """A show that is over, with one hold."""
    sim = await given(db)
    sim.take(1, "a")
    sim.tell("show", state="ended")
    await apply(db, sim.facts)
    async with db.write() as session:
        await ledger.open_epoch(session, SHOW, EPOCH, from_ms(sim.now_ms))
    return sim


async def test_a_show_may_leave_when_nothing_is_held_and_nothing_happened_lately(
    db: Database,
) -> None:
    sim = await ended(db)
    end = from_ms(sim.now_ms)
    later = end + timedelta(seconds=1)
    async with db.read() as session:
        assert await archive.list_settled(session, later) == []
    sim.pay(next(iter(sim.orders.values())))
    await apply(db, sim.facts)
    async with db.read() as session:
        assert await archive.list_settled(session, end) == []
        assert await archive.list_settled(session, later) == [(SHOW, EPOCH, len(sim.facts))]


async def test_the_mark_is_for_the_epoch_that_was_looked_at_and_goes_with_the_next(
    db: Database,
) -> None:
    sim = await ended(db)
    now = from_ms(sim.now_ms)
    settled = archive.Settled(SHOW, EPOCH, len(sim.facts))
    async with db.write() as session:
        assert not await archive.mark_archived(session, settled._replace(epoch="e0"), now)
        assert not await archive.is_archived(session, SHOW)
        assert await archive.mark_archived(session, settled, now)
    async with db.read() as session:
        assert await archive.is_archived(session, SHOW)
        assert await archive.list_archived(session) == [SHOW]
        assert await ledger.positions(session, archived=False) == {}
        assert await ledger.positions(session) == {SHOW: (EPOCH, len(sim.facts))}
        assert await shows.list_shows_in(session, "ended", archived=False) == []
        assert len(await shows.list_shows_in(session, "ended")) == 1
    async with db.write() as session:
        await ledger.open_epoch(session, SHOW, "e9", now)
    async with db.read() as session:
        assert not await archive.is_archived(session, SHOW)
        assert await ledger.positions(session, archived=False) == {SHOW: ("e9", len(sim.facts))}


async def test_a_recalled_show_stays_as_long_as_one_that_has_just_ended(db: Database) -> None:
    sim = await ended(db)
    sim.pay(next(iter(sim.orders.values())))
    await apply(db, sim.facts)
    end = from_ms(sim.now_ms)
    day_after = end + timedelta(days=1)
    settled = archive.Settled(SHOW, EPOCH, len(sim.facts))
    async with db.write() as session:
        await archive.recall(session, SHOW, day_after)  # is there anyway: nothing changes
        assert len(await archive.list_settled(session, day_after)) == 1
        await archive.mark_archived(session, settled, end)
        assert await archive.list_settled(session, day_after) == []
        await archive.recall(session, SHOW, day_after)
        assert not await archive.is_archived(session, SHOW)
        assert await archive.list_settled(session, day_after) == []
        assert len(await archive.list_settled(session, day_after + timedelta(hours=1))) == 1


async def test_attempts_are_kept_and_never_go_back(db: Database) -> None:
    await ended(db)
    for tries, gone_try in ((9, 1), (4, 0)):
        numbers = Stock(
            OfferState.CLOSED, 10, 0, 9, 1, 0, 0, 0, 0, 0, 0, 0, tries=tries, gone_try=gone_try
        )
        async with db.write() as session:
            await archive.keep_attempts(session, {offer_id(1): numbers})
    async with db.read() as session:
        row = await offers.find_offer(session, offer_id(1))
    assert row is not None
    assert (row.tries, row.gone_try) == (9, 1)
