"""Clients that flood or babble before we know who they are: counted as ever, and said once."""

import asyncio
import logging

import pytest

from live.hub import Hub
from live.hub.close_codes import CloseCode
from live.hub.pace import BURST
from tests.hub.fakes import Bench, House, RedisBench, until
from tests.hub.test_broken_clients import MASKED_PING, open_raw, served, until_closed
from tests.hub.visits import VIEWER


@pytest.fixture
def bench(redis_bench: RedisBench) -> Bench:
    return redis_bench


@pytest.fixture(autouse=True)
async def show(bench: Bench) -> None:
    await bench.restart("s", "e1", 0)


@pytest.mark.parametrize(
    "path", ["/api/v1/shows/s/events", "/shows/s/stream?screen=viewer&lang=zh&token=" + VIEWER]
)
async def test_pings_count_while_we_still_look_who_it_is(hub: Hub, house: House, path: str) -> None:
    house.answers.clear()
    async with served(hub) as (host, port):
        reader, writer = await open_raw(host, port, path)
        writer.write(MASKED_PING * (int(BURST) - 10))
        told = bytearray()
        async with asyncio.timeout(20):
            while told.count(b"\x8a\x00") < int(BURST) - 10:
                told += await reader.read(65_536)
        house.answers.set()
        writer.write(MASKED_PING * 60)
        await until_closed(reader, CloseCode.FLOOD)
        writer.close()


async def test_what_is_no_text_is_one_line_in_the_log_for_each_client(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    junk = bytes((0x81, 0x82, 0, 0, 0, 0, 0xFF, 0xFE))
    async with served(hub) as (host, port):
        for token in (VIEWER, VIEWER, None):  # the last one before it has signed in
            reader, writer = await open_raw(host, port, token=token)
            if token:
                await reader.readuntil(b"hello")  # before that it is nobody yet
            writer.write(junk)
            await until_closed(reader, CloseCode.NOT_TEXT)
            writer.close()
        await until(lambda: hub.stats.closed["not_text"] == 3)
    said = [(vars(one).get("cause"), vars(one).get("viewer")) for one in caplog.records]
    assert said == [("not_text", "v1"), ("not_text", "-")]
