"""How much one socket may say: whoever says more is closed with FLOOD."""

import time

PER_S = 20.0  # messages and pings. A thumb orders five times a second, and a page pings every few
BURST = 200.0  # at once: what a client says again after a break


class Pace:
    """One number: when the bucket will be full again (the generic cell rate algorithm, ITU-T I.371)."""

    __slots__ = ("_full_at", "was_exceeded")

    def __init__(self) -> None:
        self._full_at = 0.0
        self.was_exceeded = False

    def allows(self) -> bool:
        """Counts one more. False: it was too much."""
        now = time.monotonic()
        self._full_at = max(self._full_at, now) + 1 / PER_S
        if self._full_at - now > BURST / PER_S:
            self.was_exceeded = True
            return False
        return True
