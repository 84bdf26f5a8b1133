"""What an offer was like at any time, from the ledger and from what was lost: pure.

A refusal must be true at some moment between question and answer. A lost fact was true from when it
happened until Redis's files were cut; then what it had changed was as before.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from scripts.faults.evidence import ORDER_KINDS, OWNED, Evidence

SLACK_MS = 5  # Redis time and ours are of one clock, but rounded
STATE_AFTER = {
    "take": "held",
    "pay": "paid",
    "cancel": "cancelled",
    "expire": "expired",
    "refund": "refunded",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A value from `at_ms` on; a lost one until `until_ms` at the latest."""

    at_ms: float
    value: Any
    until_ms: float = float("inf")


class Track:
    """A value over time."""

    def __init__(self) -> None:
        self._kept: list[Moment] = []
        self._lost: list[Moment] = []

    def add(self, moment: Moment) -> None:
        """In order of time, those that were kept and those that were lost each for themselves."""
        (self._kept if moment.until_ms == float("inf") else self._lost).append(moment)

    def during(self, began_ms: float, ended_ms: float) -> list[Any]:
        """All values that it may have had in that time."""
        start, end = began_ms - SLACK_MS, ended_ms + SLACK_MS
        lost = [m for m in self._lost if m.at_ms <= end and m.until_ms >= start]
        return [moment.value for moment in [*self._span(start, end), *lost]]

    def _span(self, start: float, end: float) -> list[Moment]:
        first = max(bisect_right(self._kept, start, key=attrgetter("at_ms")) - 1, 0)
        last = bisect_right(self._kept, end, key=attrgetter("at_ms"))
        return self._kept[first:last]


class Timeline:
    """Tracks of every offer's units left and state, and of every buyer's units."""

    def __init__(self, evidence: Evidence) -> None:
        self.left: defaultdict[str, Track] = defaultdict(Track)
        self.state: defaultdict[str, Track] = defaultdict(Track)
        self.owned: defaultdict[tuple[str, str], Track] = defaultdict(Track)
        for entry in evidence.entries:
            self._numbers(entry, float("inf"))
        for loss in evidence.losses:
            for fact in loss.facts:
                if "left" in fact:
                    self._numbers(fact, loss.at_ms)
        for key, moment in _owned(evidence):
            self.owned[key].add(moment)

    def _numbers(self, entry: dict[str, Any], until_ms: float) -> None:
        offer, at_ms = entry["offer"], entry["at_ms"]
        self.left[offer].add(Moment(at_ms, entry["left"], until_ms))
        if entry["kind"] == "offer":
            self.state[offer].add(Moment(at_ms, entry["state"], until_ms))


def _owned(evidence: Evidence) -> Iterator[tuple[tuple[str, str], Moment]]:
    """((offer, buyer), units held and paid) after each step; with the lost ones added to what was kept."""
    units: defaultdict[tuple[str, str], int] = defaultdict(int)
    without: defaultdict[tuple[str, str], int] = defaultdict(int)  # lost ones, taken so far
    state: dict[str, str] = {}
    counted = set[str]()  # orders among the lost ones
    lost = sorted(
        (
            (fact["at_ms"], loss.at_ms, fact)
            for loss in evidence.losses
            for fact in loss.facts
            if fact["kind"] in ("take", "pay")  # a late payment takes units again
        ),
        key=lambda one: one[0],
    )
    for entry in evidence.entries:
        if entry["kind"] not in ORDER_KINDS or entry["order"] not in evidence.rows:
            continue
        while lost and lost[0][0] <= entry["at_ms"]:
            yield from _lost_one(units, without, state, counted, *lost.pop(0))
        order = entry["order"]
        key = entry["offer"], evidence.rows[order]["viewer_id"]
        before, state[order] = state.get(order), STATE_AFTER[entry["kind"]]
        units[key] += ((state[order] in OWNED) - (before in OWNED)) * entry["quantity"]
        yield key, Moment(entry["at_ms"], units[key])
    while lost:
        yield from _lost_one(units, without, state, counted, *lost.pop(0))


def _lost_one(
    units: dict[tuple[str, str], int],
    without: dict[tuple[str, str], int],
    state: dict[str, str],
    counted: set[str],
    at_ms: float,
    until_ms: float,
    fact: dict[str, Any],
) -> Iterator[tuple[tuple[str, str], Moment]]:
    """Nothing when the units were the buyer's already: a payment in time."""
    if state.get(fact["order"]) in OWNED or fact["order"] in counted:
        return
    counted.add(fact["order"])
    key = fact["offer"], fact["buyer"]
    without[key] += fact["quantity"]
    yield key, Moment(at_ms, units.get(key, 0) + without[key], until_ms)
