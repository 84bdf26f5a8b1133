"""Real engines for tests: a Redis of our own, and the web process on a free port."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from live.cli.redis_server import answers, find_binary
from live.cli.serve import configuration
from live.features.accounts.actions import ensure_default_room
from live.features.ledger.tasks import ALL_S, keep_ledger
from live.runtime import Clock, Runtime
from live.settings import Settings
from live.store.db import Database

TOP = Path(__file__).resolve().parents[1]
SECRET = "a secret for tests, and for tests only"


class RedisServer:
    """On a unix socket in a short folder of its own; what it held survives a `stop` and `start`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="live-"))  # the kernel's limit on socket paths
        self.socket = self.folder / "s"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        command = [str(find_binary().path), "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--dir", str(self.folder), "--save", "", "--appendonly", "yes"]
        command += ["--appendfsync", "no"]  # the process is killed here, never the machine
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not answers(self.socket):
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        """As `kill -9` does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


def settings_for(folder: Path, template: Path, redis_url: str, **values: Any) -> Settings:
    """Settings of an application with a migrated database of its own in `folder`."""
    shutil.copy(template, folder / "live.db")
    standing: dict[str, Any] = {"_env_file": None, "rate_limits": "off", "secret_key": SECRET}
    return Settings(**standing | {"data_dir": folder, "redis_url": redis_url} | values)


async def furnish(settings: Settings) -> None:
    """The room that every installation has."""
    database = Database.from_url(settings.database_url)
    async with database.write() as session:
        await ensure_default_room(session, Clock().now())
    await database.close()


@contextlib.asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[Runtime]:
    """The application's lifespan, and the ledger beside it as the worker runs it."""
    await furnish(app.state.settings)
    async with app.router.lifespan_context(app), ledger_of(app.state.runtime):
        yield app.state.runtime


@contextlib.asynccontextmanager
async def ledger_of(runtime: Runtime) -> AsyncIterator[None]:
    """It finds the show that a test has just made ten times as soon."""
    task = asyncio.create_task(keep_ledger(runtime, all_s=ALL_S / 10))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def working(settings: Settings) -> Iterator[None]:
    """A worker process, as `live work` starts it."""
    environment = os.environ | settings.environment()
    worker = subprocess.Popen([sys.executable, "-m", "live", "work"], cwd=TOP, env=environment)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(20)


class ReadyServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextlib.asynccontextmanager
async def listening(config: uvicorn.Config) -> AsyncIterator[str]:
    """The application on a free port, in the test's own loop; the value is `host:port`."""
    server = ReadyServer(config)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        serving = asyncio.create_task(server._serve([listener]))
        await server.ready.wait()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The web process and the ledger on a thread of their own; the value is `http://…`."""
    server = uvicorn.Server(configuration(settings))
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:

        async def serve() -> None:
            await furnish(settings)
            ledger = Runtime.build(settings)
            async with ledger_of(ledger):
                await server._serve([listener])
            await ledger.close()

        with _on_thread(serve):
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.should_exit = True


@contextlib.contextmanager
def _on_thread(work: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    yield
    thread.join(10)
    assert not thread.is_alive()
