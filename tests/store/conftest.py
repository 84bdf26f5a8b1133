"""Each test of the store runs twice: on SQLite in a file, and on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from live.store.db import Database
from live.store.schema import migrate
from scripts.postgres import PostgresServer, find_binary, running_postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    if find_binary("postgres") is None or find_binary("initdb") is None:
        pytest.skip("no PostgreSQL server binary (postgres, initdb) on this machine")
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated database to copy."""
    name = postgres_server.create()
    migrate(postgres_server.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'live.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url(server.create())


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without any row."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "live.db")
        return f"sqlite:///{tmp_path / 'live.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url(server.create(request.getfixturevalue("postgres_template")))


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    database = Database.from_url(url)
    yield database
    await database.close()
