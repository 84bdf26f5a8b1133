"""A request for more time, read."""

from collections.abc import Mapping

from live.store.moments import to_ms
from live.web.fields import Fields


def seen_end(values: Mapping[str, object]) -> int | None:
    """The `expires_at` that the asker wants to move, unix ms; None when they do not say. Raises Invalid."""
    fields = Fields(values)
    seen = fields.moment_or_none("expires_at")
    fields.check()
    return None if seen is None else to_ms(seen)
