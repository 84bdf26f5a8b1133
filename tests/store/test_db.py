"""Units of work: all or nothing, one snapshot per read, and a sentence when the database is away."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from live.errors import StoreUnavailable
from live.store import db as db_module
from live.store.accounts import Account, find_account_by_email
from live.store.db import Database
from live.store.rooms import Room, find_room, list_rooms


async def test_commits_at_the_end_and_rolls_back_on_any_error(db: Database) -> None:
    async with db.write() as session:
        session.add(Room(id="a", slug="a", title="A"))

    async def fail() -> None:
        async with db.write() as session:
            session.add(Room(id="b", slug="b", title="B"))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.read() as session:
        assert [room.id for room in await list_rooms(session)] == ["a"]


async def test_a_read_cannot_write(db: Database) -> None:
    async def write() -> None:
        async with db.read() as session:
            session.add(Room(id="a", slug="a", title="A"))
            await session.flush()

    with pytest.raises((StoreUnavailable, DBAPIError)):
        await write()


async def test_a_read_sees_one_moment(db: Database) -> None:
    async with db.read() as reader:
        assert await list_rooms(reader) == []
        async with db.write() as writer:
            writer.add(Room(id="a", slug="a", title="A"))
        assert await list_rooms(reader) == []
    async with db.read() as reader:
        assert len(await list_rooms(reader)) == 1


async def test_many_writers_at_once_all_get_their_turn(db: Database) -> None:
    async def write(n: int) -> None:
        async with db.write() as session:
            assert await find_room(session, f"r{n}") is None
            session.add(Room(id=f"r{n}", slug=f"r{n}", title=str(n)))

    await asyncio.gather(*(write(n) for n in range(40)))
    async with db.read() as session:
        assert len(await list_rooms(session)) == 40


async def test_times_come_back_aware_and_in_utc(db: Database) -> None:
    shanghai = datetime(2026, 11, 22, 20, 0, 0, 123456, timezone(timedelta(hours=8)))
    account = Account(id="a", email="a@b.c", name="A", password_hash="-", created_at=shanghai)
    async with db.write() as session:
        session.add(account)
    async with db.read() as session:
        found = await find_account_by_email(session, " A@B.c ")
    assert found is not None
    assert found.created_at == datetime(2026, 11, 22, 12, 0, 0, 123456, UTC)
    assert found.created_at.utcoffset() == timedelta(0)


async def test_a_broken_rule_is_not_mistaken_for_a_database_that_is_away(db: Database) -> None:
    async with db.write() as session:
        session.add(Room(id="a", slug="a", title="A"))
    with pytest.raises(IntegrityError):
        async with db.write() as session:
            session.add(Room(id="b", slug="a", title="B"))


async def test_ping_answers(db: Database) -> None:
    await db.ping()


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql://x@127.0.0.1:1/x"])
async def test_a_database_that_is_away_is_said_so(url: str) -> None:
    db = Database.from_url(url)
    with pytest.raises(StoreUnavailable):
        await db.ping()
    with pytest.raises(StoreUnavailable):
        async with db.write():
            pytest.fail("must not begin")
    await db.close()
    _join_sqlite_threads()


def _join_sqlite_threads() -> None:
    """A connection that failed to open ends on its own thread; it must do so before the loop does."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            thread.join(5)


async def test_a_locked_sqlite_is_unavailable_not_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_module.sqlite_engine, "__kwdefaults__", {"busy_timeout_ms": 50})
    url = f"sqlite:///{tmp_path / 'a.db'}"
    holder, other = Database.from_url(url), Database.from_url(url)
    async with holder.write():
        with pytest.raises(StoreUnavailable):
            async with other.write():
                pytest.fail("must not begin")
    await holder.close()
    await other.close()


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_connection_cut_by_the_server_is_unavailable_once_and_then_new(
    db: Database,
) -> None:
    async def cut() -> None:
        async with db.write() as session:
            connection = await session.connection()
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailable):
        await cut()
    await db.ping()
