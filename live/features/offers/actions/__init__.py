"""What an operator does with an offer. A draft is a row in SQL (`drafts.py`); from `push` on Redis decides
(`moves.py`)."""

from live.features.offers.actions.again import again
from live.features.offers.actions.drafts import Drafted, draft, redraft
from live.features.offers.actions.moves import (
    VERBS,
    freeze,
    move,
    push,
    push_after,
    read,
    restock,
    room_of,
    set_next,
)
from live.features.offers.actions.take_back import TakenBack, take_back

__all__ = [
    "VERBS",
    "Drafted",
    "TakenBack",
    "again",
    "draft",
    "freeze",
    "move",
    "push",
    "push_after",
    "read",
    "redraft",
    "restock",
    "room_of",
    "set_next",
    "take_back",
]
