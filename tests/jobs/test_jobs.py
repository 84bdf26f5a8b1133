"""Jobs through the real queue: what a web process asks for, a worker does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import col, update
from starlette.applications import Starlette

from live.domain.ids import ShowId
from live.features.offers import actions as offers
from live.features.offers.forms import new_offer
from live.features.products import actions as products
from live.features.products.forms import new_items
from live.features.products.tasks import import_products
from live.features.screens.presenters.board import Boards
from live.features.shows.actions import CLOCK, create, put_away, stop_demo
from live.features.shows.forms import ShowFacts
from live.features.shows.tasks import end_stale_demos, start_due_shows
from live.jobs import Cron, keep_working
from live.runtime import Runtime
from live.store import rooms, schedule, shows
from tests.asking import Api, eventually

HEADER = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\n"


@pytest.fixture
async def worker(app: Starlette, runtime: Runtime) -> AsyncIterator[None]:
    crons = (Cron(start_due_shows, 1), Cron(end_stale_demos, 1))
    task = asyncio.create_task(
        keep_working(runtime.settings.redis_url, runtime, (import_products,), crons)
    )
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def planned(
    runtime: Runtime, *, is_demo: bool = False, starts_in_s: float | None = None
) -> shows.Show:
    now = runtime.clock.now()
    starts_at = now + timedelta(seconds=starts_in_s) if starts_in_s is not None else None
    async with runtime.db.read() as session:
        room = (await rooms.list_rooms(session))[0]
    return await create(
        ShowFacts("夜场", "CNY", starts_at, None, starts_at is not None),
        room_id=room.id,
        is_demo=is_demo,
        by=CLOCK,
        db=runtime.db,
        log=runtime.log,
        rulebook=runtime.rulebook,
        now=now - timedelta(hours=13) if is_demo else now,
    )


async def line_up(runtime: Runtime, show: shows.Show) -> None:
    """One item with a draft sale: enough to go on air."""
    now, show_id = runtime.clock.now(), ShowId(show.id)
    (item,) = await products.add(
        show_id, new_items({"sku": "A", "title": "杯", "list_price": 100, "stock": 5}, "CNY"),
        by=CLOCK, db=runtime.db, log=runtime.log, now=now,
    )  # fmt: skip
    values = {"price": 90, "quantity": 5, "per_buyer_limit": 1, "duration_s": 60}
    new = new_offer({"item_id": item.id, **values}, "CNY", 300)
    await offers.draft(show_id, new, by=CLOCK, db=runtime.db, log=runtime.log, now=now)


async def until_state(runtime: Runtime, show_id: str, state: str) -> None:
    for _ in range(300):
        head = await runtime.facts.head(ShowId(show_id))
        if head is not None and head.state == state:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"the show is still {head.state if head else 'nowhere'}")


async def test_a_scheduled_show_starts_by_itself(worker: None, runtime: Runtime) -> None:
    show = await planned(runtime, starts_in_s=0.5)
    await line_up(runtime, show)
    other = await planned(runtime, starts_in_s=3600)
    await until_state(runtime, show.id, "live")
    head = await runtime.facts.head(ShowId(other.id))
    assert head is not None
    assert head.state == "planned"


async def test_the_clock_does_not_start_what_was_put_away(worker: None, runtime: Runtime) -> None:
    away, show = [await planned(runtime, starts_in_s=3600) for _ in range(2)]
    for one in (away, show):
        await line_up(runtime, one)
    now = runtime.clock.now()
    await put_away(ShowId(away.id), True, by=CLOCK, db=runtime.db, log=runtime.log, now=now)
    async with runtime.db.write() as session:
        for late_s, one in enumerate((show, away)):  # the oldest is first
            due = {"due_at": now - timedelta(seconds=late_s)}
            rows = col(schedule.Scheduled.show_id) == one.id
            await session.exec(update(schedule.Scheduled).where(rows).values(due))
    await until_state(runtime, show.id, "live")
    head = await runtime.facts.head(ShowId(away.id))
    assert head is not None
    assert head.state == "planned"


async def test_an_empty_line_up_does_not_start_by_itself_and_its_page_can_say_so(
    worker: None, runtime: Runtime
) -> None:
    show = await planned(runtime, starts_in_s=0.2)

    async def is_missed() -> bool:
        async with runtime.db.read() as session:
            return await schedule.is_missed(session, show.id, "start")

    assert not await is_missed()
    await eventually(is_missed)
    head = await runtime.facts.head(ShowId(show.id))
    assert head is not None
    assert head.state == "planned"
    board = await Boards(runtime).board(show.id)
    assert board.show.missed_start
    assert [finding.title for finding in board.fails] == ["no_items"]


async def test_a_forgotten_demo_ends(worker: None, api: Api, runtime: Runtime) -> None:
    show = await planned(runtime, is_demo=True)
    await runtime.log.move(ShowId(show.id), "start")
    await until_state(runtime, show.id, "ended")


async def test_a_large_file_is_read_by_the_worker(worker: None, api: Api, runtime: Runtime) -> None:
    show = await planned(runtime)
    lines = [f"h{n},商品 {n},SKU{n},5,19.90" for n in range(12_000)]
    lines[4_000] = "h4000,商品,SKU4000,5,not a price"
    answer = await api.post(
        f"/shows/{show.id}/items/import", content=(HEADER + "\n".join(lines)).encode()
    )
    assert answer.status_code == 201
    assert answer.json() == {
        "created": 11_999,
        "updated": 0,
        "rejected": [{"line": 4_002, "reason": "bad_price"}],
    }


async def test_a_large_file_that_is_no_list_of_products_is_refused(
    worker: None, api: Api, runtime: Runtime
) -> None:
    show = await planned(runtime)
    answer = await api.post(f"/shows/{show.id}/items/import", content=b"a,b\n" + b"1,2\n" * 100_000)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"


async def test_a_demo_can_be_stopped_and_a_real_show_has_no_crowd_to_stop(runtime: Runtime) -> None:
    demo = await planned(runtime, is_demo=True)
    await stop_demo(ShowId(demo.id), by=CLOCK, db=runtime.db, log=runtime.log)
    async with runtime.db.read() as session:
        row = await shows.find_show(session, demo.id)
    assert row is not None
    assert not row.demo_running
