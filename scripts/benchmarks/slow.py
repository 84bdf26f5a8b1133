"""clients that never read: what they cost, whether others notice, and how they are let go.

A control room of its own (`live up`, one web process, a show on air, rate limits off). `--sockets`
clients, half of them pages and half viewers of the API, join with the smallest buffers that the kernel
gives and never read; whoever is closed comes back, so that there are always as many. Beside them operators
read, while comments come in. Told: how the web process's memory grew, what sockets hold in the kernel, with
which codes clients were closed (from /metrics), and whether the operators got every comment.
"""

import asyncio
import itertools
import re
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from live.crowd.client import Client
from live.crowd.watcher import Watcher
from live.hub.broker import HISTORY_MAX
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.processes import kernel_socket_bytes, rss_bytes, web_process
from scripts.benchmarks.servers import (
    buyer_tokens,
    control_room_settings,
    free_port,
    make_operator_token,
    served,
)
from scripts.benchmarks.sockets.handshake import open_all, request
from scripts.benchmarks.viewers import FIRST_CROWD, PATHS

GOAL_MIB = 100
READERS = 20
FILLERS = 8
TEXT = "读" * 180
PAUSE_S = 0.02  # between two comments: who does not read is full within a minute
NARROW = 2048  # bytes of a receive buffer
LOOK_S = 1.0
SETTLE_S = 10.0
CLOSED = re.compile(r'^live_closed_total\{code="(\w+)"\} (\d+)$', re.MULTILINE)


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    port = free_port()
    settings = control_room_settings(port, folder / "var") | {"LIVE_RATE_LIMITS": "off"}
    async with served(["live", "up"], port, folder, **settings) as base_url:
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(base_url, connections=FILLERS), token)
        await target.set_up()
        crowd = Crowd(port, target.show_id, options.connections[0])
        web = web_process(folder / "var")
        await asyncio.to_thread(crowd.warm_up)
        figures = await _watch(target, crowd, web, options.minutes * 60)
        target.client.close()
    return {"bench": "slow", "sockets": options.connections[0], **figures, "goal_mib": GOAL_MIB}


class Crowd:
    """Sockets that are opened and never read."""

    def __init__(self, port: int, show_id: str, size: int) -> None:
        self._port = port
        tokens = itertools.cycle(buyer_tokens(2 * size))
        paths = itertools.cycle([path.format(show_id) for path in PATHS.values()])
        self._asked: Iterator[bytes] = (
            request(port, path, token) for path, token in zip(paths, tokens, strict=False)
        )
        self._size = size
        self._here: list[socket.socket] = []
        self.comebacks = 0

    def warm_up(self) -> None:
        """What a first crowd leaves behind is not counted."""
        for one in open_all(self._port, list(itertools.islice(self._asked, FIRST_CROWD))):
            one.close()

    def fill(self) -> None:
        """As many as there should be: instead of those whom the server has let go."""
        here = [one for one in self._here if not _is_gone(one)]
        missing = self._size - len(here)
        self.comebacks += missing if self._here else 0
        asked = list(itertools.islice(self._asked, missing))
        self._here = here + open_all(self._port, asked, NARROW)

    def leave(self) -> None:
        for one in self._here:
            one.close()


def _is_gone(one: socket.socket) -> bool:
    """Reset by the other side. It reads nothing, so it cannot see a close frame."""
    if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or _state(one) != ESTABLISHED:
        one.close()
        return True
    return False


ESTABLISHED = 1


def _state(one: socket.socket) -> int:
    return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


async def _watch(target: Target, crowd: Crowd, web: int, seconds: float) -> dict[str, Any]:
    """While the crowd is there and comments come in."""
    heard: list[set[str]] = [set() for _ in range(READERS)]
    posted: list[str] = []
    watchers = [_reader(target, mine) for mine in heard]
    readers = [asyncio.create_task(watcher.run()) for watcher in watchers]
    await asyncio.gather(*(watcher.here.wait() for watcher in watchers))
    await _fill_history(target, posted)
    speaking = asyncio.create_task(_speak(target, posted))
    await asyncio.sleep(SETTLE_S)
    before, kernel = rss_bytes(web), kernel_socket_bytes()
    peak = kernel_peak = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.to_thread(crowd.fill)
        await asyncio.sleep(LOOK_S)
        peak = max(peak, rss_bytes(web) - before)
        kernel_peak = max(kernel_peak, kernel_socket_bytes() - kernel)
    speaking.cancel()
    await asyncio.sleep(SETTLE_S)
    after = rss_bytes(web) - before
    metrics = await target.client.request("GET", "/metrics", token=target.token)
    closed = {code: int(count) for code, count in CLOSED.findall(metrics.body.decode())}
    for task in readers:
        task.cancel()
    crowd.leave()
    missing = sum(len(set(posted) - mine) for mine in heard)
    print(
        f"{seconds:.0f} s: memory at most {peak / 2**20:+.1f} MiB, at the end {after / 2**20:+.1f};"
        f" sockets in the kernel at most {kernel_peak / 2**20:+.1f} MiB (both ends);"
        f" {crowd.comebacks} came back; closed: {closed};"
        f" {len(posted)} comments, {missing} missing at {READERS} readers"
    )
    return {
        "seconds": seconds,
        "peak_mib": round(peak / 2**20, 1),
        "end_mib": round(after / 2**20, 1),
        "kernel_peak_mib": round(kernel_peak / 2**20, 1),
        "comebacks": crowd.comebacks,
        "closed": closed,
        "comments": len(posted),
        "missing_at_readers": missing,
    }


def _reader(target: Target, mine: set[str]) -> Watcher:
    def hear(event: dict[str, Any]) -> None:
        if event.get("type") == "comment":
            mine.add(event["data"]["text"])

    return Watcher(target.client.base_url, target.show_id, target.token, hear)


async def _fill_history(target: Target, posted: list[str]) -> None:
    """As many as the room remembers: from now on that costs no more, whoever listens."""

    async def some() -> None:
        for _ in range(HISTORY_MAX // FILLERS):
            await _say(target, posted)

    await asyncio.gather(*(some() for _ in range(FILLERS)))


async def _speak(target: Target, posted: list[str]) -> None:
    while True:
        await _say(target, posted)
        await asyncio.sleep(PAUSE_S)


async def _say(target: Target, posted: list[str]) -> None:
    path = f"/api/v1/shows/{target.show_id}/comments"
    text = f"{secrets.token_hex(4)} {TEXT}"
    token = target.tokens[len(posted) % len(target.tokens)]
    answer = await target.client.request("POST", path, {"text": text}, token=token)
    if answer.status == 201:
        posted.append(text)
