"""What was away and came back is told to each show on air, once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from live.domain.ids import ShowId
from live.errors import StoreUnavailable
from live.features.ledger import tasks
from live.features.ledger.actions import Outages
from live.hotpath.shows import ShowLog
from live.runtime import Runtime
from live.settings import Settings
from tests.asking import eventually
from tests.features.ledger.stand import Stand
from tests.hotpath.server import RedisServer

AT = 1_795_000_000_000


async def told(stand: Stand) -> list[tuple[int, int, str]]:
    facts = await stand.facts.tail(stand.show, 0, 1000)
    said = [fact.payload for fact in facts if fact.kind == "outage"]
    return [(int(str(o["from_ms"])), int(str(o["to_ms"])), str(o["what"])) for o in said]


@pytest.fixture
def outages(stand: Stand) -> Outages:
    return Outages(ShowLog(stand.client))


async def well(outages: Outages, stand: Stand, at_ms: int, **lost: int) -> None:
    shows = {ShowId(stand.show): ms for ms in lost.values()}
    await outages.mended(at_ms, [stand.show], shows)


async def test_what_was_away_for_long_is_told_once_and_from_when_it_was_last_well(
    outages: Outages, stand: Stand
) -> None:
    await well(outages, stand, AT)
    outages.answered("redis", AT + 500)
    for _ in range(3):
        outages.missed("database")
    outages.answered("database", AT + 2_000)  # no: it has not been proven yet
    await well(outages, stand, AT + 7_000)
    await well(outages, stand, AT + 8_000)
    assert await told(stand) == [(AT, AT + 7_000, "database")]


async def test_a_blip_is_not_told_but_a_restart_always_is(outages: Outages, stand: Stand) -> None:
    await well(outages, stand, AT)
    outages.missed("redis")
    await well(outages, stand, AT + 1_500)
    assert await told(stand) == []
    outages.missed("redis")
    await well(outages, stand, AT + 1_700, lost=AT - 9_000)
    assert await told(stand) == [(AT + 1_500, AT + 1_700, "redis")]


async def test_a_worker_that_was_away_itself_tells_of_it_from_the_last_fact_that_was_known(
    outages: Outages, stand: Stand
) -> None:
    await well(outages, stand, AT, lost=AT - 9_000)
    assert await told(stand) == [(AT - 9_000, AT, "redis")]


async def test_what_could_not_be_told_is_told_the_next_time(
    outages: Outages, stand: Stand, ledger_server: RedisServer
) -> None:
    await well(outages, stand, AT)
    await stand.drain()
    outages.missed("database")
    ledger_server.stop()
    with contextlib.suppress(Exception):
        await well(outages, stand, AT + 60_000)
    ledger_server.start()
    await stand.reach()
    await stand.mend()
    await well(outages, stand, AT + 61_000)
    assert await told(stand) == [(AT, AT + 60_000, "database")]


@pytest.fixture
async def worker(ledger_settings: Settings, stand: Stand) -> AsyncIterator[Runtime]:
    runtime = Runtime.build(ledger_settings)
    keeping = asyncio.create_task(tasks.keep_ledger(runtime, all_s=0.1))
    yield runtime
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    await runtime.close()


async def kept(stand: Stand) -> list[str]:
    async with stand.db.read() as session:
        found = await (await session.connection()).execute(
            text("SELECT body FROM ledger WHERE kind = 'outage' AND n IS NULL")
        )
        return [row.body for row in found]


@pytest.mark.usefixtures("worker")
async def test_a_restart_of_redis_is_one_outage_in_log_and_ledger_and_moves_no_stock(
    stand: Stand, ledger_server: RedisServer
) -> None:
    offer = await stand.arm(5)
    await stand.taken(offer)

    async def is_written() -> bool:
        head = await stand.facts.head(stand.show)
        async with stand.db.read() as session:
            found = await (await session.connection()).execute(text("SELECT max(seq) FROM ledger"))
        return head is not None and head.state != "recovering" and found.scalar() == head.seq

    await eventually(is_written)
    before = await stand.stored(offer)
    ledger_server.stop()
    ledger_server.start()
    await stand.reach()

    async def is_told() -> bool:
        return len(await kept(stand)) == 1

    await eventually(is_told)
    await eventually(is_written)
    [(since, until, what)] = await told(stand)
    assert what == "redis"
    assert since <= until
    assert await stand.stored(offer) == before


async def test_a_database_that_was_away_is_told_when_it_is_back(
    stand: Stand, worker: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.features.ledger.actions.outages.SHORT_MS", 0)
    await eventually_well(stand)
    asked = asyncio.Event()

    async def away(*_: object, **__: object) -> object:
        asked.set()
        raise StoreUnavailable

    with monkeypatch.context() as locked:
        locked.setattr("live.features.ledger.actions.desk.list_shows_in", away)
        await asyncio.wait_for(asked.wait(), 20)

    async def is_told() -> bool:
        return [what for _, _, what in await told(stand)] == ["database"]

    await eventually(is_told)


async def eventually_well(stand: Stand) -> None:
    """The worker has looked at the show once."""

    async def is_trusted() -> bool:
        return await stand.facts.worker_age_ms() is not None

    await eventually(is_trusted)
