"""The worker's own rounds: what they notice by themselves, and what they leave behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from live.domain.attendance import Attendance
from live.domain.outcomes import Verdict
from live.features.ledger import tasks
from live.hotpath import keys
from live.runtime import Runtime
from live.settings import Settings
from live.store.ledger import find_position
from live.store.shows import find_show, raise_attendance
from tests.asking import eventually
from tests.features.ledger.stand import Stand
from tests.features.ledger.test_rebuild import wipe
from tests.hotpath.server import RedisServer


@pytest.fixture
async def rounds(
    request: pytest.FixtureRequest, ledger_settings: Settings
) -> AsyncIterator[Runtime]:
    """A worker's ledger beside the stand, on the same stores; a parameter is its `ledger_rest_s`."""
    rest_s = getattr(request, "param", 10)
    runtime = Runtime.build(ledger_settings.model_copy(update={"ledger_rest_s": rest_s}))
    keeper = asyncio.create_task(tasks.keep_ledger(runtime))
    yield runtime
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    await runtime.close()


async def lag(stand: Stand) -> int:
    head = await stand.facts.head(stand.show)
    assert head is not None
    async with stand.db.read() as session:
        position = await find_position(session, stand.show)
    assert position is not None
    return head.seq - position[1]


async def attendance(stand: Stand) -> Attendance:
    async with stand.db.read() as session:
        row = await find_show(session, stand.show)
    assert row is not None
    return row.attendance


async def test_every_fact_reaches_sql_whether_the_show_is_on_air_or_not(
    stand: Stand, rounds: Runtime
) -> None:
    async def is_even() -> bool:
        return await lag(stand) == 0

    offer = await stand.arm(50)
    for buyer in range(3):
        order = await stand.taken(offer, f"v{buyer}")
        await eventually(is_even)
    await stand.log.move(stand.show, "end")
    await eventually(is_even)
    assert await stand.settle("pay", order) is Verdict.TAKEN
    await eventually(is_even)


async def test_a_second_worker_does_not_stop_the_first(stand: Stand, rounds: Runtime) -> None:
    async def is_even() -> bool:
        return await lag(stand) == 0

    other = stand.new_desk()
    offer = await stand.arm(50)
    for buyer in range(20):
        await stand.taken(offer, f"v{buyer}")
        await other.drain(500, everything=True)
    await eventually(is_even)
    await stand.taken(offer, "v99")
    await eventually(is_even)


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "processors", lambda: 2)
    monkeypatch.setattr(tasks, "RUSH_PER_S", 20)


async def rush(stand: Stand, until: asyncio.Event) -> None:
    offer = await stand.arm(100_000)
    buyer = 0
    while not until.is_set():
        await asyncio.gather(*(stand.taken(offer, f"v{buyer + n}") for n in range(10)))
        buyer += 10


async def test_the_ledger_stands_aside_in_a_rush_and_catches_up_after_it(
    two_processors: None, stand: Stand, rounds: Runtime
) -> None:
    async def is_even() -> bool:
        return await lag(stand) == 0

    async def position() -> int:
        async with stand.db.read() as session:
            found = await find_position(session, stand.show)
        return found[1] if found else 0

    await eventually(is_even)
    over = asyncio.Event()
    buyers = asyncio.create_task(rush(stand, over))
    stood, last, looks = 0, await position(), 0
    while looks < 40 and stood < 8:  # eight looks without a row: it stands aside
        await asyncio.sleep(0.1)
        now, looks = await position(), looks + 1
        stood, last = (stood + 1, last) if now == last else (0, now)
    over.set()
    await buyers
    assert stood == 8
    await eventually(is_even)


@pytest.mark.parametrize("rounds", [0.3], indirect=True)
async def test_a_rush_without_end_does_not_stop_the_ledger(
    two_processors: None, stand: Stand, rounds: Runtime
) -> None:
    over = asyncio.Event()
    buyers = asyncio.create_task(rush(stand, over))

    async def is_written() -> bool:
        async with stand.db.read() as session:
            found = await find_position(session, stand.show)
        return found is not None and found[1] > 200

    await eventually(is_written)
    assert not buyers.done()
    over.set()
    await buyers


async def test_waiting_ends_with_the_first_fact_of_a_show_on_air(stand: Stand) -> None:
    offer = await stand.arm(5)
    await stand.drain()
    await stand.mend()
    waiting = asyncio.create_task(stand.desk.wait(2.5))
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    assert not done
    await stand.taken(offer)
    await asyncio.wait_for(waiting, 1.0)
    await stand.drain()
    assert await lag(stand) == 0


async def test_an_ended_show_lost_without_a_restart_comes_back(
    stand: Stand, rounds: Runtime
) -> None:
    order = await stand.taken(await stand.arm(5))
    await stand.log.move(stand.show, "end")

    async def is_ended() -> bool:
        async with stand.db.read() as session:
            row = await find_show(session, stand.show)
        return row is not None and row.state == "ended"

    await eventually(is_ended)
    await stand.client.do("DEL", keys.meta(stand.show), keys.book(stand.show))

    async def is_back() -> bool:
        return await stand.settle("pay", order) is Verdict.TAKEN

    await eventually(is_back)


async def test_who_has_watched_outlives_redis_and_never_falls(
    ledger_server: RedisServer, stand: Stand
) -> None:
    await stand.taken(await stand.arm(5))
    await stand.attend(*(f"v{n}" for n in range(7)))
    await stand.drain()
    await stand.mend()
    kept = await attendance(stand)
    assert (kept.peak, kept.unique, kept.views) == (7, 7, 7)
    await wipe(ledger_server, stand)
    before = stand.client.now_ms()
    await stand.mend()
    totals = await stand.log.totals(stand.show)
    assert totals is not None
    assert (totals.attendance.peak, totals.viewers) == (7, 0)
    assert totals.now >= before - 1000, "of this life, though nothing has happened in it"
    await stand.attend("v1")
    stand.desk = stand.new_desk()  # one that has not copied just now
    await stand.mend()
    assert (await attendance(stand)).peak == 7
    assert (await attendance(stand)).unique == 8, "who it was before is forgotten"


async def test_a_redis_that_knows_less_than_sql_is_told(stand: Stand) -> None:
    await stand.drain()
    async with stand.db.write() as session:
        await raise_attendance(session, stand.show, Attendance(3, 5, 6, 9_000))
    await stand.mend()
    totals = await stand.log.totals(stand.show)
    assert totals is not None
    told = totals.attendance
    assert (told.peak, told.unique, told.views, told.watch_ms) == (3, 5, 6, 9_000)


async def test_a_worker_gives_signs_of_life_and_they_run_out(
    stand: Stand, rounds: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lives() -> bool:
        return await stand.facts.worker_age_ms() is not None

    await eventually(lives)
    age = await stand.facts.worker_age_ms()
    assert age is not None
    assert 0 <= age <= keys.WORKER_MS
    monkeypatch.setattr(keys, "WORKER_MS", 1)

    async def is_gone() -> bool:
        return await stand.facts.worker_age_ms() is None

    await eventually(is_gone)
