"""How a file of a show is wanted."""

from collections.abc import Mapping

from live.web.fields import Fields

OFFSET_MOST_MIN = 14 * 60  # Kiribati; no clock on earth is further from UTC


def utc_offset_min(query: Mapping[str, str]) -> int:
    """By how much the reader's clock is ahead of UTC. Raises Invalid."""
    fields = Fields(dict(query), is_form=True)
    offset = fields.integer(
        "utc_offset_min", least=-OFFSET_MOST_MIN, most=OFFSET_MOST_MIN, default=0
    )
    for name in sorted(set(query) - {"utc_offset_min"}):
        fields.refuse(name, "unknown")
    fields.check()
    return offset
