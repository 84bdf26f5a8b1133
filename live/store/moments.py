"""Unix milliseconds, as Redis counts them, and aware UTC datetimes, as SQL keeps them."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    return EPOCH + ms * MILLISECOND


def to_ms(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND
