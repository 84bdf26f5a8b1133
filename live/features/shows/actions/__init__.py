"""Verbs of a show (`shows.py`), the record of what the crew does (`acts.py`), and the texts that a room has at
hand (`snippets.py`); where its screens look (`stage.py`)."""

from live.features.shows.actions.acts import CLOCK, Act, on_record
from live.features.shows.actions.shows import (
    START,
    create,
    edit,
    facts_mark,
    fault_of,
    find,
    find_by_slug,
    move,
    put_away,
    room_for,
    rooms_for,
    starts_by_itself,
    stop_demo,
)
from live.features.shows.actions.snippets import set_snippets, snippets_mark, snippets_of
from live.features.shows.actions.stage import stage_of, state_of

__all__ = [
    "CLOCK",
    "START",
    "Act",
    "create",
    "edit",
    "facts_mark",
    "fault_of",
    "find",
    "find_by_slug",
    "move",
    "on_record",
    "put_away",
    "room_for",
    "rooms_for",
    "set_snippets",
    "snippets_mark",
    "snippets_of",
    "stage_of",
    "starts_by_itself",
    "state_of",
    "stop_demo",
]
