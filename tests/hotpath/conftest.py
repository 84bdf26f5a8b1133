"""A real Redis, of every version that we support, and a show on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from live.hotpath.client import Client
from tests.hotpath.server import RedisServer, binaries
from tests.hotpath.stage import Stage


@pytest.fixture(scope="session", params=binaries(), ids=str)
def hot_server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    server = RedisServer(request.param)
    yield server
    server.remove()


@pytest.fixture
async def hot_client(hot_server: RedisServer) -> AsyncIterator[Client]:
    client = Client(hot_server.url)
    await client.sample_clock()
    yield client
    await client.close()


@pytest.fixture
async def hot_stage(hot_client: Client) -> Stage:
    """A show that is live, with nothing on sale yet."""
    return await Stage(hot_client).start()
