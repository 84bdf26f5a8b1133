"""From the log into SQL: exactly once, whatever breaks between reading and committing."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from live.domain.outcomes import Taken
from live.features.ledger import tasks
from live.runtime import Runtime
from live.settings import Settings
from live.store import ledger
from live.store.batch import FactMalformed
from live.store.entries import LedgerEntry
from live.store.orders import Order
from tests.features.ledger.stand import History, Stand
from tests.hotpath.server import RedisServer


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process is writing, and takes its time."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def in_sql(stand: Stand) -> tuple[dict[str, str], int]:
    """Order id → state; facts in the ledger."""
    async with stand.db.read() as session:
        rows = (await session.exec(select(Order).where(col(Order.show_id) == stand.show))).all()
        entries = select(func.count()).select_from(LedgerEntry)
        return {row.id: row.state for row in rows}, (await session.exec(entries)).one()


async def assert_complete(stand: Stand) -> None:
    told = await stand.check()
    states, _ = await in_sql(stand)
    assert states == {i: order["state"] for i, order in told.orders.items()}
    async with stand.db.read() as session:
        assert await ledger.find_position(session, stand.show) == ("e1", told.seq)


async def test_what_was_acknowledged_survives_the_worker(stand: Stand) -> None:
    history = History(stand, 1)
    await history.live(80)
    await stand.desk.drain(20, everything=True)
    for _ in range(30):
        await history.take()
        await history.settle()
    stand.desk = stand.new_desk()
    await stand.drain()
    await assert_complete(stand)


@pytest.mark.parametrize("most", [1, 2, 7, 10_000])
async def test_what_is_too_much_for_one_transaction_is_written_in_several(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("live.features.ledger.actions.desk.FACTS_MAX", most)
    await History(stand, 2).live(60)
    await stand.drain()
    await assert_complete(stand)


async def test_a_crash_between_reading_and_committing_leaves_nothing_half_done(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await History(stand, 2).live(80)
    apply = ledger.apply_facts

    async def crash(*args: object) -> int:
        await apply(*args)  # type: ignore[arg-type]
        raise asyncio.CancelledError

    monkeypatch.setattr(ledger, "apply_facts", crash)
    with pytest.raises(asyncio.CancelledError):
        await stand.desk.drain(500, everything=True)
    monkeypatch.undo()
    assert await in_sql(stand) == ({}, 0)
    stand.desk = stand.new_desk()
    await stand.drain()
    await assert_complete(stand)


async def test_two_desks_at_once_write_each_fact_once(stand: Stand) -> None:
    await History(stand, 3).live(150)
    desks = [stand.new_desk() for _ in range(3)]

    async def work(desk: object) -> None:
        for _ in range(40):
            try:
                await desk.drain(3, everything=True)  # type: ignore[attr-defined]
            except ledger.LedgerGap:
                continue

    await asyncio.gather(*(work(desk) for desk in desks))
    await stand.drain()
    await assert_complete(stand)


async def test_a_show_that_cannot_be_written_holds_up_no_other(stand: Stand) -> None:
    others = [await Stand(stand.client, db=stand.db).start() for _ in range(3)]
    poisoned = sorted([stand, *others], key=lambda each: each.show)[0]
    await poisoned.log.append(poisoned.show, "take", {"order": "?"})
    for each in (stand, *others):
        await each.taken(await each.arm(3))
    with pytest.raises(FactMalformed):
        await stand.desk.drain(500, everything=True)
    for each in (stand, *others):
        states, _ = await in_sql(each)
        assert len(states) == (0 if each is poisoned else 1)


async def test_facts_in_hand_count_as_sqls(
    ledger_server: RedisServer, ledger_file: Path, stand: Stand
) -> None:
    """Read, on their way into SQL, and then Redis comes back without them."""
    offer = await stand.arm(5)
    await stand.taken(offer)
    await stand.drain()
    await stand.mend()
    cut = ledger_server.append_only_files()[-1]
    size = cut.stat().st_size
    order = await stand.taken(offer, "v2")
    with locked(ledger_file):
        draining = asyncio.create_task(stand.desk.drain(500, everything=True))
        await asyncio.sleep(0.2)
        ledger_server.stop()
        with cut.open("r+b") as file:
            file.truncate(size)
        ledger_server.start()
        mending = asyncio.create_task(stand.mend())
        await asyncio.sleep(0.3)
        head = await stand.facts.head(stand.show)
        assert head is None or head.state == "recovering"
    await asyncio.gather(draining, mending)
    assert (await stand.order(order.id)).state == "held"
    assert (await stand.numbers(offer))[:3] == (3, 2, 0)


async def test_a_restarted_redis_sells_again_while_the_database_is_locked(
    ledger_server: RedisServer, ledger_file: Path, ledger_settings: Settings, stand: Stand
) -> None:
    """By the worker's own rounds, with facts in hand that cannot be committed now."""
    offer = await stand.arm(50)
    await stand.taken(offer)
    runtime = Runtime.build(ledger_settings)
    keeper = asyncio.create_task(tasks.keep_ledger(runtime))
    await asyncio.sleep(0.3)
    clock = asyncio.get_running_loop().time
    with locked(ledger_file):
        await stand.taken(offer, "v2")
        await asyncio.sleep(0.1)
        ledger_server.stop()
        ledger_server.start()
        began = clock()
        while not isinstance(await stand.take(offer, "v3"), Taken):
            assert clock() - began < 2
            await asyncio.sleep(0.02)
    while len((await in_sql(stand))[0]) < 3:
        assert clock() - began < 8
        await asyncio.sleep(0.05)
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    await runtime.close()
    await assert_complete(stand)
