"""What a process takes for Redis time is never ahead of it: nobody is told "open" too early."""

import asyncio

from live.hotpath.client import Client
from tests.hotpath.server import RedisServer

THERE_S = 0.05  # a request's way to Redis; the reply's is short


async def _held_up(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait_s: float
) -> None:
    while data := await reader.read(65_536):
        await asyncio.sleep(wait_s)
        writer.write(data)
    writer.close()


async def test_an_estimate_is_never_early_however_slow_the_request_is(
    hot_server: RedisServer,
) -> None:
    """The middle of the round trip would be: Redis looks at its clock near the end of it."""

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(hot_server.socket)
        await asyncio.gather(_held_up(reader, far_writer, THERE_S), _held_up(far_reader, writer, 0))

    async with await asyncio.start_server(join, "127.0.0.1", 0) as way:
        port = way.sockets[0].getsockname()[1]
        client = Client(f"redis://127.0.0.1:{port}")
        direct = Client(hot_server.url)
        try:
            await client.sample_clock()
            for _ in range(5):
                estimated = client.now_ms()
                seconds, micros = await direct.do("TIME")
                assert estimated <= int(seconds) * 1000 + int(micros) // 1000
        finally:
            await client.close()
            await direct.close()
