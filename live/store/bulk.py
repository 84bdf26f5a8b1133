"""Many rows in one statement, as fast as the driver goes: SQLite by `executemany`, PostgreSQL by `unnest`.

The ledger writes tens of thousands of rows a second here; SQLAlchemy's own way to bind values, column by
column, would cost more than writing them. Nothing else should need this.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from live.store.moments import from_ms

Cells = tuple[object, ...]
MOMENTS_KEPT = 4_096
POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Columns:
    """Some columns of a table, in the order in which rows give their values."""

    table: Table
    names: tuple[str, ...]


async def insert_rows(connection: AsyncConnection, into: Columns, rows: Sequence[Cells]) -> None:
    """Adds the rows; one whose key is there already is left out."""
    if rows:
        await _run(connection, _insert(into.table, into.names, connection.dialect.name), rows)


async def update_orders(connection: AsyncConnection, of: Columns, rows: Sequence[Cells]) -> None:
    """Settles orders: `of.names` are state, settled_at, paid_at (None keeps it), late, id."""
    if rows:
        await _run(connection, _settle(of.table, of.names, connection.dialect.name), rows)


@cache
def moments_of(dialect_name: str) -> Callable[[int], Any]:
    """Unix milliseconds → what the driver takes for a time; many facts share one."""
    if dialect_name == "sqlite":
        return lru_cache(MOMENTS_KEPT)(_as_text)
    return lru_cache(MOMENTS_KEPT)(from_ms)


def _as_text(ms: int) -> str:
    """As SQLAlchemy's DATETIME writes it: UTC, no zone, always six decimals."""
    return from_ms(ms).replace(tzinfo=None).isoformat(" ", timespec="microseconds")


async def _run(connection: AsyncConnection, statement: str, rows: Sequence[Cells]) -> None:
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(statement, list(rows))
    else:
        await connection.exec_driver_sql(statement, tuple(list(c) for c in zip(*rows, strict=True)))


@cache
def _insert(table: Table, names: tuple[str, ...], dialect_name: str) -> str:
    return (
        f"INSERT INTO {table.name} ({_listed(names)}) "
        f"{_values(table, names, dialect_name)} ON CONFLICT DO NOTHING"
    )


@cache
def _settle(table: Table, names: tuple[str, ...], dialect_name: str) -> str:
    if dialect_name == "sqlite":
        return (
            f"UPDATE {table.name} SET state = ?, settled_at = ?, "  # noqa: S608
            "paid_at = coalesce(?, paid_at), late = late OR ? WHERE id = ?"
        )
    return (
        f"UPDATE {table.name} AS o SET state = g.state, settled_at = g.settled_at, "  # noqa: S608
        "paid_at = coalesce(g.paid_at, o.paid_at), late = o.late OR g.late "
        f"FROM unnest({_arrays(table, names)}) AS g({_listed(names)}) WHERE o.id = g.id"
    )


def _values(table: Table, names: tuple[str, ...], dialect_name: str) -> str:
    if dialect_name == "sqlite":
        return f"VALUES ({', '.join('?' * len(names))})"
    return f"SELECT * FROM unnest({_arrays(table, names)})"  # noqa: S608


def _arrays(table: Table, names: tuple[str, ...]) -> str:
    types = [table.c[name].type.compile(POSTGRESQL) for name in names]
    return ", ".join(f"${i}::{kind}[]" for i, kind in enumerate(types, 1))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
