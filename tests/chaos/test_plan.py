"""A seed is a plan; a history can be read back; a broken network breaks what it should."""

import asyncio
import contextlib
import random
from itertools import islice
from pathlib import Path

from scripts.faults.evidence import read_evidence
from scripts.faults.history import History, read_lines
from scripts.faults.plan import KINDS, draw_points
from scripts.faults.proxy import FaultProxy


def test_a_seed_draws_the_same_faults_again() -> None:
    first, again, other = (list(islice(draw_points(seed), 60)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_every_kind_comes_once_in_every_deck() -> None:
    size = len(KINDS)
    points = list(islice(draw_points(1), 5 * size))
    for start in range(0, 5 * size, size):
        assert {point.kind for point in points[start : start + size]} == set(KINDS)


def test_a_history_is_read_back_with_what_was_never_answered(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    history.note("setting", offers=[])
    done = history.invoke("b1", "order", viewer="v", key="k")
    history.complete(done, "ok", id="s-1")
    history.invoke("b1", "order", viewer="v", key="k")
    history.note("final", rows=[])
    history.close()
    evidence = read_evidence(read_lines(history.path))
    assert [op.result for op in evidence.operations] == ["ok", "unknown"]
    assert evidence.operations[1].ended_ms == float("inf")


async def ask(port: int) -> bytes:
    """What came back before the connection ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    with contextlib.suppress(ConnectionError):
        writer.write(b"x" * 100)
        while len(got) < 100 and (piece := await reader.read(100)):
            got += piece
    writer.transport.abort()
    return got


async def test_the_proxy_cuts_in_the_middle_while_it_is_bad() -> None:
    heard: list[int] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(100):
                heard.append(len(piece))
                writer.write(piece)
        writer.transport.abort()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = FaultProxy(server.sockets[0].getsockname()[1])
    await proxy.start()
    try:
        assert await ask(proxy.port) == b"x" * 100
        proxy.turn_bad(random.Random(1))
        answers = [await ask(proxy.port) for _ in range(40)]
        proxy.turn_good()
        assert await ask(proxy.port) == b"x" * 100
    finally:
        await proxy.stop()
        server.close()
    cut = [answer for answer in answers if len(answer) < 100]
    assert 0 < len(cut) <= proxy.cuts  # both directions of one connection may be cut at once
    assert len(cut) < len(answers)
    assert any(answer for answer in cut)  # in its middle, not before it
    assert min(heard) < 100  # requests, too
