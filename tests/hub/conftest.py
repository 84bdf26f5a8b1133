import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from live.cli.redis_server import find_binary
from live.hub import Hub
from live.hub.line import EXTENSION
from tests.engines import listening
from tests.hub.fakes import Bench, House, MemoryBench, RedisBench
from tests.hub.studio import Studio


@pytest.fixture(scope="session")
def hub_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Redis of our own, on a unix socket; the fixture's value is the socket's path."""
    folder = tmp_path_factory.mktemp("r")
    path = folder / "s"
    command = [
        str(find_binary().path),
        "--port",
        "0",
        "--unixsocket",
        str(path),
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield path
    process.terminate()
    process.wait(10)


@pytest.fixture
async def redis_bench(hub_redis: Path) -> AsyncIterator[RedisBench]:
    redis = Redis(unix_socket_path=str(hub_redis))
    await redis.flushall()
    yield RedisBench(redis)
    await redis.aclose()


@pytest.fixture(params=["memory", "redis"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "memory":
        return MemoryBench()
    redis_bench: RedisBench = request.getfixturevalue("redis_bench")
    return redis_bench


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def recheck_s() -> float:
    """How often staff are asked again; a module may want it otherwise."""
    return 0.05


@pytest.fixture
def slow_s() -> float:
    """How long a client may read nothing; a test may want it otherwise."""
    return 0.3


@pytest.fixture
async def hub(bench: Bench, house: House, recheck_s: float, slow_s: float) -> AsyncIterator[Hub]:
    hub = Hub(bench.broker, house.ports(), beat_s=0.05, slow_s=slow_s, recheck_s=recheck_s)
    await hub.start()
    yield hub
    await hub.stop()


@pytest.fixture
def studio(house: House) -> Studio:
    return Studio(house)


class DirectProtocol(WebSocketsSansIOProtocol):
    """A server that lets the hub write to its transport: the whole of the extension."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, object] = self.scope["extensions"]  # type: ignore[assignment]
            extensions[EXTENSION] = self.transport


@pytest.fixture(params=["asgi", "transport"])
async def server(request: pytest.FixtureRequest, hub: Hub) -> AsyncIterator[str]:
    """The hub behind a real server; the value is `ws://…`."""
    app = Starlette(
        routes=[
            WebSocketRoute("/api/v1/shows/{id}/events", hub.events_endpoint),
            WebSocketRoute("/shows/{id}/stream", hub.stream_endpoint),
            Route("/shows/{id}/stream", hub.poll_endpoint),
        ]
    )
    ws = "websockets-sansio" if request.param == "asgi" else DirectProtocol
    config = uvicorn.Config(
        app,
        ws=ws,
        ws_per_message_deflate=False,
        log_level="error",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    async with listening(config) as address:
        yield f"ws://{address}"
