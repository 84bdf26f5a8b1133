"""A show (场次) is one broadcast with a start and an end: planned → live → ended, one way only.

`hotpath/lua/show.lua` takes the steps; any other is refused there.
"""

from enum import StrEnum


class ShowState(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    ENDED = "ended"
