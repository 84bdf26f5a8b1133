"""When a sale will have sold out, as a range: never a point, and nothing from a handful of units.

Buyers are taken to come by chance at a steady rate (a Poisson process). What the rate may be, after it was
watched for a while, is a Gamma distribution; how long the units that are left will take is then one, too,
mixed over the rates. A pace that has just changed is not steady: then only the last seconds count.
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

SHORT_S, LONG_S = 10.0, 60.0  # the windows in which units are counted
UNITS_MIN = 5  # taken in a window; of fewer the range would say nothing
# Standard deviations by which the short window tells of another pace than the long one.
CHANGED = 2.5
Z_90 = 1.2815515655446004  # the standard normal's 90 % point


class Taken(NamedTuple):
    """What was taken in a window: `units`, and the sum of the orders' squared quantities (`squares`)."""

    units: int = 0
    squares: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Four times in five the units that are left are gone between `early_s` and `late_s` seconds from now
    (p10, p90). `window_s`: how long the pace was watched."""

    early_s: float
    late_s: float
    window_s: float


def forecast(left: int, short: Taken, long: Taken, watched_s: float) -> Forecast | None:
    """When `left` units will be gone. `short`, `long`: what was taken in the last SHORT_S and LONG_S seconds,
    of which the sale was open for `watched_s`. None: there is nothing left, or too little to go by.

    The longer window is the better one, unless the shorter one contradicts it: of the long window's units
    its share is binomial if the pace was steady (the conditional test of two Poisson rates: Przyborowski
    and Wilenski, Biometrika 31, 1940).
    """
    taken, window_s = long, min(watched_s, LONG_S)
    if window_s > SHORT_S and _has_changed(short, long, SHORT_S / window_s):
        taken, window_s = short, SHORT_S
    if left <= 0 or window_s <= 0 or taken.units < UNITS_MIN:
        return None
    early, late = _waits(left, taken)
    return Forecast(early * window_s, late * window_s, window_s)


def _has_changed(short: Taken, long: Taken, share: float) -> bool:
    spread = sqrt(long.squares * share * (1 - share))
    return abs(short.units - long.units * share) > CHANGED * spread


def _waits(left: int, taken: Taken) -> tuple[float, float]:
    """p10 and p90 of the time until `left` more, in windows.

    With Jeffreys' prior the rate after n in one window is Gamma(n + ½, 1), and the time until l more is a
    compound gamma, l / (n + ½) · F(2l, 2n + 1) (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6 to 2.8;
    Dubey, Metrika 16, 1970). F's quantiles by Paulson's cube roots (Annals of Mathematical Statistics 13,
    1942), within three in a hundred from five units on. Orders of several units come in clumps, and say
    as much as there are orders of their mean size, weighted by size.
    """
    clump = taken.squares / taken.units
    n, ahead = taken.units / clump + 0.5, max(left / clump, 1.0)
    a, b = 1 / (9 * ahead), 1 / (9 * n)  # 2 / 9 of the degrees of freedom
    middle, spread = (1 - a) * (1 - b), 1 - b
    reach = Z_90 * sqrt(spread * spread * a + (1 - a) * (1 - a) * b - Z_90 * Z_90 * a * b)
    floor = spread * spread - Z_90 * Z_90 * b
    roots = max(middle - reach, 0.0) / floor, (middle + reach) / floor
    return roots[0] ** 3 * ahead / n, roots[1] ** 3 * ahead / n
