"""What happened in a show, to be marked on its trend: pushes, sales sold out and ended, restocks, outages."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from live.domain.offer import OfferState
from live.store.moments import from_ms, to_ms

SPAN = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
KEPT = 200
SHOWN = 40  # of the newest


@dataclass(frozen=True, slots=True)
class TrendEvent:
    """`kind` push, sold_out, end, restock or outage. `units`: what a restock added, or (below 0) took away;
    `until`: the end of an outage of `what`: redis, database."""

    at: datetime
    kind: str
    offer: str = ""
    units: int = 0
    until: datetime | None = None
    what: str = ""
    title: str = ""  # of the offer's item

    @property
    def key(self) -> str:
        """No other has it, and it stays."""
        return f"{self.kind}-{self.offer or self.what}-{to_ms(self.at)}"


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


class Trend:
    """Fed with facts in order: first those of the ledger, then the log's."""

    def __init__(self) -> None:
        self._events: deque[TrendEvent] = deque(maxlen=KEPT)
        self._states: dict[str, str] = {}  # of each offer, as last told
        self._gone: set[str] = set()  # sold out since they were pushed or restocked: marked once

    def hear(self, kind: str, at_ms: int, told: Mapping[str, Any]) -> None:
        """Facts of kind `offer` and `outage`; others are passed by."""
        if kind == "outage":
            self._outage(from_ms(told["from_ms"]), from_ms(told["to_ms"]), told["what"])
        elif kind == "offer":
            self._offer(told["offer"], from_ms(at_ms), told)

    def _outage(self, since: datetime, until: datetime, what: str) -> None:
        """Several workers may have seen the same."""
        for event in [e for e in self._events if e.kind == "outage" and e.what == what]:
            if event.until and event.at <= until and since <= event.until:
                self._events.remove(event)
                since, until = min(since, event.at), max(until, event.until)
        self._events.append(TrendEvent(since, "outage", until=until, what=what))

    def _offer(self, offer: str, at: datetime, told: Mapping[str, Any]) -> None:
        before, state = self._states.get(offer), told["state"]
        self._states[offer] = state
        if before is None and state in (OfferState.ARMED, OfferState.OPEN):
            self._events.append(TrendEvent(at, "push", offer))
        if told.get("delta"):
            self._gone.discard(offer)
            self._events.append(TrendEvent(at, "restock", offer, units=told["delta"]))
        if state == OfferState.SOLD_OUT and offer not in self._gone:
            self._gone.add(offer)
            self._events.append(TrendEvent(at, "sold_out", offer))
        if state == OfferState.CLOSED != before:
            self._events.append(TrendEvent(at, "end", offer))

    def go_on(self, newer: "Trend") -> None:
        """With what `newer` has heard after the last that is known here."""
        last = max((event.until or event.at for event in self._events), default=None)
        self._events.extend(e for e in newer._events if last is None or e.at > last)
        self._states |= newer._states
        self._gone |= newer._gone

    def since(self, first: datetime) -> list[TrendEvent]:
        """What was going on after `first`, in the order in which it began."""
        lately = [event for event in self._events if (event.until or event.at) >= first]
        return sorted(lately, key=lambda event: event.at)[-SHOWN:]


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
    events = [replace(event, title=names.get(event.offer, "")) for event in trend.since(first)]
    return TrendView(points, tuple(events), first, present + MINUTE)
