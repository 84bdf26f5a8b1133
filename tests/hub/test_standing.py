"""Staff are asked again whether they may look, for as long as their socket is open."""

import pytest

from live.hub import Hub, Role
from live.hub.close_codes import CloseCode
from tests.hub.fakes import Bench, House, RedisBench, comment, order, until
from tests.hub.visits import OPERATOR, VIEWER, close_code, events, message, next_of, stream


@pytest.fixture
def bench(redis_bench: RedisBench) -> Bench:
    return redis_bench


@pytest.fixture(autouse=True)
async def show(bench: Bench) -> None:
    await bench.restart("s", "e1", 0)


@pytest.mark.parametrize("screen", ["control", "host", "overlay", "events"])
async def test_whoever_signs_out_is_shown_out(server: str, house: House, screen: str) -> None:
    token = "overlay" if screen == "overlay" else OPERATOR
    socket = events(server) if screen == "events" else stream(server, screen, token)
    async with socket as client:
        await message(client)
        house.roles[token] = None
        assert await close_code(client) == CloseCode.NOT_SIGNED_IN


async def test_a_database_that_is_away_shows_nobody_out(
    server: str, house: House, hub: Hub, bench: Bench
) -> None:
    async with events(server) as client, stream(server, "control", OPERATOR) as page:
        await message(client)
        await message(page)
        house.is_away = True
        await until(lambda: hub.stats.beats > 6)
        house.partials["stock"] = "<b id=stock>8</b>"
        await bench.append("s", [comment("扣1")])
        await next_of(client, "comment")
        assert (await message(page))["content"] == "<b id=stock>8</b>"
        house.is_away = False
        house.roles[OPERATOR] = None
        assert await close_code(client) == await close_code(page) == CloseCode.NOT_SIGNED_IN


async def test_a_new_role_counts_without_a_new_socket(
    server: str, house: House, hub: Hub, bench: Bench
) -> None:
    async with events(server) as client:
        await message(client)
        await bench.append("s", [order("take", 1, "v1")])
        await next_of(client, "order")
        house.roles[OPERATOR] = Role.HOST
        room = hub._registry.rooms["s"]
        await until(lambda: all(c.who.role is Role.HOST for c in room.clients()))
        await bench.append("s", [order("pay", 1, "v1"), comment("扣1")])
        while (read := await message(client))["type"] != "comment":
            assert read["type"] != "order"


async def test_viewers_are_not_asked_again(
    server: str, house: House, hub: Hub, bench: Bench
) -> None:
    async with events(server, VIEWER) as client, stream(server, "viewer", VIEWER) as page:
        await message(client)
        await message(page)
        house.roles["viewer"] = None
        await until(lambda: hub.stats.beats > 6)
        await bench.append("s", [comment("扣1")])
        await next_of(client, "comment")
    assert hub.stats.frames > 0
