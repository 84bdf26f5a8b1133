"""A real Redis, of every version that we support, and a show on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from live.hotpath.client import Client
from tests.hotpath.server import Binary, RedisServer, binaries
from tests.hotpath.stage import Stage


@pytest.fixture(scope="session", params=binaries(), ids=str)
def hot_server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    binary: Binary = request.param
    server = RedisServer(binary)
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
