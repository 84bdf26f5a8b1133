"""What happened in a show, to be marked on its charts: pushes, sales sold out and ended, restocks, outages."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from live.domain.offer import OfferState

KEPT = 200


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
        return f"{self.kind}-{self.offer or self.what}-{round(self.at.timestamp() * 1000)}"


class Trend:
    """Fed with facts in order: first those of the ledger, then the log's."""

    def __init__(self) -> None:
        self._events: deque[TrendEvent] = deque(maxlen=KEPT)
        self._states: dict[str, str] = {}  # of each offer, as last told
        self._gone: set[str] = set()  # sold out since they were pushed or restocked: marked once

    def hear(self, kind: str, at_ms: int, told: Mapping[str, Any]) -> None:
        """Facts of kind `offer` and `outage`; others are passed by."""
        if kind == "outage":
            self._outage(_at(told["from_ms"]), _at(told["to_ms"]), told["what"])
        elif kind == "offer":
            self._offer(told["offer"], _at(at_ms), told)

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
        return sorted(lately, key=lambda event: event.at)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
