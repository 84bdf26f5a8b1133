"""The database: one unit of work per `async with`, SQLite or PostgreSQL by the URL alone.

- `write()` commits at its end and rolls back on any error. On SQLite it begins IMMEDIATE: the lock is
  taken before the first read, so two writers cannot deadlock, and never fail half-way.
- `read()` is one snapshot, and refuses to write.
- A commit is on the disk: SQLite runs WAL with synchronous=FULL (NORMAL may lose committed
  transactions at power loss), PostgreSQL with its own default.
- A database that is locked, full or away raises `StoreUnavailable`; nothing was changed then, save
  when a connection broke during the commit itself: who must know reads it back (the ledger does).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

import aiosqlite
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

from live.errors import StoreUnavailable

BUSY_TIMEOUT_MS = 5_000  # SQLite: how long a writer waits for another process's transaction
POOL_WAIT_S = 10.0  # how long a caller waits for a connection of this process
CONNECT_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 60.0  # PostgreSQL: a summary of a very large show takes seconds
CACHE_KIB = 32_768  # SQLite pages per connection: with its usual 2 MiB the ledger is a third slower
# SQLite pages (64 MiB) that wait in the WAL, on the disk, before they are copied into the file. With its usual
# 1,000 every batch of the ledger copied nearly every page of the orders' indexes; now several share a copy.
WAL_PAGES = 16_000
READERS = 5  # connections per process for reading; pages are short, orders never come here

# BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
SQLITE_AWAY = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
# SQLSTATE classes: connection, transaction rollback (try again), resources, operator, system.
POSTGRES_AWAY = ("08", "40", "53", "57", "58")
POSTGRES_LOCKED = "55P03"

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


def driver_url(url: str) -> URL:
    """The URL with the driver that we use, whichever the setting names."""
    parsed = make_url(url)
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


class Database:
    """Belongs to one event loop."""

    def __init__(self, reads: AsyncEngine, writes: AsyncEngine) -> None:
        self._reads = reads
        self._writes = writes

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Opens nothing yet: the first unit of work does."""
        parsed = driver_url(url)
        if parsed.get_backend_name() == "sqlite":
            return cls(sqlite_engine(parsed, writes=False), sqlite_engine(parsed, writes=True))
        engine = postgres_engine(parsed)
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return cls(engine.execution_options(**options), engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent snapshot of everything; cannot write.

        Raises: StoreUnavailable.
        """
        with _away_is_unavailable():
            async with AsyncSession(self._reads, expire_on_commit=False) as session:
                await _connect(session)
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed at the end.

        Raises: StoreUnavailable.
        """
        with _away_is_unavailable():
            async with AsyncSession(self._writes, expire_on_commit=False) as session:
                await _connect(session)
                yield session
                await session.commit()

    async def ping(self) -> None:
        """Whether it can be written to: a SQLite file that somebody has locked can still be read.
        Raises: StoreUnavailable."""
        async with self.write() as session:
            await (await session.connection()).execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._reads.dispose()
        await self._writes.dispose()


def sqlite_engine(url: URL, *, writes: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> AsyncEngine:
    """`writes`: one connection only, so that this process's writers queue up in order here, not by
    polling the file's lock."""

    async def opened() -> aiosqlite.Connection:
        # The driver's own idea of when to begin is switched off; `begin` below says it.
        connection = aiosqlite.connect(
            url.database or ":memory:", isolation_level=None, timeout=busy_timeout_ms / 1000
        )
        connection._thread.daemon = True
        try:
            return await connection
        except BaseException:  # its thread still has something to say to a loop that may end now
            await asyncio.to_thread(connection._thread.join)
            raise

    engine = create_async_engine(
        url,
        async_creator=opened,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
    )
    pragmas = [
        f"PRAGMA busy_timeout = {busy_timeout_ms}",
        f"PRAGMA cache_size = {-CACHE_KIB}",
        "PRAGMA foreign_keys = ON",
        "PRAGMA synchronous = FULL",
        f"PRAGMA wal_autocheckpoint = {WAL_PAGES}",
        "PRAGMA journal_mode = WAL" if writes else "PRAGMA query_only = ON",
    ]
    how = "BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED"

    def set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(how)

    event.listen(engine.sync_engine, "connect", set_up)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


def postgres_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=READERS,
        max_overflow=READERS,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,  # a server that was restarted costs no request
        connect_args={"timeout": CONNECT_TIMEOUT_S, "command_timeout": COMMAND_TIMEOUT_S},
    )


async def _connect(session: AsyncSession) -> None:
    """Begins now, not at the first statement: a refused socket or a lock is told apart from all else."""
    try:
        await session.connection()
    except OSError as error:
        raise StoreUnavailable("The database cannot be reached.") from error


@contextmanager
def _away_is_unavailable() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable("The database is busy.") from error
    except ConnectionError as error:
        raise StoreUnavailable("The database went away.") from error
    except DBAPIError as error:
        if _is_away(error):
            raise StoreUnavailable("The database is away or locked.") from error
        raise


def _is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    sqlite_code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in SQLITE_AWAY
    sqlstate: str | None = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return sqlstate == POSTGRES_LOCKED or sqlstate[:2] in POSTGRES_AWAY
    return False
