"""What SQL gives back after Redis has lost a show equals what Redis had."""

import random
from collections import Counter

import pytest

from live.store.db import Database
from live.store.ledger import apply_facts
from live.store.offers import find_offer
from live.store.rebuild import show_state
from live.store.summary import audit_offers
from tests.store.sim import (
    EPOCH,
    HOLD_MS,
    PRICE,
    SHOW,
    START_MS,
    Sim,
    SimOrder,
    given_show,
    offer_id,
)

OFFERS = 3


def play(sim: Sim, chance: random.Random, moves: int) -> None:
    """Buyers, payments (some late), cancellations, refunds and restocks, in any order."""
    for _ in range(moves):
        sim.now_ms += chance.randrange(3_000)
        orders = list(sim.orders.values())
        order: SimOrder | None = chance.choice(orders) if orders else None
        state = order.state if order else ""
        move = chance.random()
        if move < 0.5 or order is None:
            sim.take(chance.randint(1, OFFERS), f"b{chance.randrange(40)}", chance.randint(1, 3))
        elif move < 0.53:
            sim.restock(chance.randint(1, OFFERS), chance.randint(1, 4))
        elif state in {"held", "expired"} and move < 0.75:
            sim.pay(order)
        elif state == "held":
            sim.settle(order, chance.choice(["cancel", "expire", "expire"]))
        elif state == "paid" and move > 0.9:
            sim.settle(order, "refund")


async def drain(db: Database, sim: Sim, chance: random.Random) -> None:
    """Batches of any size, some read twice."""
    done = 0
    while done < len(sim.facts):
        start = max(0, done - chance.choice([0, 0, 3, 20]))
        end = min(len(sim.facts), done + chance.randint(1, 40))
        async with db.write() as session:
            await apply_facts(session, SHOW, EPOCH, sim.facts[start:end])
        done = end


@pytest.mark.parametrize("seed", range(3))
async def test_any_show_can_be_rebuilt(db: Database, seed: int) -> None:
    chance = random.Random(seed)
    async with db.write() as session:
        await given_show(session, OFFERS)
    sim = Sim()
    sim.start(OFFERS)
    for offer in sim.offers.values():
        offer.quantity = 30  # scarce enough to refuse, and to refund late payments
        sim.tell_offer(offer)
    play(sim, chance, 400)
    await drain(db, sim, chance)

    async with db.read() as session:
        show = await show_state(session, SHOW)
        rows = [await find_offer(session, offer_id(n)) for n in range(1, OFFERS + 1)]
        audits = await audit_offers(session, SHOW)
    assert show is not None
    assert (show.epoch, show.seq, show.state) == (EPOCH, len(sim.facts), "live")
    assert {order.id: order.state for order in show.orders} == {
        o.id: o.state for o in sim.orders.values()
    }
    assert dict(show.buyer_units) == {k: units for k, units in sim.owned.items() if units}
    names = ("held", "paid", "expired", "cancelled", "refunded")
    for record, row, audit in zip(show.offers, rows, audits, strict=True):
        offer = sim.offers[record.id]
        assert row is not None
        told = [offer.left, *(offer.units[name] for name in names)]
        assert told == [getattr(record, name) for name in ("left", *names)]
        assert told == [getattr(audit, name) for name in ("left", *names)]
        assert told == [getattr(row, f"{name}_units") for name in ("left", *names)]
        assert (record.restocked, audit.difference) == (offer.restocked, 0)
    states = Counter(order.state for order in sim.orders.values())
    assert set(states) == {"held", "paid", "expired", "cancelled", "refunded"}
    paid_units = sum(offer.units["paid"] for offer in sim.offers.values())
    assert (show.paid_orders, show.gmv_paid) == (states["paid"], paid_units * PRICE)
    assert show.units == sum(order.quantity for order in sim.orders.values())
    assert show.gmv_placed == show.units * PRICE


async def test_pace_counts_orders_when_placed_and_payments_when_paid(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
    sim = Sim()
    sim.start()
    one, two = sim.take(1, "a", 2), sim.take(1, "b")
    assert one
    assert two
    sim.now_ms += 25_000
    sim.pay(one)
    sim.pay(two)
    sim.now_ms += 25_000
    sim.settle(two, "refund")
    async with db.write() as session:
        await apply_facts(session, SHOW, EPOCH, sim.facts)
    async with db.read() as session:
        show = await show_state(session, SHOW)
    assert show is not None
    first = START_MS // 10_000
    buckets = {
        number - first: (p.orders, p.units, p.paid_orders) for number, p in show.pace.items()
    }
    assert buckets == {0: (2, 3, 0), 2: (0, 0, 2)}
    kept = show.orders[0]
    assert (kept.placed_ms, kept.expires_ms) == (START_MS, START_MS + HOLD_MS)
    assert (kept.paid_ms, kept.key, kept.attempt) == (
        START_MS + 25_000,
        f"k-{one.id}",
        1,
    )
    (offer,) = show.offers
    assert (offer.limit, offer.hold_ms, offer.duration_ms, offer.rest_ms) == (3, 60_000, 300_000, 0)
    assert (offer.opens_ms, offer.closes_ms) == (START_MS, START_MS + 300_000)


async def test_words_are_counted_again_from_the_comments(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
    sim = Sim()
    sim.start()
    sim.tell("words", words=["1", "想要"])
    for n, (viewer, text) in enumerate(
        [("a", "扣1"), ("b", "111"), ("a", "1"), ("c", "100"), ("c", "想 要")]
    ):
        sim.tell("comment", comment=f"{SHOW}-c{n}", viewer=viewer, name=viewer, text=text, words=[])
    async with db.write() as session:
        await apply_facts(session, SHOW, EPOCH, sim.facts)
    async with db.read() as session:
        show = await show_state(session, SHOW)
    assert show is not None
    assert show.comments == 5
    said = {word: tally.viewers for word, tally in show.chat.words.items()}
    assert said == {"1": set("ab"), "想要": set("c")}


async def test_drafts_stay_out_and_a_show_without_facts_has_no_epoch(db: Database) -> None:
    async with db.write() as session:
        await given_show(session)
    async with db.read() as session:
        show = await show_state(session, SHOW)
        assert await show_state(session, "nothere000") is None
    assert show is not None
    assert (show.epoch, show.seq, list(show.offers), list(show.orders)) == (None, 0, [], [])
