"""Many rows at once are the rows that one by one would be, also where some are there already."""

import pytest
from sqlalchemy import text

from live.errors import StoreUnavailable
from live.store.bulk import COPY_FROM, insert_rows, moments_of
from live.store.db import Database
from live.store.host_rows import INTO_CUES
from live.store.ledger import EpochMismatch, find_position
from live.store.orders import list_orders, tally_orders
from live.store.summary import audit_offers
from tests.store.sim import EPOCH, LIMIT, PRICE, SHOW, START_MS, Sim, apply, given

MANY = 10 * COPY_FROM


def cues(db_name: str, numbers: range) -> list[tuple[object, ...]]:
    at = moments_of(db_name)(START_MS)
    return [(f"q{n}", SHOW, "扣1\t\\N\n", "op", at, None) for n in numbers]


async def many(db: Database) -> Sim:
    """So many orders that all that is inserted goes the fast way."""
    sim = await given(db)
    sim.restock(1, MANY)
    for n in range(MANY):
        sim.take(1, f"b{n // LIMIT}")
    return sim


async def test_rows_that_are_there_stay_as_they_are(db: Database) -> None:
    for start, end in ((0, MANY), (MANY // 2, 2 * MANY), (0, COPY_FROM - 1)):
        async with db.write() as session:
            connection = await session.connection()
            rows = cues(connection.dialect.name, range(start, end))
            await insert_rows(connection, INTO_CUES, rows)
            await insert_rows(connection, INTO_CUES, [])
    async with db.read() as session:
        query = text("SELECT count(*), count(distinct id), min(text), max(text) FROM cues")
        told = (await (await session.connection()).execute(query)).one()
    assert tuple(told) == (2 * MANY, 2 * MANY, "扣1\t\\N\n", "扣1\t\\N\n")


async def test_many_orders_in_one_transaction_are_all_there(db: Database) -> None:
    sim = await many(db)
    assert await apply(db, sim.facts) == len(sim.facts)
    assert await apply(db, sim.facts) == 0
    async with db.read() as session:
        totals = await tally_orders(session, SHOW)
        first, *_ = await list_orders(session, SHOW)
        (audit,) = await audit_offers(session, SHOW)
    assert (totals.orders, totals.held_units) == (MANY, MANY)
    assert (first.buyer_name, first.amount_minor, first.paid_at) == ("买家 b0", PRICE, None)
    assert audit.difference == 0


async def test_a_doubled_key_among_many_shows_in_the_audit(db: Database) -> None:
    """Redis must never do this; if it does, SQL keeps the first order, and all others."""
    sim = await many(db)
    last = sim.facts[-1]
    assert last.order is not None
    again = last.order._replace(order=f"{SHOW}-other", left=last.order.left - 1, held=MANY + 1)
    sim.facts.append(last._replace(seq=last.seq + 1, order=again))
    assert await apply(db, sim.facts) == len(sim.facts)
    async with db.read() as session:
        (audit,) = await audit_offers(session, SHOW)
        assert await find_position(session, SHOW) == (EPOCH, len(sim.facts))
    assert (audit.held, audit.difference) == (MANY, 1)


async def test_a_transaction_that_fails_after_many_rows_keeps_none(db: Database) -> None:
    sim = await many(db)

    async def fail() -> None:
        async with db.write() as session:
            connection = await session.connection()
            await insert_rows(connection, INTO_CUES, cues(connection.dialect.name, range(MANY)))
            raise EpochMismatch

    with pytest.raises(EpochMismatch):
        await fail()
    async with db.read() as session:
        found = await (await session.connection()).execute(text("SELECT count(*) FROM cues"))
        assert found.scalar() == 0
    assert await apply(db, sim.facts) == len(sim.facts)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_connection_cut_before_many_rows_is_unavailable(db: Database) -> None:
    async def cut() -> None:
        async with db.write() as session, db.write() as other:
            connection = await session.connection()
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            killed = await other.connection()
            await killed.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await insert_rows(connection, INTO_CUES, cues("postgresql", range(MANY)))

    with pytest.raises(StoreUnavailable):
        await cut()
    sim = await many(db)
    assert await apply(db, sim.facts) == len(sim.facts)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_table_locked_for_too_long_is_unavailable(db: Database) -> None:
    async def wait() -> None:
        async with db.write() as holder, db.write() as session:
            await (await holder.connection()).execute(text("LOCK TABLE cues"))
            connection = await session.connection()
            await connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            await insert_rows(connection, INTO_CUES, cues("postgresql", range(MANY)))

    with pytest.raises(StoreUnavailable):
        await wait()
    await db.ping()
