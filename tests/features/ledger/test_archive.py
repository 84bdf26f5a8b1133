"""A show leaves Redis step by step: whatever comes in between, nothing is lost and nothing stays behind."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from live.domain.outcomes import Verdict
from live.errors import Recovering
from live.features.archive import actions
from live.features.ledger.actions import rebuild
from live.hotpath import archive as hot
from live.hotpath import keys
from live.hotpath.archive import Archiver
from live.hotpath.restore import Restorer
from live.hotpath.stock import Order
from live.store import archive
from live.store.offers import find_offer
from live.store.shows import find_show
from tests.features.ledger.stand import History, Stand
from tests.features.ledger.test_rebuild import restart
from tests.hotpath.server import RedisServer

LATER = datetime(2100, 1, 1, tzinfo=UTC)
Happens = Callable[[], Awaitable[None]]


async def over(stand: Stand) -> Order:
    """The show has ended with one paid order, and SQL has it all."""
    order = await stand.taken(await stand.arm(5))
    assert await stand.settle("pay", order) is Verdict.TAKEN
    await stand.log.move(stand.show, "end")
    await stand.drain()
    return order


async def leave(stand: Stand, archiver: Archiver | None = None) -> list[str]:
    archiver = archiver or Archiver(stand.client)
    left = await actions.archive_settled(
        LATER,
        LATER,
        db=stand.db,
        facts=stand.facts,
        stock=stand.stock,
        presence=stand.presence,
        archiver=archiver,
    )
    return [str(show) for show in left]


async def left_keys(stand: Stand) -> list[bytes]:
    found = stand.client.redis.scan_iter(match=keys.tag(stand.show) + "*", count=1_000)
    return [key async for key in found]


async def test_a_history_that_left_comes_back_as_it_was(stand: Stand) -> None:
    history = History(stand, 3)
    await history.live(120)
    for order_id in history.orders:
        await stand.settle("cancel", await stand.order(order_id), as_operator=True)
    await stand.log.move(stand.show, "end")
    await stand.drain()
    before = await stand.image()
    assert await leave(stand) == [stand.show]
    assert await left_keys(stand) == []
    await stand.mend()
    assert await left_keys(stand) == [], "the watch knows that it is gone on purpose"

    async with stand.db.write() as session:
        await archive.recall(session, stand.show, LATER)
    await stand.mend()
    assert await stand.image() == before
    assert await leave(stand) == [stand.show]
    assert await left_keys(stand) == []


async def test_what_only_redis_knew_is_kept(stand: Stand) -> None:
    offer = await stand.arm(1)
    await stand.settle("pay", await stand.taken(offer))
    for buyer in range(4):
        await stand.take(offer, f"v{buyer}")
    await stand.attend(*(f"v{n}" for n in range(7)))
    await stand.log.move(stand.show, "end")
    await stand.drain()
    assert await leave(stand) == [stand.show]
    async with stand.db.read() as session:
        show, row = await find_show(session, stand.show), await find_offer(session, offer)
    assert show is not None
    assert row is not None
    assert (show.peak_viewers, show.unique_viewers, show.views) == (7, 7, 7)
    assert (row.tries, row.gone_try) == (5, 1)
    assert await left_keys(stand) == []


async def test_a_watch_that_missed_it_before_sql_knew_leaves_it_alone(stand: Stand) -> None:
    await over(stand)
    assert await leave(stand) == [stand.show]
    await rebuild(stand.show, db=stand.db, restorer=Restorer(stand.client), now=LATER)
    assert await left_keys(stand) == []


async def test_a_fact_that_sql_lacks_keeps_the_show(stand: Stand) -> None:
    order = await over(stand)
    async with stand.db.read() as session:
        (settled,) = await archive.list_settled(session, LATER)
    assert await stand.settle("cancel", order, as_operator=True) is Verdict.TAKEN
    before = await stand.image()
    archiver = Archiver(stand.client)
    assert await archiver.let_go(stand.show, settled.epoch, settled.seq) is None
    assert await leave(stand) == []
    assert await stand.image() == before
    await stand.drain()
    assert await leave(stand) == [stand.show]


async def test_a_hold_another_epoch_or_a_show_on_air_keeps_the_show(stand: Stand) -> None:
    archiver = Archiver(stand.client)
    order = await stand.taken(await stand.arm(5))

    async def seq() -> int:
        head = await stand.facts.head(stand.show)
        assert head is not None
        return head.seq

    assert await archiver.let_go(stand.show, "e1", await seq()) is None
    await stand.log.move(stand.show, "end")
    assert await archiver.let_go(stand.show, "e1", await seq()) is None
    await stand.settle("cancel", order)
    assert await archiver.let_go(stand.show, "e0", await seq()) is None
    assert not await archiver.forget(stand.show)
    ticket = await archiver.let_go(stand.show, "e1", await seq())
    assert ticket is not None
    assert not await archiver.give_back(stand.show, "another")
    assert await archiver.give_back(stand.show, ticket)
    assert await left_keys(stand) == []


async def test_a_crash_before_sql_knows_is_a_loss_like_any_other(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await over(stand)
    before = await stand.image()

    async def dies(*_: Any) -> bool:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(archive, "mark_archived", dies)
        with pytest.raises(RuntimeError):
            await leave(stand)
    assert await stand.settle("cancel", order, as_operator=True) is Verdict.UNKNOWN
    await stand.mend()
    assert await stand.image() == before
    assert await stand.settle("cancel", order, as_operator=True) is Verdict.TAKEN
    assert keys.gone(stand.show).encode() not in await left_keys(stand)


@pytest.fixture
def in_the_middle(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Callable[[Happens], None]:
    """Something happens once, when some keys have been given back and others not."""
    monkeypatch.setattr(hot, "STEP", 1)

    def plan(happens: Happens) -> None:
        run, steps = stand.client.run, 0

        async def interrupted(script: Any, *args: Any) -> Any:
            nonlocal steps
            steps += script.name == "unlink"
            if steps == 3:
                steps += 1
                await happens()
            return await run(script, *args)

        monkeypatch.setattr(stand.client, "run", interrupted)

    return plan


async def test_a_crash_after_sql_knows_leaves_nothing_for_ever(
    stand: Stand, in_the_middle: Callable[[Happens], None]
) -> None:
    await over(stand)

    async def dies() -> None:
        raise ConnectionError

    in_the_middle(dies)
    with pytest.raises(ConnectionError):
        await leave(stand)
    await stand.mend()
    assert await left_keys(stand) != []
    await actions.forget_archived(db=stand.db, archiver=Archiver(stand.client))
    assert await left_keys(stand) == []


async def test_a_watch_in_the_middle_of_it_leaves_it_alone(
    stand: Stand, in_the_middle: Callable[[Happens], None]
) -> None:
    await over(stand)
    in_the_middle(stand.mend)
    assert await leave(stand) == [stand.show]
    assert await left_keys(stand) == []


async def test_a_recall_in_the_middle_of_it_loses_nothing(
    stand: Stand, in_the_middle: Callable[[Happens], None]
) -> None:
    await over(stand)
    before = await stand.image()

    async def recalled() -> None:
        async with stand.db.write() as session:
            await archive.recall(session, stand.show, LATER)
        await stand.mend()

    in_the_middle(recalled)
    assert await leave(stand) == []
    assert await stand.image() == before
    async with stand.db.read() as session:
        assert not await archive.is_archived(session, stand.show)


async def test_what_is_being_put_back_is_not_forgotten(stand: Stand) -> None:
    await over(stand)
    assert await leave(stand) == [stand.show]
    restorer = Restorer(stand.client)
    await restorer.begin(stand.show)
    await stand.client.do("HSET", keys.book(stand.show), "h:x", "half of it")
    await actions.forget_archived(db=stand.db, archiver=Archiver(stand.client))
    assert await stand.client.do("EXISTS", keys.book(stand.show))


async def test_a_redis_that_forgot_that_it_let_go_is_told_again(
    ledger_server: RedisServer, stand: Stand
) -> None:
    order = await over(stand)
    cut = ledger_server.append_only_files()[-1]
    size = cut.stat().st_size
    assert await leave(stand) == [stand.show]
    ledger_server.stop()
    with cut.open("r+b") as file:
        file.truncate(size)
    ledger_server.start()
    await stand.reach()
    assert await stand.settle("cancel", order, as_operator=True) is Verdict.UNKNOWN
    await stand.mend()
    assert await left_keys(stand) != []
    archiver = Archiver(stand.client)
    await actions.forget_archived(db=stand.db, archiver=archiver)
    assert await left_keys(stand) == []
    await restart(ledger_server, stand)
    await actions.forget_archived(db=stand.db, archiver=archiver)


async def test_recalling_waits_for_the_worker_and_not_for_ever(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await over(stand)
    assert await leave(stand) == [stand.show]
    monkeypatch.setattr(actions, "RECALL_S", 0.2)
    now = LATER - timedelta(days=1)
    with pytest.raises(Recovering):
        await actions.recall(stand.show, db=stand.db, facts=stand.facts, now=now)
    await stand.mend()
    await actions.recall(stand.show, db=stand.db, facts=stand.facts, now=now)


async def test_a_large_book_is_given_back_in_small_steps(stand: Stand) -> None:
    await over(stand)
    book = keys.book(stand.show)
    for start in range(0, 20_000, 500):
        fields = [part for n in range(start, start + 500) for part in (f"x:{n}", "x" * 40)]
        await stand.client.do("HSET", book, *fields)
    used = int((await stand.client.do("INFO", "memory"))["used_memory"])
    await stand.client.do("CONFIG", "RESETSTAT")
    assert await leave(stand) == [stand.show]
    commands = await stand.client.do("INFO", "commandstats")
    assert commands["cmdstat_hdel"]["calls"] > 20_000 / hot.FIELDS / 2, "never much at once"
    assert int((await stand.client.do("INFO", "memory"))["used_memory"]) < used
