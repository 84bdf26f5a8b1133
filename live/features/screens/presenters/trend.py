"""Orders a minute over the last half hour, and what happened meanwhile, for the control room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from live.domain.trend import Trend, TrendEvent

SPAN = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
SHOWN = 40  # of the newest


@dataclass(frozen=True, slots=True)
class TrendView:
    """`points`: a whole minute, orders placed in it, orders paid in it; the one that is not over yet would
    draw a fall that did not happen. `until`: the end of that one."""

    points: tuple[tuple[datetime, int, int], ...]
    events: tuple[TrendEvent, ...]
    since: datetime
    until: datetime

    @property
    def peak(self) -> int:
        return max((max(placed, paid) for _, placed, paid in self.points), default=0)

    @property
    def data(self) -> dict[str, object]:
        """For trend.js; times in unix seconds, each minute's figures at its middle."""
        return {
            "from": int(self.since.timestamp()),
            "to": int(self.until.timestamp()),
            "at": [int((minute + MINUTE / 2).timestamp()) for minute, _, _ in self.points],
            "placed": [placed for _, placed, _ in self.points],
            "paid": [paid for _, _, paid in self.points],
        }


def trend_view(
    pace: Sequence[tuple[datetime, int, int]],
    trend: Trend,
    *,
    names: Mapping[str, str],
    began: datetime | None,
    now: datetime,
) -> TrendView:
    """From the show's start on. `pace`: each minute up to the present one; `names`: of each offer's item."""
    present = now.replace(second=0, microsecond=0)
    first = max(began.replace(second=0, microsecond=0), present - SPAN) if began else present
    points = tuple(point for point in pace[:-1] if point[0] >= first)
    events = [
        replace(event, title=names.get(event.offer, "")) for event in trend.since(first)[-SHOWN:]
    ]
    return TrendView(points, tuple(events), first, present + MINUTE)
