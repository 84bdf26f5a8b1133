"""Several web processes with real sockets on one Redis: numbers are those of all of them, whatever dies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import ClientConnection

from live.domain.attendance import Change, Pictures, Place
from live.domain.ids import ShowId
from live.errors import RedisUnavailable
from live.hotpath.client import Client
from live.hotpath.presence import Presence
from live.hotpath.shows import ShowLog, Totals
from live.hub import Hub
from tests.asking import eventually
from tests.engines import listening
from tests.hub.fakes import House, RedisBench
from tests.hub.visits import events, message, stream

SHOW = ShowId("s")
LEASE_MS = 2_500


@dataclass
class Cut(House):
    """A process that may be cut off from Redis; seen from there it is dead, or stopped."""

    presence: Presence | None = None
    is_cut: bool = False
    lives: set[str] = field(default_factory=set)

    async def tell_presence(self, show_id: str, change: Change) -> bool:
        if self.is_cut or self.presence is None:
            raise RedisUnavailable
        self.lives.add(change.process)
        return await self.presence.tell(ShowId(show_id), change)


@dataclass
class Process:
    house: Cut
    hub: Hub
    address: str


@dataclass
class Cluster:
    processes: list[Process]
    log: ShowLog

    async def totals(self) -> Totals:
        totals = await self.log.totals(SHOW)
        assert totals is not None
        return totals

    async def shows(self, viewers: int) -> None:
        async def is_so() -> bool:
            return (await self.totals()).viewers == viewers

        await eventually(is_so)

    async def has_open(self, places: dict[Place, int]) -> None:
        async def is_so() -> bool:
            found = (await self.totals()).places
            return {place: n for place, n in found.items() if n} == places

        await eventually(is_so)


@asynccontextmanager
async def process(redis_bench: RedisBench, presence: Presence) -> AsyncIterator[Process]:
    house = Cut(presence=presence)
    hub = Hub(RedisBench(redis_bench.redis).broker, house.ports(), beat_s=0.05)
    await hub.start()
    app = Starlette(
        routes=[
            WebSocketRoute("/api/v1/shows/{id}/events", hub.events_endpoint),
            WebSocketRoute("/shows/{id}/stream", hub.stream_endpoint),
        ]
    )
    config = uvicorn.Config(
        app, ws="websockets-sansio", log_level="error", lifespan="off",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    async with listening(config) as address:
        yield Process(house, hub, f"ws://{address}")
    await hub.stop()


@pytest.fixture
async def cluster(redis_bench: RedisBench, hub_redis: Path) -> AsyncIterator[Cluster]:
    """Three processes, and a show on air."""
    client = Client(f"unix://{hub_redis}")
    await client.sample_clock()
    log = ShowLog(client)
    await log.plan(SHOW, "e1")
    await log.move(SHOW, "start")
    presence = Presence(client, lease_ms=LEASE_MS)
    async with AsyncExitStack() as stack:
        three = [await stack.enter_async_context(process(redis_bench, presence)) for _ in range(3)]
        yield Cluster(three, log)
    await client.close()


class Visitors:
    """Open sockets, by name."""

    def __init__(self) -> None:
        self._stacks: dict[str, AsyncExitStack] = {}

    async def come(
        self, name: str, server: str, viewer: str, *, screen: str = "viewer"
    ) -> ClientConnection:
        stack = self._stacks[name] = AsyncExitStack()
        token = f"viewer-{viewer}" if screen in ("viewer", "api") else screen
        visit = events(server, token) if screen == "api" else stream(server, screen, token)
        client = await stack.enter_async_context(visit)
        await message(client)
        return client

    async def go(self, *names: str) -> None:
        for name in names or list(self._stacks):
            await self._stacks.pop(name).aclose()


@pytest.fixture
async def visitors() -> AsyncIterator[Visitors]:
    made = Visitors()
    yield made
    with contextlib.suppress(Exception):
        await made.go()


async def test_numbers_are_those_of_all_processes_and_outlive_one(
    cluster: Cluster, visitors: Visitors
) -> None:
    one, two, three = cluster.processes
    for n, at in enumerate((one, one, two, two, three, three)):
        await visitors.come(f"page{n}", at.address, f"v{n}")
    await visitors.come("second", two.address, "v0")  # in two processes
    await visitors.come("api", three.address, "v6", screen="api")
    await visitors.come("host", one.address, "", screen="host")
    await cluster.shows(7)
    await cluster.has_open({Place.VIEWER: 7, Place.VIEWER_API: 1, Place.HOST: 1})
    totals = await cluster.totals()
    assert (totals.attendance.unique, totals.attendance.views) == (7, 7)

    one.house.is_cut = True  # v0 is still in the second process
    await visitors.go("page2")
    await cluster.shows(5)
    await cluster.has_open({Place.VIEWER: 4, Place.VIEWER_API: 1})  # nor do its pages count
    totals = await cluster.totals()
    assert (totals.attendance.peak, totals.attendance.unique) == (7, 7)

    one.house.is_cut = False  # it was only stopped: everyone in it is told again
    await cluster.shows(6)
    totals = await cluster.totals()
    assert (totals.attendance.unique, totals.attendance.views) == (7, 7)
    assert len(one.house.lives) == 2
    await cluster.has_open({Place.VIEWER: 6, Place.VIEWER_API: 1, Place.HOST: 1})

    await visitors.go("page1", "page3", "page4")
    await cluster.shows(3)


async def test_what_the_players_say_of_the_picture_is_counted_over_all_processes(
    cluster: Cluster, visitors: Visitors
) -> None:
    one, two, _ = cluster.processes

    async def says(on: int, failed: int) -> None:
        async def is_so() -> bool:
            return (await cluster.totals()).pictures == Pictures(on, failed)

        await eventually(is_so)

    pages = [
        await visitors.come(f"page{n}", at.address, f"v{n}") for n, at in enumerate((one, two, two))
    ]
    host = await visitors.come("host", one.address, "", screen="host")
    await cluster.shows(3)
    await says(0, 0)
    for page in pages:
        await page.send('{"type":"picture","state":"on"}')
        await page.send('{"type":"picture","state":"on"}')
    await host.send('{"type":"picture","state":"failed"}')
    await says(3, 0)
    await pages[0].send('{"type":"picture","state":"failed"}')
    await says(2, 1)
    await visitors.go("page0", "page1")
    await says(1, 0)


async def test_a_reload_in_another_process_is_no_new_view(
    cluster: Cluster, visitors: Visitors
) -> None:
    one, two, _ = cluster.processes
    await visitors.come("page", one.address, "v1")
    await cluster.shows(1)
    await visitors.go("page")
    await cluster.shows(0)
    await visitors.come("again", two.address, "v1")
    await cluster.shows(1)
    told = (await cluster.totals()).attendance
    assert (told.peak, told.unique, told.views) == (1, 1, 1)


async def test_the_last_one_to_leave_is_gone_at_once_and_not_when_the_lease_is_over(
    cluster: Cluster, visitors: Visitors
) -> None:
    one, _, _ = cluster.processes
    await visitors.come("page", one.address, "v1")
    await cluster.shows(1)
    await asyncio.sleep(0.3)
    await visitors.go("page")
    await cluster.shows(0)
    totals = await cluster.totals()
    first = totals.attendance.watch_ms
    assert 200 <= first <= totals.attendance.live_ms
    await Presence(cluster.log._client).take_out(SHOW)
    assert (await cluster.totals()).attendance.watch_ms == first
