"""Unix milliseconds, as Redis counts them, and aware UTC datetimes, as SQL keeps them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    return EPOCH + ms * MILLISECOND


def to_ms(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND


def unix_seconds(session: AsyncSession, column: Any) -> sa.ColumnElement[int]:
    """The whole seconds since 1970 of a column of moments, as this database computes them."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.cast(sa.func.strftime("%s", column), sa.BigInteger)
    return sa.cast(sa.func.floor(sa.func.extract("epoch", column)), sa.BigInteger)
