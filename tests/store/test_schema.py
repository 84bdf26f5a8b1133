"""Migrations make the tables that the code describes, once, from anywhere."""

import threading
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from live.errors import StoreUnavailable
from live.store.db import Database, driver_url, postgres_engine, sqlite_engine
from live.store.schema import current_revision, head_revision, migrate
from live.store.tables import METADATA


def test_migrates_an_empty_database_to_head_and_again_to_no_effect(empty_url: str) -> None:
    assert current_revision(empty_url) is None
    migrate(empty_url)
    migrate(empty_url)
    assert current_revision(empty_url) == head_revision()


async def test_may_be_called_inside_a_running_loop(empty_url: str) -> None:
    migrate(empty_url)
    assert current_revision(empty_url) == head_revision()


async def test_migrations_and_tables_agree(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
        )

    parsed = driver_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = sqlite_engine(parsed, writes=True) if is_sqlite else postgres_engine(parsed)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_processes_that_start_together_do_not_disturb_each_other(empty_url: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            migrate(empty_url)
        except (StoreUnavailable, RuntimeError) as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert current_revision(empty_url) == head_revision()


def test_acts_of_before_move_out_of_the_ledger(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrate(url, "0009")
    told = '{"actor":"Ann","verb":"viewer:mute","detail":"v1 60","ms":3}'
    with closing(connect(tmp_path / "a.db")) as file, file:
        file.executemany(
            "INSERT INTO ledger (show_id, seq, kind, at_ms, n, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [("s", 1, "act", 7, None, told, None), ("s", 2, "take", 8, 1, "line", "hash")],
        )
    migrate(url)
    with closing(connect(tmp_path / "a.db")) as file:
        assert file.execute("SELECT * FROM acts").fetchall() == [
            ("s", 1, 7, "Ann", "viewer:mute", "v1 60", "ok", "{}", 3)
        ]
        assert file.execute("SELECT seq FROM ledger").fetchall() == [(2,)]


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql://x@127.0.0.1:1/x"])
def test_a_database_that_is_away_is_said_so(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        migrate(url)


async def test_sqlite_keeps_what_it_has_promised(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrate(url)
    db = Database.from_url(url)
    async with db.write() as session:
        connection = await session.connection()

        async def pragma(name: str) -> object:
            return (await connection.execute(text(f"PRAGMA {name}"))).scalar()

        assert await pragma("journal_mode") == "wal"
        assert await pragma("synchronous") == 2
        assert await pragma("foreign_keys") == 1
        assert await pragma("busy_timeout") == 5000
    await db.close()
