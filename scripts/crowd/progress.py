"""What a run says while it runs: one line that is rewritten on a terminal, plain lines elsewhere."""

import sys
import time

from live.crowd.purchase import ACCEPTED, REFUSALS
from scripts.crowd.crew import Stand

PLAIN_EVERY_S = 2.0
BAR_CELLS = 20


class Progress:
    """Steps are lines of their own; the burst is one moving line."""

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._tty = sys.stderr.isatty()
        self._started = time.monotonic()
        self._said_at = 0.0
        self._open = False

    def step(self, text: str) -> None:
        """One finished or starting step."""
        self._end_line()
        print(f"[{time.monotonic() - self._started:6.1f}s] {text}", file=sys.stderr, flush=True)

    def moving(self, stand: Stand) -> None:
        """The burst as it stands."""
        now = time.monotonic()
        if not self._tty and now - self._said_at < PLAIN_EVERY_S:
            return
        self._said_at = now
        line = f"[{now - self._started:6.1f}s] {self._words(stand)}"
        if self._tty:
            print(f"\r\x1b[2K{line}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(line, file=sys.stderr, flush=True)

    def done(self) -> None:
        self._end_line()

    def _words(self, stand: Stand) -> str:
        answered = sum(stand.outcomes.values())
        accepted = stand.outcomes[ACCEPTED]
        refused = sum(n for code, n in stand.outcomes.items() if code in REFUSALS)
        filled = round(BAR_CELLS * answered / self._total)
        bar = "█" * filled + "░" * (BAR_CELLS - filled)
        words = (
            f"{bar} sent {stand.sent} · answered {answered}/{self._total} · accepted {accepted}"
            f" · refused {refused} · settled {stand.settled} · watching {stand.watching}"
        )
        troubles = " ".join(f"{name}×{n}" for name, n in sorted(stand.troubles.items()))
        return f"{words} · {troubles}" if troubles else words

    def _end_line(self) -> None:
        if self._open:
            print(file=sys.stderr)
            self._open = False
