"""What the templates see of what goes between control room and host. Values only, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Presence = Literal["on", "away", "none"]


@dataclass(frozen=True, slots=True)
class CueView:
    """A note to the host: `seen_at` its screen had it up, `acked_at` the host had read it, `dropped_at` it
    was taken back before that."""

    id: str
    text: str
    by: str
    at: datetime
    seen_at: datetime | None = None
    acked_at: datetime | None = None
    dropped_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.acked_at is None and self.dropped_at is None


@dataclass(frozen=True, slots=True)
class AskView:
    """A viewer's question (`comment`) that was sent over; `answered_at` by the host, on air."""

    comment: str
    name: str
    text: str
    by: str
    at: datetime
    answered_at: datetime | None = None
    dropped_at: datetime | None = None
    tip: str = ""

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.dropped_at is None


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device that shows the host's screen by a code; `link` is how it is called."""

    link: str
    device: str
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class HostSide:
    """Cues and questions oldest first: all that are open, and the last that are not. `is_over`: the show is,
    and nothing waits for the host any more. `screens` of the host are connected; `away_since`: none is any
    more, so far as is known."""

    cues: tuple[CueView, ...] = ()
    asks: tuple[AskView, ...] = ()
    devices: tuple[DeviceView, ...] = ()
    is_over: bool = False
    screens: int = 0
    away_since: datetime | None = None

    @property
    def open_cues(self) -> Sequence[CueView]:
        return [] if self.is_over else [cue for cue in self.cues if cue.is_open]

    @property
    def open_asks(self) -> Sequence[AskView]:
        return [] if self.is_over else [ask for ask in self.asks if ask.is_open]

    @property
    def cue(self) -> CueView | None:
        """The last one that was not taken back."""
        return next((cue for cue in reversed(self.cues) if cue.dropped_at is None), None)

    @property
    def acked(self) -> CueView | None:
        """The one that the host has read last."""
        read = [cue for cue in self.cues if cue.acked_at]
        return max(read, key=lambda cue: cue.acked_at or cue.at, default=None)

    @property
    def answered(self) -> AskView | None:
        """The one that the host has answered last."""
        done = [ask for ask in self.asks if ask.answered_at]
        return max(done, key=lambda ask: ask.answered_at or ask.at, default=None)

    @property
    def screen(self) -> Presence:
        """Whether the host's screen is there, in one word."""
        return "on" if self.screens else "away" if self.away_since else "none"

    def find_cue(self, cue_id: str) -> CueView | None:
        return next((cue for cue in self.cues if cue.id == cue_id), None)

    def find_ask(self, comment: str) -> AskView | None:
        return next((ask for ask in self.asks if ask.comment == comment), None)
