"""Verbs of a rehearsal: begin one (`begin.py`), keep a crowd in it (`crowds.py`), say what it came to (`card.py`)."""

from live.features.rehearsals.actions.begin import Latest, begin, latest_of, prepared_of
from live.features.rehearsals.actions.card import Rehearsals, card_of, make_card, rehearsals_so_far
from live.features.rehearsals.actions.crowds import Crowds, crowd_in, may_enter
from live.features.rehearsals.actions.curves import Source, sources_for

__all__ = [
    "Crowds",
    "Latest",
    "Rehearsals",
    "Source",
    "begin",
    "card_of",
    "crowd_in",
    "latest_of",
    "make_card",
    "may_enter",
    "prepared_of",
    "rehearsals_so_far",
    "sources_for",
]
