"""What each kind of fact leaves in the tables."""

import json

import pytest

from live.domain.events import STOCK_KINDS
from live.store.batch import FactMalformed
from live.store.comments import list_words, recent_comments
from live.store.cues import find_cue
from live.store.db import Database
from live.store.entries import LedgerEntry
from live.store.ledger import find_chain
from live.store.moments import from_ms, to_ms
from live.store.offers import find_offer
from live.store.orders import Order, list_orders
from live.store.shows import find_show
from live.store.summary import audit_offers
from tests.store.sim import HOLD_MS, SHOW, START_MS, apply, given, offer_id, only_offer


async def test_taken_and_settled_in_one_batch_or_in_two_is_the_same(db: Database) -> None:
    sim = await given(db, offers=2)
    for n in (1, 2):
        paid, late, refunded = (sim.take(n, f"{b}{n}") for b in "abc")
        assert paid
        assert late
        assert refunded
        sim.pay(paid)
        sim.settle(late, "expire")
        sim.pay(late)
        sim.pay(refunded)
        sim.settle(refunded, "refund")
    await apply(db, sim.facts[:4])  # offer 1's takes end here, partly
    for fact in sim.facts[4:13]:
        await apply(db, [fact])
    await apply(db, sim.facts)

    async with db.read() as session:
        one, two = await find_offer(session, offer_id(1)), await find_offer(session, offer_id(2))
        rows = await list_orders(session, SHOW)
    assert one is not None
    assert two is not None
    counters = ("left", "held", "paid", "expired", "cancelled", "refunded")
    numbers = [[getattr(offer, f"{name}_units") for name in counters] for offer in (one, two)]
    assert numbers == [[98, 0, 2, 0, 0, 1]] * 2
    kept = [(row.buyer[0], row.state, row.late, row.paid_at is not None) for row in rows]
    assert (
        kept
        == [("a", "paid", False, True), ("b", "paid", True, True), ("c", "refunded", False, True)]
        * 2
    )


async def test_an_offer_takes_its_settings_and_its_first_time_on_air(db: Database) -> None:
    sim = await given(db)
    await apply(db, sim.facts)
    sim.now_ms += 1_000
    sim.offers[offer_id(1)].state = "paused"
    sim.restock(1, 20)
    sim.offers[offer_id(1)].state = "open"
    sim.restock(1, -5)
    await apply(db, sim.facts)
    offer = await only_offer(db)
    assert (offer.state, offer.restocked, offer.left_units) == ("open", 15, 115)
    assert offer.pushed_at == from_ms(START_MS)
    assert offer.closes_at == from_ms(START_MS + 300_000)


async def test_comments_cues_words_and_the_show_follow_their_facts(db: Database) -> None:
    sim = await given(db)
    sim.tell(
        "comment", comment=f"{SHOW}-c3", viewer="v1", name="小\0明", text="扣1 \0", words=["1"]
    )
    sim.tell("words", words=["1", "想要"])
    sim.tell("words", words=["想要", "A1", "A1"])
    sim.tell("cue", cue="q1", text="Slow down", by="Ann")
    sim.tell("items")
    await apply(db, sim.facts)
    sim.now_ms += 1_000
    sim.tell("cue_ack", cue="q1")
    sim.tell("show", state="ended", title="New")
    await apply(db, sim.facts)
    async with db.read() as session:
        (comment,) = await recent_comments(session, SHOW, 5)
        cue, show = await find_cue(session, "q1"), await find_show(session, SHOW)
        assert await list_words(session, SHOW) == ["想要", "A1"]
        assert await session.get(LedgerEntry, (SHOW, 3)) is None
    assert (comment.name, comment.text) == ("小\ufffd明", "扣1 \ufffd")
    assert cue is not None
    assert cue.acked_at == from_ms(START_MS + 1_000)
    assert show is not None
    assert (show.state, show.title, show.started_at) == ("ended", "New", from_ms(START_MS))
    assert show.ended_at == from_ms(START_MS + 1_000)


async def test_the_ledger_keeps_stock_facts_and_kinds_of_the_future_but_no_names(
    db: Database,
) -> None:
    sim = await given(db)
    sim.take(1, "a")
    sim.tell("hammer", lot="x")
    await apply(db, sim.facts)
    async with db.read() as session:
        take = await session.get(LedgerEntry, (SHOW, 3))
        future = await session.get(LedgerEntry, (SHOW, 4))
    assert take is not None
    told = json.loads(take.body)
    assert (take.kind, take.at_ms, told["left"]) == ("take", START_MS, 99)
    assert not {"name", "key"} & told.keys()
    assert told["buyer"] != "a"
    assert future is not None
    assert (future.n, json.loads(future.body)) == (None, {"lot": "x"})


async def test_a_hold_that_was_extended_has_a_new_end_outside_the_chain(db: Database) -> None:
    sim = await given(db)
    orders = [order for order in (sim.take(1, "a"), sim.take(1, "b"), sim.take(1, "c")) if order]
    await apply(db, sim.facts)
    orders += [order for order in (sim.take(1, "d"),) if order]  # taken and extended in one batch
    end_ms = START_MS + 2 * HOLD_MS
    for order in (orders[0], orders[3]):
        sim.tell("extend", order=order.id, buyer=order.buyer, name="n", expires_ms=end_ms)
    sim.pay(orders[0])
    await apply(db, sim.facts)
    async with db.read() as session:
        rows = await list_orders(session, SHOW)
        entry = await session.get(LedgerEntry, (SHOW, 7))
        chain = await find_chain(session, SHOW)
    ends = [(to_ms(row.expires_at) - START_MS, to_ms(row.answered_at) - START_MS) for row in rows]
    grown, plain = (2 * HOLD_MS, HOLD_MS), (HOLD_MS, HOLD_MS)
    assert ends == [grown, plain, plain, grown]
    assert [row.state for row in rows] == ["paid", "held", "held", "held"]
    assert entry is not None
    told = {"order": orders[0].id, "expires_ms": end_ms}
    assert (entry.kind, entry.n, json.loads(entry.body)) == ("extend", None, told), "no names"
    assert chain is not None
    assert chain[0] == len([fact for fact in sim.facts if fact.kind in STOCK_KINDS])


async def test_a_malformed_fact_is_named_and_nothing_is_applied(db: Database) -> None:
    sim = await given(db)
    sim.take(1, "a")
    sim.tell("pay", order="x")
    with pytest.raises(FactMalformed, match="Fact 4 "):
        await apply(db, sim.facts)
    async with db.read() as session:
        assert await list_orders(session, SHOW) == []


async def test_pages_of_orders_follow_each_other_without_holes(db: Database) -> None:
    sim = await given(db)
    orders = [sim.take(1, f"b{n}") for n in range(25)]
    for order in orders[::2]:
        assert order
        sim.pay(order)
    await apply(db, sim.facts)

    async def pages(state: str | None) -> list[Order]:
        found: list[Order] = []
        async with db.read() as session:
            while page := await list_orders(session, SHOW, state, found[-1].seq if found else 0, 4):
                found += page
        return found

    assert [row.id for row in await pages(None)] == [order.id for order in orders if order]
    assert [row.buyer for row in await pages("paid")] == [f"b{n}" for n in range(0, 25, 2)]


async def test_a_doubled_key_shows_in_the_audit(db: Database) -> None:
    """Redis must never do this; if it does, SQL keeps the first order and the books differ."""
    sim = await given(db)
    sim.take(1, "a")
    first = sim.facts[-1]
    assert first.order is not None
    again = first.order._replace(order=f"{SHOW}-other", left=98, held=2)
    sim.facts.append(first._replace(seq=first.seq + 1, order=again))
    await apply(db, sim.facts)
    async with db.read() as session:
        (audit,) = await audit_offers(session, SHOW)
    assert (audit.held, audit.difference) == (1, 1)
