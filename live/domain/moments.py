"""Moments as the API writes them."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(256)  # the orders of one batch share their moments
def rfc3339(ms: int) -> str | None:
    """Unix milliseconds in UTC, with milliseconds; None for 0."""
    return rfc3339_of(datetime.fromtimestamp(ms / 1000, UTC)) if ms else None


def rfc3339_of(at: datetime) -> str:
    """An aware time in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
