"""How late this process's event loop is: whoever waits for it, an order or a beat, waits at least so long."""

import asyncio
import time

SAMPLE_S = 0.02
BOUNDS_MS = (2, 5, 10, 25, 50, 100, 250, 1000)
SPAN_S = 10.0  # of what is told as recent


class LoopLag:
    """A sleep of SAMPLE_S, and by how much it was overslept: `buckets` as Prometheus counts, not cumulative."""

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS_MS) + 1)
        self.sum_s = 0.0
        self.max_s = 0.0
        self._spans = (0.0, 0.0)  # the worst of this span, and of the one before
        self._began = time.monotonic()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            due = time.perf_counter() + SAMPLE_S
            await asyncio.sleep(SAMPLE_S)
            self.add(max(0.0, time.perf_counter() - due))

    def add(self, late_s: float) -> None:
        place = sum(late_s * 1000 > bound for bound in BOUNDS_MS)
        self.buckets[place] += 1
        self.sum_s += late_s
        self.max_s = max(self.max_s, late_s)
        self._spans = (max(self._turn()[0], late_s), self._spans[1])

    def recent_ms(self) -> float:
        """The worst of the last 10 to 20 s."""
        return max(self._turn()) * 1000

    def _turn(self) -> tuple[float, float]:
        spans = int((time.monotonic() - self._began) / SPAN_S)
        if spans:
            self._began += spans * SPAN_S
            self._spans = (0.0, self._spans[0] if spans == 1 else 0.0)
        return self._spans
