"""What this process's hub has done so far, for `/metrics`. Plain counters: one event loop, no locks."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stats:
    facts: int = 0  # read from the logs of shows
    frames: int = 0  # handed to sockets
    bytes: int = 0  # payload of these frames
    closed: Counter[str] = field(default_factory=Counter)  # sockets, by the name of the close code
    refused: Counter[str] = field(default_factory=Counter)  # handshakes, by the error's code
    resets: int = 0  # full snapshots sent because a resume was not possible
    beats: int = 0
    beat_failures: int = 0
    beat_seconds: float = 0.0  # total; divided by `beats` the mean
    beat_seconds_last: float = 0.0
