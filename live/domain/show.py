"""A show (场次) is one broadcast with a start and an end: planned → live → ended, one way only.

`hotpath/lua/show.lua` takes the steps; any other is refused there.
"""

from enum import StrEnum


class ShowState(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    ENDED = "ended"


def line_up_fault(items: int, offers: int) -> str:
    """Why a show with so many items, and so many of them with an offer, cannot start; "" if it can."""
    if not items:
        return "no_items"
    return "" if offers else "no_offers"
