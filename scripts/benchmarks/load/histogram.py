"""Latencies in buckets: as precise as one part in 1,024, of a size that does not grow with their number."""

import math

FINE = 10  # bits: values below 2**(FINE + 1) µs are exact, above each bucket is 1/1,024 wide
US_MAX = 2**32  # 71 minutes; anything longer counts as that


class Histogram:
    """Whole microseconds in, nearest-rank percentiles in milliseconds out."""

    __slots__ = ("_counts", "count", "max_us")

    def __init__(self) -> None:
        self._counts = [0] * (_bucket(US_MAX) + 1)
        self.count = 0
        self.max_us = 0

    def add(self, seconds: float) -> None:
        us = min(int(seconds * 1e6), US_MAX) if seconds > 0 else 0
        shift = us.bit_length() - FINE - 1
        self._counts[us if shift <= 0 else (shift << FINE) + (us >> shift)] += 1
        self.count += 1
        if us > self.max_us:
            self.max_us = us

    def percentile_ms(self, percent: float) -> float:
        """The upper edge of the bucket in which that rank lies; 0 of nothing."""
        rank = max(math.ceil(self.count * percent / 100), 1)
        for bucket, count in enumerate(self._counts):
            rank -= count
            if rank <= 0:
                return min(_upper_us(bucket), self.max_us) / 1000
        return 0.0


def _bucket(us: int) -> int:
    shift = max(us.bit_length() - FINE - 1, 0)
    return (shift << FINE) + (us >> shift)


def _upper_us(bucket: int) -> int:
    shift = max((bucket >> FINE) - 1, 0)
    return ((bucket - (shift << FINE) + 1) << shift) - 1
