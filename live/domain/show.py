"""A show (场次) is one broadcast with a start and an end: planned → live → ended."""

from enum import StrEnum

from live.errors import IllegalMove


class ShowState(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    ENDED = "ended"


MOVES = {
    ("start", ShowState.PLANNED): ShowState.LIVE,
    ("end", ShowState.LIVE): ShowState.ENDED,
}


def move(state: ShowState, verb: str) -> ShowState:
    """The state after `verb`. Raises IllegalMove when there is no such step."""
    after = MOVES.get((verb, state))
    if after is None:
        raise IllegalMove(f"A show that is {state} cannot {verb}.")
    return after
