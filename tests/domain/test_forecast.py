"""The range in which a sale will have sold out: its shape by properties, its truth by simulated evenings."""

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.domain.forecast import LONG_S, SHORT_S, UNITS_MIN, Taken, forecast

ones = st.integers(UNITS_MIN, 50_000).map(lambda n: Taken(n, n))
lefts = st.integers(1, 100_000)
watched = st.floats(0.5, 600)


def steady(taken: Taken, watched_s: float = LONG_S) -> Taken:
    """The short window of a pace that is the same all along."""
    share = min(SHORT_S / min(watched_s, LONG_S), 1.0)
    return Taken(round(taken.units * share), round(taken.squares * share))


@given(lefts, ones, watched)
def test_it_is_a_range_in_the_future(left: int, taken: Taken, watched_s: float) -> None:
    found = forecast(left, steady(taken, watched_s), taken, watched_s)
    assert found is not None
    assert 0 <= found.early_s < found.late_s
    assert found.window_s <= LONG_S


@given(lefts, ones)
def test_the_pace_as_a_point_lies_within(left: int, taken: Taken) -> None:
    found = forecast(left, steady(taken), taken, LONG_S)
    assert found is not None
    assert found.early_s < left * LONG_S / taken.units < found.late_s or left == 1


@given(lefts, ones)
def test_more_that_is_left_takes_longer(left: int, taken: Taken) -> None:
    few = forecast(left, steady(taken), taken, LONG_S)
    many = forecast(left + 1 + left // 10, steady(taken), taken, LONG_S)
    assert few is not None
    assert many is not None
    assert few.early_s < many.early_s
    assert few.late_s < many.late_s


@given(st.integers(20, 10_000), st.integers(UNITS_MIN, 1000))
def test_the_more_was_sold_at_that_pace_the_narrower_it_is(left: int, units: int) -> None:
    def width(times: int) -> float:
        taken = Taken(units * times, units * times)
        found = forecast(left * times, steady(taken), taken, LONG_S)
        assert found is not None
        return found.late_s / found.early_s

    assert width(8) < width(1)


@given(st.integers(UNITS_MIN, 500), st.integers(1, 9), st.integers(1, 500))
def test_orders_of_several_units_say_as_much_as_single_ones_of_as_many_buyers(
    orders: int, size: int, ahead: int
) -> None:
    clumped = Taken(orders * size, orders * size * size)
    singly = forecast(ahead, steady(Taken(orders, orders)), Taken(orders, orders), 8.0)
    together = forecast(ahead * size, steady(clumped), clumped, 8.0)
    assert singly is not None
    assert together is not None
    assert together.early_s == pytest.approx(singly.early_s)
    assert together.late_s == pytest.approx(singly.late_s)


@given(st.integers(0, UNITS_MIN - 1), lefts, watched)
def test_a_handful_of_units_is_no_forecast(units: int, left: int, watched_s: float) -> None:
    assert forecast(left, Taken(), Taken(units, units), watched_s) is None


@given(ones, watched)
def test_nothing_left_is_no_forecast(taken: Taken, watched_s: float) -> None:
    assert forecast(0, steady(taken), taken, watched_s) is None


def test_a_pace_that_has_changed_counts_by_its_last_seconds() -> None:
    rush = forecast(100, Taken(60, 60), Taken(70, 70), 60.0)
    assert rush is not None
    assert rush.window_s == SHORT_S
    assert rush.late_s < 30
    assert forecast(100, Taken(0, 0), Taken(70, 70), 60.0) is None  # it has dried up
    calm = forecast(100, Taken(12, 12), Taken(70, 70), 60.0)
    assert calm is not None
    assert calm.window_s == LONG_S


# --- simulated evenings: how often what happened lay in the range that was told ----------------------------

Rate = Callable[[float], float]  # units of time → buyers a second


def arrivals(chance: random.Random, rate: Rate, most: float) -> Iterator[float]:
    """A Poisson process of that rate, `most` at the most, by thinning (Lewis and Shedler, 1979)."""
    at = 0.0
    while True:
        at += chance.expovariate(most)
        if chance.random() * most <= rate(at):
            yield at


def sold(seed: int, rate: Rate, most: float, size: int, asked_at: float, left: int) -> bool | None:
    """Whether the sell-out lay in the range; None when nothing was told."""
    chance = random.Random(seed)
    past: list[tuple[float, int]] = []
    found, ahead = None, left
    for at in arrivals(chance, rate, most):
        if found is None and at > asked_at:
            found = forecast(
                left, taken(past, asked_at, SHORT_S), taken(past, asked_at, LONG_S), asked_at
            )
            if found is None:
                return None
        quantity = chance.randint(1, size)
        past.append((at, quantity))
        if found is not None:
            ahead -= quantity
            if ahead <= 0:
                return found.early_s <= at - asked_at <= found.late_s
    return None


def taken(past: list[tuple[float, int]], now: float, window_s: float) -> Taken:
    sizes = [quantity for at, quantity in past if at > now - window_s]
    return Taken(sum(sizes), sum(size * size for size in sizes))


def coverage(rate: Rate, most: float, *, size: int, asked_at: float, left: int) -> float:
    said = [sold(seed, rate, most, size, asked_at, left) for seed in range(1500)]
    told = [hit for hit in said if hit is not None]
    assert len(told) > 1000
    return sum(told) / len(told)


@pytest.mark.parametrize("left", [8, 40, 200])
@pytest.mark.parametrize("per_s", [0.3, 2.0])
def test_four_times_in_five_a_steady_sale_sells_out_within_the_range(
    per_s: float, left: int
) -> None:
    met = coverage(lambda _: per_s, per_s, size=1, asked_at=75.0, left=left)
    assert 0.74 <= met <= 0.86


@pytest.mark.parametrize("asked_at", [7.0, 25.0])
def test_so_it_does_soon_after_its_opening_and_with_orders_of_several_units(
    asked_at: float,
) -> None:
    met = coverage(lambda _: 3.0, 3.0, size=4, asked_at=asked_at, left=60)
    assert 0.72 <= met <= 0.88


def test_a_rush_that_fell_to_a_fifth_is_not_told_by_the_pace_that_it_had() -> None:
    met = coverage(lambda at: 10.0 if at < 60 else 2.0, 10.0, size=1, asked_at=75.0, left=40)
    assert met >= 0.72
