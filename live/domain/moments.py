"""Moments as the API writes them."""

import re
from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(256)  # the orders of one batch share their moments
def rfc3339(ms: int) -> str | None:
    """Unix milliseconds in UTC, with milliseconds; None for 0."""
    return rfc3339_of(datetime.fromtimestamp(ms / 1000, UTC)) if ms else None


def rfc3339_of(at: datetime) -> str:
    """An aware time in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_LENGTH = re.compile(r"(\d{1,4}):([0-5]\d)", re.ASCII)  # "03:00", as the line-up shows it


def seconds_in(text: str) -> str:
    """`3:00` as the seconds that it is, "180"; anything else as it was."""
    found = _LENGTH.fullmatch(text.strip())
    return str(int(found[1]) * 60 + int(found[2])) if found else text
