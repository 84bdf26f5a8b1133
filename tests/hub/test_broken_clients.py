"""Clients that flood, babble, or died without a word: closed with a name, counted, said once."""

import asyncio
import gc
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from live.cli.direct import DirectProtocol
from live.cli.serve import socket_settings
from live.hub import Hub
from live.hub.close_codes import CloseCode
from live.hub.connection import BACKLOG_MAX, EventClient, PageClient
from live.hub.farewells import SAID_MAX
from live.hub.line import KERNEL_MAX
from live.hub.pace import BURST, PER_S
from tests.asking import PATIENCE_S
from tests.engines import listening
from tests.hub.fakes import Bench, House, RedisBench, comment, until
from tests.hub.visits import VIEWER, close_code, events, message, next_of, stream

NOTICED_S = 45  # a line that died, at the latest
PING = '{"type":"ping"}'
MASKED_PING = bytes((0x89, 0x80, 0, 0, 0, 0))


@pytest.fixture
def bench(redis_bench: RedisBench) -> Bench:
    return redis_bench


@pytest.fixture(autouse=True)
async def show(bench: Bench) -> None:
    await bench.restart("s", "e1", 0)


@asynccontextmanager
async def served(hub: Hub, **settings: Any) -> AsyncIterator[tuple[str, int]]:
    """As `live serve` serves sockets, `settings` apart."""
    routes = [
        WebSocketRoute("/api/v1/shows/{id}/events", hub.events_endpoint),
        WebSocketRoute("/shows/{id}/stream", hub.stream_endpoint),
    ]
    told = {**socket_settings(), "lifespan": "off", "timeout_graceful_shutdown": 1, **settings}
    async with listening(uvicorn.Config(Starlette(routes=routes), **told)) as address:
        host, _, port = address.partition(":")
        yield host, int(port)


async def open_raw(
    host: str, port: int, path: str = "/api/v1/shows/s/events", token: str | None = VIEWER
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket of which little is read beyond the head of the handshake, and nothing answered."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.connect((host, port))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=1024)
    signed = f"Authorization: Bearer {token}\r\n" if token else ""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {'a' * 22}==\r\nSec-WebSocket-Version: 13\r\n{signed}\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def until_closed(reader: asyncio.StreamReader, code: CloseCode) -> bytearray:
    """All that was said before the close frame with this code and its name; fails without one."""
    told = bytearray()  # megabytes in small pieces: `bytes` would be copied anew for each
    async with asyncio.timeout(5 * PATIENCE_S):  # megabytes, through a narrow window
        frame = bytes((0x88, len(code.payload))) + code.payload
        while frame not in (tail := told[-130:]):
            piece = await reader.read(65_536)
            assert piece, tail
            told += piece
    return told


async def flood(client: ClientConnection, seconds: float = PATIENCE_S) -> None:
    """Until it is closed for that, however slowly we can talk."""
    with suppress(ConnectionClosed):
        async with asyncio.timeout(seconds):
            while True:
                await client.send(PING)


async def test_too_many_messages_close_a_socket_by_name(server: str, hub: Hub) -> None:
    async with events(server, VIEWER) as client, events(server, "viewer-v2") as other:
        await message(client)
        await flood(client)
        assert await close_code(client) == CloseCode.FLOOD
        await other.send(PING)
        await next_of(other, "pong")
    await until(lambda: hub.stats.closed["flood"] == 1)


async def test_a_page_that_floods_is_closed_too(server: str, hub: Hub) -> None:
    async with stream(server, "viewer", VIEWER) as client:
        await message(client)
        await flood(client)
        assert await close_code(client) == CloseCode.FLOOD


async def test_pings_count_as_messages(hub: Hub) -> None:
    async with served(hub) as (host, port):
        reader, writer = await open_raw(host, port)
        await reader.readuntil(b'"hello"')
        writer.write(MASKED_PING * (int(BURST) + 50))
        await until_closed(reader, CloseCode.FLOOD)
        writer.close()


async def test_pings_count_before_anybody_has_signed_in(hub: Hub) -> None:
    async with served(hub) as (host, port):
        reader, writer = await open_raw(host, port, token=None)
        writer.write(MASKED_PING * (int(BURST) + 50))
        await until_closed(reader, CloseCode.FLOOD)
        await until(lambda: hub.stats.closed["flood"] == 1)
        writer.close()


async def test_what_was_pinged_before_the_sign_in_counts_after_it(hub: Hub) -> None:
    async with (
        served(hub) as (host, port),
        connect(f"ws://{host}:{port}/api/v1/shows/s/events") as client,
    ):
        began, spoken = time.monotonic(), 0
        for _ in range(int(BURST) - 50):
            await client.ping()
        await client.send(f'{{"type":"auth","token":"{VIEWER}"}}')
        await next_of(client, "hello")
        with suppress(ConnectionClosed):
            while True:
                await (await client.ping())
                spoken += 1
        assert spoken <= 50 + PER_S * (time.monotonic() - began)
        assert await close_code(client) == CloseCode.FLOOD


@pytest.mark.parametrize(
    "path", ["/api/v1/shows/s/events", "/shows/s/stream?screen=viewer&lang=zh"]
)
async def test_another_protocol_is_closed_by_name(server: str, hub: Hub, path: str) -> None:
    async with connect(server + path, subprotocols=[Subprotocol("mqtt")]) as client:
        assert await close_code(client) == CloseCode.WRONG_PROTOCOL
    assert hub.stats.closed["wrong_protocol"] == 1


@pytest.mark.parametrize(
    ("junk", "name"),
    [
        (b"\x81\x05hello", "broken"),  # not masked
        (bytes((0x83, 0x80, 0, 0, 0, 0)), "broken"),  # an opcode that there is not
        (bytes((0x81, 0x82, 0, 0, 0, 0, 0xFF, 0xFE)), "not_text"),
        (bytes((0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)), "too_big"),
    ],
)
async def test_junk_is_closed_and_counted(hub: Hub, junk: bytes, name: str) -> None:
    async with served(hub) as (host, port):
        reader, writer = await open_raw(host, port)
        writer.write(junk)
        await until_closed(reader, CloseCode[name.upper()])
        await until(lambda: hub.stats.closed[name] == 1)
        assert hub.clients() == {"events": 0}
        writer.close()


async def test_a_fault_is_said_once_for_each_client_and_never_what_was_said(
    server: str, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "live.hub")
    for token in (VIEWER, VIEWER, "viewer-v2"):
        async with events(server, token) as client:
            await client.send(b"a secret in bytes")
            assert await close_code(client) == CloseCode.BINARY
    for _ in range(2):
        with pytest.raises(InvalidStatus):
            await connect(f"{server}/shows/s/stream", origin=Origin("https://elsewhere.example"))
    await until(lambda: hub.stats.closed["binary"] == 3)
    said = [(vars(one)["cause"], vars(one)["viewer"]) for one in caplog.records]
    assert said == [("binary", "v1"), ("binary", "v2"), ("wrong_origin", "-")]
    assert "secret" not in caplog.text
    assert hub.stats.refused == {"wrong_origin": 2}
    assert len(said) < SAID_MAX


async def test_a_crowd_that_is_refused_does_not_fill_the_log(
    hub: Hub, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    house.wait_s = 1.5
    async with served(hub) as (host, port):
        for _ in range(3):
            with pytest.raises(InvalidStatus):
                await connect(f"ws://{host}:{port}/shows/s/stream")
        await until(lambda: hub.stats.refused == {"too_fast": 3})
    assert [one.getMessage() for one in caplog.records] == ["a socket was refused"]


async def test_a_slow_client_is_told_so_and_resumes_by_its_id(hub: Hub, bench: Bench) -> None:
    async with served(hub) as (host, port):
        reader, writer = await open_raw(host, port, "/api/v1/shows/s/events?since=e1:0")
        for _ in range(100):
            await bench.append("s", [comment("长" * 1_000)] * 20)
        await until(lambda: hub.stats.closed["slow"] == 1)
        assert not hub.clients()["events"]
        told = await until_closed(reader, CloseCode.SLOW)
        writer.close()
        assert len(told) < BACKLOG_MAX + 4 * KERNEL_MAX
        last = told.count(b'"type":"comment"')
        assert 0 < last < 2_000
        async with events(f"ws://{host}:{port}", VIEWER, since=f"e1:{last}") as client:
            assert (await next_of(client, "comment"))["id"] == f"e1:{last + 1}"


@pytest.mark.parametrize(
    "slow_s", [3600]
)  # it is to be silent, not slow: whichever is noticed first
@pytest.mark.parametrize("unread", [0, 100])
async def test_a_line_that_died_without_a_word_is_noticed(
    hub: Hub, bench: Bench, unread: int
) -> None:
    """Whether or not something waits for it: a proxy between us swallows all. If it reads on it is told."""
    async with served(hub, ws_ping_interval=0.1, ws_ping_timeout=0.1) as (host, port):
        reader, writer = await open_raw(host, port, "/api/v1/shows/s/events?since=e1:0")
        for _ in range(unread):
            await bench.append("s", [comment("长" * 1_000)] * 20)
        await until(lambda: hub.stats.closed == {"silent": 1})
        assert hub.clients() == {"events": 0}
        if not unread:
            await until_closed(reader, CloseCode.SILENT)
        writer.close()


def test_a_dead_line_is_noticed_in_time() -> None:
    told = socket_settings()
    assert told["ws"] is DirectProtocol
    assert told["ws_ping_interval"] + told["ws_ping_timeout"] <= NOTICED_S
    assert told["ws_per_message_deflate"] is False


async def test_a_client_that_breaks_off_is_no_fault(server: str, hub: Hub) -> None:
    async with events(server, VIEWER) as client:
        await message(client)
        client.transport.abort()
        with pytest.raises(ConnectionClosed):
            await client.recv()
    await until(lambda: hub.stats.closed == {"normal": 1})


async def test_whoever_has_gone_leaves_nothing_to_the_collector(hub: Hub) -> None:
    """It looks at everything but rarely, and a crowd that comes and goes would fill the memory until then."""
    paths = ["/api/v1/shows/s/events", f"/shows/s/stream?screen=viewer&lang=zh&token={VIEWER}"]
    async with served(hub) as (host, port):
        gc.collect()
        gc.disable()
        try:
            for path in paths:
                for _ in range(3):
                    await _come_and_go(host, port, path)
            await until(lambda: sum(hub.stats.closed.values()) == 6)
            await until(lambda: _kept(DirectProtocol, EventClient, PageClient) == 0)
        finally:
            gc.enable()


async def _come_and_go(host: str, port: int, path: str) -> None:
    reader, writer = await open_raw(host, port, path)
    await reader.readuntil(b'"id"')
    writer.close()


def _kept(*kinds: type) -> int:
    return sum(type(one) in kinds for one in gc.get_objects())
