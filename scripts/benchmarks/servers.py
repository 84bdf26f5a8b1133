"""Servers that a benchmark starts for itself, on free ports and in a folder that is gone afterwards."""

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import jwt

from live.cli import redis_server
from live.crowd.client import Client, Unanswered
from scripts.faults.tree import Tree

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
FSYNCS = 200
FSYNC_BYTES = 4096
SHOP_SECRET = "what the shop of the benchmark signs with"


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(argv: list[str], port: int, folder: Path, **extra: str) -> AsyncIterator[str]:
    """Runs `python -m …` until the block ends; gives its base URL once it is ready."""
    base_url = f"http://127.0.0.1:{port}"
    log = folder / f"{port}.log"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LIVE_")} | extra
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *argv),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        await _until_ready(process, base_url, log)
        yield base_url
    finally:
        await _stop(process)


@contextmanager
def own_tree() -> Iterator[Tree]:
    """`live up` with one web process, which it starts again when it is killed; rate limits off."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        tree = Tree(Path(name), LIVE_WEB_PROCESSES="1", LIVE_SHOP_JWT_SECRET=SHOP_SECRET)
        tree.start()
        try:
            yield tree
        finally:
            tree.stop()


@asynccontextmanager
async def own_redis(folder: Path) -> AsyncIterator[str]:
    """A Redis set up as `live up` sets it up, on disk before it answers; gives its URL."""
    place = folder / "redis.sock"
    argv = redis_server.prepare(redis_server.find_binary(), folder, place)
    process = await asyncio.create_subprocess_exec(*argv, stdin=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_TIMEOUT_S
        while not await asyncio.to_thread(redis_server.answers, place):
            if time.monotonic() > until or process.returncode is not None:
                raise RuntimeError(f"Redis did not start: {redis_server.last_words(folder)}")
            await asyncio.sleep(0.05)
        yield f"unix://{place}"
    finally:
        await _stop(process)


def reference_argv(port: int, answer: str) -> list[str]:
    return ["scripts.benchmarks.reference", str(port), answer]


def control_room_settings(port: int, data_dir: Path) -> dict[str, str]:
    """Everything on, rate limits too: buyers come with tokens that their shop has signed."""
    return {
        "LIVE_HOST": "127.0.0.1",
        "LIVE_PORT": str(port),
        "LIVE_DATA_DIR": str(data_dir),
        "LIVE_SHOP_JWT_SECRET": SHOP_SECRET,
        "LIVE_DEMO": "0",
    }


def buyer_tokens(number: int) -> list[str]:
    """Signed as a shop signs its customers in: enough of them that none is too fast."""
    until = int(time.time()) + 24 * 3600
    return [
        jwt.encode({"sub": f"b{n}", "name": f"b{n}", "exp": until}, SHOP_SECRET, algorithm="HS256")
        for n in range(number)
    ]


def make_operator_token(settings: dict[str, str]) -> str:
    """An operator's token of the control room with these settings."""
    command = ["live", "token", "create", "--role", "operator", "--name", "bench"]
    made = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.split()[-1]


def fsync_us(folder: Path) -> float:
    """Median microseconds of one fdatasync after a 4 kB append, on the disk of `folder`."""
    path = folder / "fsync.probe"
    times = []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for _ in range(FSYNCS):
            os.write(handle, b"x" * FSYNC_BYTES)
            before = time.perf_counter()
            os.fdatasync(handle)
            times.append(time.perf_counter() - before)
    finally:
        os.close(handle)
        path.unlink()
    return round(statistics.median(times) * 1e6, 1)


async def _until_ready(process: asyncio.subprocess.Process, base_url: str, log: Path) -> None:
    client = Client(base_url, connections=1)
    until = time.monotonic() + START_TIMEOUT_S
    try:
        while time.monotonic() < until and process.returncode is None:
            try:
                if (await client.request("GET", "/healthz")).ok and await _is_ready(client):
                    return
            except Unanswered:
                pass
            await asyncio.sleep(0.1)
    finally:
        client.close()
    said = await asyncio.to_thread(log.read_text, errors="replace")
    last = "\n".join(said.strip().splitlines()[-8:])
    raise RuntimeError(f"{base_url} did not become ready:\n{last}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _is_ready(client: Client) -> bool:
    """The reference has no /readyz; not found is ready enough."""
    return (await client.request("GET", "/readyz")).status in (200, 404, 405)
