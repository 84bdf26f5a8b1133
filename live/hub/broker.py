"""The port to the shows' logs: follow those with clients here, and look up what a client has missed.

Two implementations, one test-suite: `redis_broker.py` in production, `memory_broker.py` in tests.
A position needs an epoch beside its sequence number: after Redis was lost and rebuilt the numbers may
run over the same range again, and only the epoch says that they mean other facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from live.domain.events import Fact

SEQ_DIGITS_MAX = 15  # Lua counts exactly up to 2**53; no show comes near it
# Facts. About what the log keeps; beyond it a snapshot is smaller than the replay.
HISTORY_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a show's log; as text it is the public, opaque event id."""

    epoch: str
    seq: int

    def is_at_or_after(self, other: "Position") -> bool:
        return self.epoch == other.epoch and self.seq >= other.seq

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"


NOWHERE = Position("-", 0)  # of no epoch that ever was: whoever resumes from here is reset


def parse_position(text: str) -> Position:
    """The position behind an event id; NOWHERE for what is not one of ours."""
    epoch, _, seq = text.rpartition(":")
    is_seq = seq.isascii() and seq.isdigit() and len(seq) <= SEQ_DIGITS_MAX
    if not epoch or not is_seq or len(text) > 80:
        return NOWHERE
    return Position(epoch, int(seq))


class Listener(Protocol):
    """Who is told. A call is over before the next begins: facts of a show arrive in order."""

    async def facts(self, show_id: str, position: Position, facts: Sequence[Fact]) -> None:
        """Consecutive facts, the first right after the last ones told; `position` is after the last."""

    def lost(self, show_id: str, position: Position) -> None:
        """The thread is cut (new epoch, or a gap); it goes on after `position`."""


class Broker(Protocol):
    async def watch(self, show_id: str) -> Position:
        """Follow the show from now on; facts after the answered position will be told.

        Raises NotNow when the log cannot be reached.
        """

    def forget(self, show_id: str) -> None:
        """Nobody here is interested in the show any more."""

    async def history(self, show_id: str, since: Position) -> list[Fact] | None:
        """Every fact after `since`, or None when that is too long ago or of another epoch.

        Raises NotNow when the log cannot be reached.
        """

    async def run(self, listener: Listener) -> None:
        """Tell the listener, for ever; survives an absent log by waiting for it."""
