"""The order path's own connection: replies in order, a lost server noticed, nothing waiting for ever."""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import hiredis
import pytest

from live.domain.outcomes import Taken
from live.errors import RedisUnavailable
from live.hotpath import wire
from live.hotpath.client import Client
from live.hotpath.wire import Wire
from tests.hotpath.server import RedisServer
from tests.hotpath.stage import Stage


async def ask(line: Wire, *command: Any) -> Any:
    told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    line.call(hiredis.pack_command(command), told.set_result)
    return await told


@pytest.fixture
async def line(hot_server: RedisServer) -> AsyncIterator[Wire]:
    line = Wire(hot_server.url)
    yield line
    await line.close()


async def test_replies_come_in_the_order_of_the_calls(line: Wire) -> None:
    said = await asyncio.gather(*(ask(line, "ECHO", str(n)) for n in range(2_000)))
    assert said == [str(n).encode() for n in range(2_000)]


async def test_an_error_is_a_reply_like_any_other(line: Wire) -> None:
    wrong, right = await asyncio.gather(ask(line, "NOSUCH"), ask(line, "PING"))
    assert isinstance(wrong, hiredis.ReplyError)
    assert right == b"PONG"


async def test_nobody_listens(tmp_path: Any) -> None:
    line = Wire(f"unix://{tmp_path}/no")
    assert isinstance(await ask(line, "PING"), RedisUnavailable)
    await line.close()


async def test_a_server_that_was_killed_is_found_again(hot_server: RedisServer, line: Wire) -> None:
    assert await ask(line, "PING") == b"PONG"
    hot_server.stop()
    assert isinstance(await ask(line, "PING"), RedisUnavailable)
    hot_server.start()
    assert await ask(line, "PING") == b"PONG"


async def test_a_server_that_hangs_is_given_up(
    hot_server: RedisServer, line: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "REPLY_TIMEOUT_S", 0.2)
    assert await ask(line, "PING") == b"PONG"
    hot_server.send(signal.SIGSTOP)
    try:
        said = await asyncio.gather(*(ask(line, "PING") for _ in range(3)))
        assert all(isinstance(one, RedisUnavailable) for one in said)
    finally:
        hot_server.send(signal.SIGCONT)
    assert await ask(line, "PING") == b"PONG"


async def test_addresses_name_a_database_and_a_password(hot_server: RedisServer) -> None:
    other = Wire(hot_server.url + "?db=3")
    await ask(other, "SET", "here", "1")
    plain = Wire(hot_server.url)
    assert await ask(plain, "GET", "here") is None
    await ask(other, "DEL", "here")
    locked = Wire(hot_server.url.replace("unix://", "unix://:wrong@"))
    assert isinstance(await ask(locked, "PING"), RedisUnavailable)  # there is no password to give
    for line in (other, plain, locked):
        await line.close()


async def test_an_order_whose_reply_was_lost_is_asked_again_and_made_once(
    hot_client: Client, hot_stage: Stage
) -> None:
    offer = await hot_stage.arm(50)
    await hot_stage.take(offer)
    for n in range(20):
        wish = hot_stage.wish(offer, f"v{n}")
        asked = asyncio.ensure_future(hot_stage.stock.take(wish))
        await asyncio.sleep(0)  # now it is on its way
        await asyncio.sleep(0)
        if hot_client.wire._link is not None:
            hot_client.wire._link.abort()
        assert isinstance(await asked, Taken)
    assert (await hot_stage.numbers(offer))[:2] == (29, 21)
    await hot_stage.check()
