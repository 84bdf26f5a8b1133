"""A PostgreSQL server of our own, for tests and benchmarks: a temporary cluster on a unix socket, no TCP port."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

START_TIMEOUT_S = 30.0
DEBIAN = Path("/usr/lib/postgresql")
PASSING = ("listen_addresses=", "fsync=off")
DURABLE = (
    "listen_addresses=",
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=256MB",
    "max_wal_size=4GB",  # no checkpoint in the middle of a burst
    "max_connections=200",
)


def find_binary(name: str) -> Path | None:
    """On the PATH, else where Debian keeps it, newest version first."""
    found = shutil.which(name)
    if found:
        return Path(found).resolve()
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    return versions[0] if versions else None


class PostgresServer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def create(self, template: str = "template1") -> str:
        """A new database; its name."""
        self._made += 1
        name = f"live_{self._made}"
        asyncio.run(self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return name

    async def execute(self, command: str) -> None:
        await self.ask(command)

    async def ask(self, question: str) -> Any:
        """The first value of the answer."""
        connection = await asyncpg.connect(
            host=str(self._folder), user="postgres", database="postgres"
        )
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Runs until the block ends. `durable`: a commit is on disk before it is answered, as PostgreSQL
    does by default, with the memory that whoever sets one up to sell from would give it.

    Raises RuntimeError when there is no PostgreSQL on this machine.
    """
    postgres, initdb = find_binary("postgres"), find_binary("initdb")
    if postgres is None or initdb is None:
        raise RuntimeError("PostgreSQL's server (postgres, initdb) is missing; install postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="live-pg-"))  # short: a socket's path has about 100 bytes
    user = _server_user()
    if user is not None:
        os.chown(folder, user, -1)
    data = folder / "data"
    create: list[str | Path] = [
        initdb,
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
    ]
    subprocess.run(create, user=user, check=True, capture_output=True, cwd=folder)
    settings = DURABLE if durable else PASSING
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [postgres, "-D", data, "-k", folder, *(f"-c{setting}" for setting in settings)],
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        server = PostgresServer(folder)
        _wait(server, folder / "log")
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # "fast": ends the sessions that are open
        process.wait(30)
        shutil.rmtree(folder)


def _server_user() -> int | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _wait(server: PostgresServer, log: Path) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            asyncio.run(server.execute("SELECT 1"))
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > end:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.05)
        else:
            return
