"""Redis's file is written anew when it has grown and nobody is buying, and only then."""

from collections.abc import AsyncIterator

import pytest

from live.hotpath import upkeep
from live.hotpath.client import Client
from tests.asking import eventually
from tests.hotpath.server import RedisServer, binaries
from tests.hotpath.stage import Stage


@pytest.fixture(params=binaries(), ids=str)
async def durable_stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A live show on a Redis that writes a file."""
    server = RedisServer(request.param, durable=True)
    client = Client(server.url)
    await client.sample_clock()
    yield await Stage(client).start()
    await client.close()
    server.remove()


async def rewrites(client: Client) -> bool:
    told = await client.do("INFO", "persistence")
    return bool(told["aof_rewrite_in_progress"] or told["aof_rewrite_scheduled"])


async def test_a_small_file_is_left_alone(durable_stage: Stage) -> None:
    assert not await upkeep.rewrite_if_calm(durable_stage.client, durable_stage.stock)


async def test_a_file_that_has_grown_waits_until_nobody_is_buying(
    durable_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = durable_stage
    monkeypatch.setattr(upkeep, "WORTH_BYTES", 1)
    monkeypatch.setattr(upkeep, "CALM_ORDERS", 1)
    offer = await stage.arm(10)
    orders = [await stage.taken(offer, f"v{n}") for n in range(2)]
    assert not await upkeep.rewrite_if_calm(stage.client, stage.stock)
    monkeypatch.setattr(upkeep, "CALM_ORDERS", 2)
    assert await upkeep.rewrite_if_calm(stage.client, stage.stock)

    async def is_over() -> bool:
        return not await rewrites(stage.client)

    await eventually(is_over)
    assert not await upkeep.rewrite_if_calm(stage.client, stage.stock), "it has not grown since"
    assert [await stage.order(order.id) for order in orders] == orders
