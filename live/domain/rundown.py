"""Planned against actual: how far a show is over (behind its plan) or under, and when it will end.

The way rundowns are timed in television: the plan ends at its start plus all planned lengths; what is expected
is now, plus what is left of the present item, plus the planned lengths of what is to come. An item that runs
longer than planned pushes the end away second by second, and so does air without an item.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """`ends_at`: as planned; `until`: the planned end of what is on air, None for nothing; `rest_s`: planned
    lengths of what is to come, seconds."""

    ends_at: datetime
    until: datetime | None
    rest_s: int

    def over_s(self, now: datetime) -> int:
        """Seconds over; below 0: under."""
        present = max(now, self.until) if self.until else now
        return round((present - self.ends_at).total_seconds()) + self.rest_s


def plan_of(
    started_at: datetime, lengths_s: Sequence[int], until: datetime | None, to_come_s: Sequence[int]
) -> Plan:
    """`lengths_s`: the planned length of every item of the show; `to_come_s`: of those that are not on yet."""
    return Plan(started_at + timedelta(seconds=sum(lengths_s)), until, sum(to_come_s))
