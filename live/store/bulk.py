"""Many rows in one statement, as fast as the driver goes: SQLite by `executemany`, PostgreSQL by COPY
(or by `unnest`: few rows, changes, and rows of which some may be there).

The ledger writes tens of thousands of rows a second here; SQLAlchemy's own way to bind values, column by
column, would cost more than writing them. Nothing else should need this.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import asyncpg
from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Dialect,
    Table,
    TableValuedAlias,
    bindparam,
    column,
    func,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from live.store.moments import from_ms

Cells = tuple[object, ...]
MOMENTS_KEPT = 4_096
STATEMENTS_KEPT = 64
# PostgreSQL: fewer rows are inserted by `unnest`. COPY costs half for each row, and two savepoints' round trips.
COPY_FROM = 100


@dataclass(frozen=True, slots=True)
class Columns:
    """Some columns of a table, in the order in which rows give their values."""

    table: Table
    names: tuple[str, ...]


async def insert_rows(connection: AsyncConnection, into: Columns, rows: Sequence[Cells]) -> None:
    """Adds the rows; one whose key is there already is left out."""
    is_copied = connection.dialect.name == "postgresql" and len(rows) >= COPY_FROM
    if is_copied and await _copied(connection, into, rows):
        return
    await _run(connection, _insert(into.table, into.names, connection.dialect), rows)


async def update_orders(connection: AsyncConnection, of: Columns, rows: Sequence[Cells]) -> None:
    """Settles orders: `of.names` are state, settled_at, paid_at (None keeps it), late, id."""
    await _run(connection, _settle(of.table, of.names, connection.dialect), rows)


@cache
def moments_of(dialect_name: str) -> Callable[[int], Any]:
    """Unix milliseconds → what the driver takes for a time; many facts share one."""
    if dialect_name == "sqlite":
        return lru_cache(MOMENTS_KEPT)(_as_text)
    return lru_cache(MOMENTS_KEPT)(from_ms)


def _as_text(ms: int) -> str:
    """As SQLAlchemy's DATETIME writes it: UTC, no zone, always six decimals."""
    return from_ms(ms).replace(tzinfo=None).isoformat(" ", timespec="microseconds")


async def _copied(connection: AsyncConnection, into: Columns, rows: Sequence[Cells]) -> bool:
    """False when a key was there already: COPY cannot leave a row out, so it has added none."""
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, asyncpg.Connection):
        raise TypeError("COPY needs asyncpg")
    try:
        async with connection.begin_nested():
            await _copy(driver, into, rows)
    except asyncpg.UniqueViolationError:
        return False
    return True


async def _copy(driver: asyncpg.Connection, into: Columns, rows: Sequence[Cells]) -> None:
    """Past SQLAlchemy, which wraps errors: this one does too, all but the one that has an answer."""
    try:
        await driver.copy_records_to_table(into.table.name, records=rows, columns=into.names)
    except asyncpg.UniqueViolationError:
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        is_gone = driver.is_closed()
        raise DBAPIError("COPY", None, error, connection_invalidated=is_gone) from error


async def _run(connection: AsyncConnection, statement: str, rows: Sequence[Cells]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(statement, list(rows))
    else:
        await connection.exec_driver_sql(statement, tuple(list(c) for c in zip(*rows, strict=True)))


@lru_cache(STATEMENTS_KEPT)
def _insert(target: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    part = table(target.name, *(column(name, target.c[name].type) for name in names))
    if dialect.name == "sqlite":
        return _text(sqlite.insert(part).on_conflict_do_nothing(), dialect)
    into = postgresql.insert(part).from_select(names, select(_unnested(target, names)))
    return _text(into.on_conflict_do_nothing(), dialect)


@lru_cache(STATEMENTS_KEPT)
def _settle(target: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    c = target.c
    new: dict[str, ColumnElement[Any]]
    if dialect.name == "sqlite":
        new = {name: bindparam(f"new_{name}", type_=c[name].type) for name in names}
        change = update(target).where(c.id == new["id"])
    else:
        rows = _unnested(target, names)
        new = {name: rows.c[name] for name in names}
        change = update(target).where(c.id == rows.c.id)
    return _text(
        change.ordered_values(
            (c.state, new["state"]),
            (c.settled_at, new["settled_at"]),
            (c.paid_at, func.coalesce(new["paid_at"], c.paid_at)),
            (c.late, or_(c.late, new["late"])),
        ),
        dialect,
    )


def _unnested(target: Table, names: tuple[str, ...]) -> TableValuedAlias:
    """Rows of arrays, one array for each column."""
    arrays = [bindparam(name, type_=ARRAY(target.c[name].type)) for name in names]
    columns = [column(name, target.c[name].type) for name in names]
    return func.unnest(*arrays).table_valued(*columns).render_derived()


def _text(statement: ClauseElement, dialect: Dialect) -> str:
    """With a mark for each value, in the order of `names`."""
    return str(statement.compile(dialect=dialect))
