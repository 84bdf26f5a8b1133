"""The schema: brings a database to the newest revision, from the migrations inside this package.

Works from an installed wheel in any folder. Several processes may start at once: the second waits and
finds nothing left to do. All steps are one transaction: a migration happens, or it does not.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from live.errors import StoreUnavailable
from live.store.db import driver_url, postgres_engine, sqlite_engine

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_WAIT_MS = 60_000  # SQLite: another process may be moving a large table
MIGRATION_LOCK = 7_041_775  # any number of ours: PostgreSQL's advisory lock on "the schema"

T = TypeVar("T")


def migrate(url: str, to: str = "head") -> None:
    """To head, or no further than the revision `to`. May be called inside or outside of an event loop; blocks
    until it is done.

    Raises: StoreUnavailable.
    """
    _run(url, lambda connection: _upgrade(connection, to))


def current_revision(url: str) -> str | None:
    """Of that database; None when it has no schema yet. Raises: StoreUnavailable."""
    return _run(
        url, lambda connection: MigrationContext.configure(connection).get_current_revision()
    )


def head_revision() -> str | None:
    """The newest revision that this program brings along."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _upgrade(connection: Connection, to: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _run(url: str, work: Callable[[Connection], T]) -> T:
    """On a thread of its own, since asyncpg needs a loop and the caller may be inside one."""

    parsed = driver_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite and not Path(parsed.database or "").parent.is_dir():
        raise StoreUnavailable(f"The folder of the database file is missing: {parsed.database}")

    async def inside() -> T:
        engine = (
            sqlite_engine(parsed, writes=True, busy_timeout_ms=LOCK_WAIT_MS)
            if is_sqlite
            else postgres_engine(parsed)
        )
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        except (OSError, DBAPIError) as error:
            raise StoreUnavailable(f"The schema cannot be read or changed: {error}") from error
        finally:
            await engine.dispose()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(inside())).result()
