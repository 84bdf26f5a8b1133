"""When a crowd's orders and comments arrive: the rush after an opening, or the curve of a show that was.

Pure: `draws` are uniform numbers of [0, 1), one for each arrival, and the caller's chance. Moments are seconds
after the opening (or the start), in order.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate


def rush(draws: Sequence[float], haste_s: float, within_s: float) -> list[float]:
    """Most at once and ever fewer: exponential with the mean `haste_s`, cut off at `within_s`; by the inverse of
    its distribution, t = −haste · ln(1 − u · (1 − e^(−within / haste)))."""
    whole = -math.expm1(-within_s / haste_s)
    return sorted(-haste_s * math.log1p(-u * whole) for u in draws)


def along(per_second: Sequence[int], draws: Sequence[float]) -> list[float]:
    """As the curve has them: in second n with the chance of its share, evenly within the second."""
    sums = list(accumulate(per_second))
    if not sums or not sums[-1]:
        return []
    moments = []
    for u in draws:
        place = u * sums[-1]
        second = bisect_right(sums, place)
        before = sums[second] - per_second[second]
        moments.append(second + (place - before) / per_second[second])
    return sorted(moments)


def times(per_second: Sequence[int], k: float) -> int:
    """How many arrive in all where k times as many come."""
    return round(sum(per_second) * k)


def capped(moments: Sequence[float], per_s: int) -> list[float]:
    """The same arrivals, never more than `per_s` of them within a second: who would be too many comes later."""
    late: list[float] = []
    for n, moment in enumerate(moments):
        late.append(max(moment, late[n - per_s] + 1.0) if n >= per_s else moment)
    return late


def curve_of(by_second: Mapping[int, int], began_s: int, longest_s: int) -> list[int]:
    """How many came in each second since `began_s`, up to the last in which somebody came; `by_second` counts by
    unix second. Who came earlier is counted in the first second, who came later than `longest_s` in the last."""
    seconds = Counter[int]()
    for second, n in by_second.items():
        seconds[min(max(second - began_s, 0), longest_s - 1)] += n
    return [seconds[n] for n in range(max(seconds, default=-1) + 1)]
