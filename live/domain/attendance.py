"""Attendance (到场): who watched a show, how many at once and for how long; and what a web process tells of it.

Terms as in the trade's reports: PV, UV, PCU, ACU. Viewers only: the crew, overlays and programs are open pages,
and no audience. Counted from the first visitor until the show ends, on Redis time; watch time only on air.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

VIEW_MS = 30 * 60 * 1000  # who was away for less goes on with the same view


class Place(StrEnum):
    """Where somebody has the show open: a page, or a socket of the API."""

    VIEWER = "viewer"
    VIEWER_API = "viewer_api"
    OVERLAY = "overlay"
    OBS = "obs"  # an overlay in OBS itself
    HOST = "host"
    CONTROL = "control"
    SETUP = "setup"
    STAFF_API = "staff_api"


class Picture(StrEnum):
    """What a viewer page says of its broadcast picture; one that has not tried yet says nothing."""

    ON = "picture_on"
    FAILED = "picture_failed"


@dataclass(frozen=True, slots=True)
class Pictures:
    """On how many viewer pages the picture plays, and on how many it does not."""

    on: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Attendance:
    """None of these ever falls.

    peak      PCU: most different viewers at one moment
    unique    UV: different viewers; a reload, a second tab, another day are the same viewer
    views     PV: visits; the next one begins when the viewer was away for VIEW_MS
    watch_ms  Σ over viewers of the time that they were here while the show was on air
    live_ms   how long the show has been on air
    """

    peak: int = 0
    unique: int = 0
    views: int = 0
    watch_ms: int = 0
    live_ms: int = 0

    def exceeds(self, other: "Attendance") -> bool:
        """Whether any of the counted figures is higher. `live_ms` is not counted, but follows from the show."""
        return (
            self.peak > other.peak
            or self.unique > other.unique
            or self.views > other.views
            or self.watch_ms > other.watch_ms
        )

    def at_least(self, other: "Attendance") -> "Attendance":
        """Of each figure the higher one."""
        return Attendance(
            max(self.peak, other.peak),
            max(self.unique, other.unique),
            max(self.views, other.views),
            max(self.watch_ms, other.watch_ms),
            max(self.live_ms, other.live_ms),
        )

    @property
    def average(self) -> float | None:
        """ACU: watch time ÷ time on air."""
        return self.watch_ms / self.live_ms if self.live_ms else None

    @property
    def watch_each_ms(self) -> int | None:
        """人均停留: watch time ÷ unique viewers, never more than the show was long."""
        return min(self.watch_ms // self.unique, self.live_ms) if self.unique else None


@dataclass(frozen=True, slots=True)
class Change:
    """What one call tells: who has come to this process and who has left it since the call before, and how
    many pages are open in it now, and on how many of them the picture plays.

    `number` counts the calls from 0 on: Redis goes on only with a process of whose calls it has every one.
    `back`: they were counted before Redis, or this process, was thought to be lost. `is_last`: nobody is here
    any more.
    """

    process: str
    number: int
    came: Sequence[str] = ()
    back: Sequence[str] = ()
    left: Sequence[str] = ()
    places: Mapping[Place, int] | Mapping[Place | Picture, int] | None = None
    is_last: bool = False
