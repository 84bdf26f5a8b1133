"""What a socket of the operator was told: every stock event once, in order (I10 as programs see it). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scripts.faults.evidence import Evidence
from scripts.faults.timeline import STATE_AFTER

Json = dict[str, Any]


@dataclass
class Stretch:
    """From a greeting or a reset to the next one: one epoch, no gap. `seq`: up to where it was told."""

    epoch: str
    start: int
    seq: int
    events: list[tuple[int, Json]] = field(default_factory=list)


def told_once(e: Evidence) -> Iterable[str]:
    """Every stock event between two resets, once and in order, and true."""
    for who, events in e.heard.items():
        stretches, complaints = _stretches(who, events)
        yield from complaints
        for stretch in stretches:
            yield from _complete(e, who, stretch)


def _stretches(who: str, events: list[Json]) -> tuple[list[Stretch], list[str]]:
    """`joined` without an id, and `reset`, begin a new one; after a break it goes on by id."""
    found: list[Stretch] = []
    complaints: list[str] = []
    now: Stretch | None = None
    for event in events:
        kind = event["type"]
        if kind == "joined":
            now = now if event["since"] else None
        if "id" not in event:
            continue
        epoch, _, number = event["id"].rpartition(":")
        seq = int(number)
        if now is None or kind == "reset":
            now = Stretch(epoch, seq, seq)
            found.append(now)
        elif kind == "hello":
            if (epoch, seq) != (now.epoch, now.seq) and epoch == now.epoch and seq < now.seq:
                complaints.append(f"{who}: greeted at {event['id']}, it was at {now.seq}")
        elif epoch != now.epoch or seq <= now.seq:
            complaints.append(f"{who}: {event['id']} after {now.epoch}:{now.seq}")
        else:
            now.seq = seq
            now.events.append((seq, event))
    return found, complaints


def _complete(e: Evidence, who: str, stretch: Stretch) -> Iterable[str]:
    told = dict(stretch.events)
    for entry in e.entries:
        if not stretch.start < entry["seq"] <= stretch.seq:
            continue
        event = told.get(entry["seq"])
        if event is None:
            if not _lost_under(e, stretch, entry["seq"]):
                yield f"{who}: never told of entry {entry['n']} ({stretch.epoch}:{entry['seq']})"
        elif not _agrees(event, entry) and not _lost_under(e, stretch, entry["seq"]):
            yield f"{who}: told {event}, entry {entry['n']} is {entry['kind']}"


def _lost_under(e: Evidence, stretch: Stretch, seq: int) -> bool:
    """Redis lost this number's first fact under the same epoch: another one has it now. Nobody can know
    that it was told to somebody (decision 0004)."""
    return any(
        loss.epoch == stretch.epoch and any(fact["seq"] == seq for fact in loss.facts)
        for loss in e.losses
    )


def _agrees(event: Json, entry: Json) -> bool:
    about = ("type", "order", "offer", "state")
    told = tuple(event.get(name) for name in about)
    if entry["kind"] == "offer":
        return told == ("offer", None, entry["offer"], entry["state"])
    return told == ("order", entry["order"], entry["offer"], STATE_AFTER[entry["kind"]])
