"""When a crowd arrives: the sampler keeps the curve's shape and size, whatever the draws."""

import math

from hypothesis import given
from hypothesis import strategies as st

from live.domain.arrivals import along, capped, curve_of, rush, times
from live.domain.spread import Spread

draws = st.lists(st.floats(0, 1, exclude_max=True), max_size=200)
curves = st.lists(st.integers(0, 50), min_size=1, max_size=30)


@given(draws, st.floats(0.1, 60), st.floats(1, 600))
def test_a_rush_is_in_order_and_within_its_time(
    drawn: list[float], haste_s: float, within_s: float
) -> None:
    moments = rush(drawn, haste_s, within_s)
    assert len(moments) == len(drawn)
    assert moments == sorted(moments)
    assert all(0 <= moment <= within_s * (1 + 1e-9) for moment in moments)


def test_half_of_a_rush_has_come_after_the_median_of_its_distribution() -> None:
    even = [(n + 0.5) / 1000 for n in range(1000)]
    moments = rush(even, 6.0, 10_000.0)
    assert abs(sum(moment < 6.0 * math.log(2) for moment in moments) - 500) <= 1


@given(curves)
def test_evenly_drawn_arrivals_are_the_curve_again(per_second: list[int]) -> None:
    total = sum(per_second)
    even = [(n + 0.5) / total for n in range(total)]
    found = [0] * len(per_second)
    for moment in along(per_second, even):
        found[int(moment)] += 1
    assert found == per_second


@given(curves, st.floats(0.1, 20))
def test_k_times_as_many_come(per_second: list[int], k: float) -> None:
    assert abs(times(per_second, k) - k * sum(per_second)) <= 0.5


@given(st.lists(st.floats(0, 100), max_size=200), st.integers(1, 20))
def test_never_more_than_the_cap_within_a_second_and_nobody_comes_earlier(
    moments: list[float], per_s: int
) -> None:
    moments = sorted(moments)
    late = capped(moments, per_s)
    assert len(late) == len(moments)
    assert all(after >= before for after, before in zip(late, moments, strict=True))
    for first, next_after in zip(late, late[per_s:], strict=False):
        assert next_after - first >= 1.0 - 1e-9


def test_a_curve_counts_from_the_opening_and_keeps_who_came_early_or_late() -> None:
    assert curve_of({99: 1, 100: 2, 102: 3, 900: 4}, 100, 5) == [3, 0, 3, 0, 4]
    assert curve_of({}, 100, 5) == []


@given(st.lists(st.floats(0.2, 60_000), min_size=1, max_size=300), st.sampled_from([50, 90, 99]))
def test_a_spread_knows_percentiles_to_five_per_cent(waits: list[float], percent: int) -> None:
    spread = Spread()
    for wait in waits:
        spread.add(wait)
    exact = sorted(waits)[max(math.ceil(percent / 100 * len(waits)), 1) - 1]
    told = Spread.unpacked(spread.packed()).percentile(percent)
    assert told is not None
    assert exact * (1 - 1e-9) <= told <= exact * 1.05 * (1 + 1e-9)
