"""The load client over HTTP, against a real asyncio server that behaves well, and badly."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from scripts.benchmarks.load.driver import OpenLoop
from scripts.benchmarks.load.http_orders import BODY, HttpOrders, answer_size, requests
from scripts.benchmarks.load.plan import Plan
from scripts.benchmarks.load.press import press
from scripts.benchmarks.load.run import run
from scripts.benchmarks.servers import free_port

Serve = Callable[["Server", asyncio.StreamWriter], Awaitable[None]]
CREATED = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
CONFLICT = b"HTTP/1.1 409 Conflict\r\nContent-Length: 8\r\n\r\nsold out"


class Server:
    """Keeps every request; `serve` answers the latest."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.requests: list[bytes] = []
        self.connections = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head + await reader.readexactly(len(BODY)))
                await self.serve(self, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @property
    def keys(self) -> list[bytes]:
        return [r.split(b"Idempotency-Key: ")[1].split(b"\r\n")[0] for r in self.requests]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[tuple[Server, Plan]]:
    server = Server(serve)
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    plan = Plan(
        kind="http",
        host="127.0.0.1",
        port=listener.sockets[0].getsockname()[1],
        path="/orders",
        tokens=("a", "b", "c"),
        run="r",
        connections=4,
        seconds=0.2,
    )
    try:
        yield server, plan
    finally:
        listener.close()
        await asyncio.sleep(0.02)


async def created(server: Server, writer: asyncio.StreamWriter) -> None:
    writer.write(CREATED)


async def test_the_closed_loop_counts_every_answer_once_and_never_repeats_a_key():
    async with serving(created) as (server, plan):
        report = await run(plan)
        assert report.accepted == report.intended == len(server.requests) > plan.connections
        assert (report.blow.others, report.remark) == (0, "")
        assert len(set(server.keys)) == len(server.keys)
        assert server.connections == plan.connections
        assert report.seconds >= plan.seconds
        assert report.cpu_us > 0
        for token in plan.tokens:
            assert any(f"Authorization: Bearer {token}\r\n".encode() in r for r in server.requests)


async def test_refusals_are_told_apart_and_quoted():
    async def every_third(server: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(CREATED if len(server.requests) % 3 else CONFLICT)

    async with serving(every_third) as (server, plan):
        report = await run(plan)
        assert report.refused == len(server.requests) // 3
        assert report.accepted + report.refused == len(server.requests)
        assert report.remark.endswith("sold out")


async def test_an_answer_in_pieces_is_one_answer():
    async def in_pieces(server: Server, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(CREATED), 9):
            writer.write(CREATED[at : at + 9])
            await writer.drain()
            await asyncio.sleep(0.001)

    async with serving(in_pieces) as (server, plan):
        report = await run(plan)
        assert report.accepted == len(server.requests) > 0
        assert report.blow.others == 0


async def test_a_connection_that_closes_loses_its_order_and_the_others_go_on():
    async def one_leaves(server: Server, writer: asyncio.StreamWriter) -> None:
        if len(server.requests) == 10:
            writer.close()
        else:
            writer.write(CREATED)

    for rate in (None, 500.0):
        async with serving(one_leaves) as (server, plan):
            report = await run(replace(plan, rate=rate))
            assert (report.lost, report.unanswered) == (1, 0)
            assert report.accepted == len(server.requests) - 1 > 10
            assert "closed" in report.remark


@pytest.mark.parametrize("rate", [None, 500.0])
async def test_when_all_have_gone_the_run_ends(rate):
    async def leave(server: Server, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with serving(leave) as (_, plan):
        report = await run(replace(plan, rate=rate, seconds=60.0))
        assert (report.accepted, report.lost) == (0, plan.connections)


@pytest.mark.parametrize(
    "said",
    [CREATED + CREATED, b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
)
async def test_what_cannot_be_counted_is_not_counted(said):
    async def strange(server: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(said)

    async with serving(strange) as (_, plan):
        report = await run(plan)
        assert (report.accepted, report.lost) == (0, plan.connections)
        assert report.remark.startswith("an answer")


async def test_silence_is_unanswered(monkeypatch):
    monkeypatch.setattr("scripts.benchmarks.load.driver.PATIENCE_S", 0.1)

    async def silent(server: Server, writer: asyncio.StreamWriter) -> None:
        if len(server.requests) <= 2:
            writer.write(CREATED)

    async with serving(silent) as (server, plan):
        report = await run(plan)
        assert report.accepted == 2
        assert report.unanswered == len(server.requests) - 2 == plan.connections
        assert "no answer" in report.remark


async def test_the_open_loop_sends_as_many_as_the_schedule_says():
    async with serving(created) as (server, plan):
        even = await run(replace(plan, rate=500.0, arrivals="fixed"))
        assert even.intended == even.accepted == len(server.requests) == 100
        drawn = [await run(replace(plan, rate=500.0, seed=3)) for _ in range(2)]
        assert drawn[0].intended == drawn[0].accepted == drawn[1].intended
        assert drawn[0].kept(plan.seconds) <= 1


async def test_a_late_answer_counts_from_when_each_order_was_due():
    """One connection, and a server that stalls once: what was due meanwhile has waited as long."""
    gate, asked = asyncio.Event(), asyncio.Event()

    async def stall(server: Server, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await gate.wait()
        writer.write(CREATED)

    async with serving(stall) as (server, plan):
        plan = replace(plan, connections=1, seconds=0.3)
        loop = OpenLoop(replace(plan, rate=100.0), iter([0.0, 0.01, 0.02, 0.03]))
        orders = requests(plan)
        running = asyncio.create_task(loop.run(lambda: HttpOrders(loop, orders)))
        await asked.wait()
        await asyncio.sleep(0.03 + 0.1)
        assert len(server.requests) == 1
        gate.set()
        report = await running
        assert report.accepted == report.intended == 4
        assert loop.latency.percentile_ms(0) >= 100  # though three were sent only now


async def test_what_the_client_itself_sends_late_counts_from_when_it_was_due():
    """The loop of both is held up once the first order is out; a connection is free for all others."""

    async def hold_up(server: Server, writer: asyncio.StreamWriter) -> None:
        if len(server.requests) == 1:
            asyncio.get_running_loop().call_soon(time.sleep, 0.1)
        writer.write(CREATED)

    async with serving(hold_up) as (_, plan):
        loop = OpenLoop(replace(plan, rate=100.0), iter([0.0, 0.02, 0.03]))
        orders = requests(plan)
        report = await loop.run(lambda: HttpOrders(loop, orders))
        assert report.accepted == 3
        assert report.late_p99_ms >= 60
        assert loop.latency.percentile_ms(30) >= 60


async def test_a_server_that_cannot_keep_the_pace_is_noticed():
    async def slow(server: Server, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(CREATED)

    async with serving(slow) as (_, plan):
        report = await run(replace(plan, rate=1000.0))
        assert report.accepted == report.intended
        assert report.is_short(plan.seconds)


async def test_in_a_process_of_its_own_it_does_the_same():
    async with serving(created) as (server, plan):
        report = await press(plan)
        assert report.accepted == len(server.requests) > 0
        report = await press(replace(plan, run="s", rate=500.0, arrivals="fixed"))
        assert report.intended == report.accepted == 100
        assert len(set(server.keys)) == len(server.keys)


async def test_nobody_there_is_said_in_a_sentence():
    async with serving(created) as (_, plan):
        with pytest.raises(RuntimeError, match="the load client failed: "):
            await press(replace(plan, port=free_port()))


@pytest.mark.parametrize("name", [b"content-length: ", b"Content-Length: ", b"CONTENT-LENGTH:"])
def test_the_length_is_read_from_the_head_alone(name):
    head = b"HTTP/1.1 201 Created\r\nx: y\r\n" + name + b"30\r\n"
    body = b"\r\ncontent-length: 99\r\n"
    assert answer_size(head) is None
    assert answer_size(head + b"\r\n" + body) == len(head) + 2 + 30
    with pytest.raises(ValueError, match="without a length"):
        answer_size(b"HTTP/1.1 201 Created\r\n\r\n" + body)
