"""What the load client reckons with: buckets, schedules, shares and ratios."""

import itertools
import random
import statistics
from dataclasses import replace
from typing import Any

import pytest

from scripts.benchmarks.load.arrivals import fixed, poisson
from scripts.benchmarks.load.histogram import Histogram
from scripts.benchmarks.load.plan import Report
from scripts.benchmarks.open_loop import figures_of, p99_ratio
from scripts.benchmarks.order_sockets import RATE_MAX, sales_for
from scripts.benchmarks.orders import LIMIT
from scripts.crowd.figures import percentile

NOTHING = Report(0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, "")


def _report(**values: Any) -> Report:
    return replace(NOTHING, **values)


def test_small_latencies_are_exact_and_large_ones_to_a_thousandth():
    chance = random.Random(1)
    for exponent in range(1, 9):
        histogram = Histogram()
        values = sorted(chance.randrange(10 ** (exponent - 1), 10**exponent) for _ in range(500))
        for us in values:
            histogram.add((us + 0.5) / 1e6)
        for percent in (0, 1, 50, 99, 100):
            exact_us = percentile(values, percent)
            found_us = histogram.percentile_ms(percent) * 1000
            assert exact_us - 1e-6 <= found_us <= exact_us * 1.001 + 1e-6
            if exact_us < 2048:
                assert found_us == pytest.approx(exact_us)


def test_neighbouring_buckets_leave_no_gap():
    histogram = Histogram()
    edges = [2**n + d for n in range(10, 32) for d in (-1, 0, 1)]
    for us in edges:
        histogram.add((us + 0.25) / 1e6)
    assert histogram.count == len(edges)
    found = [histogram.percentile_ms(100 * (n + 1) / len(edges)) * 1000 for n in range(len(edges))]
    assert found == pytest.approx(edges, rel=0.001)


def test_nothing_has_no_latency_and_a_clock_that_steps_back_none_below_zero():
    histogram = Histogram()
    assert histogram.percentile_ms(99) == 0
    histogram.add(-1.0)
    assert (histogram.count, histogram.percentile_ms(99)) == (1, 0)


def test_what_took_hours_is_counted_too():
    histogram = Histogram()
    histogram.add(1e6)
    assert histogram.percentile_ms(50) == pytest.approx(2**32 / 1000, rel=0.001)


def test_a_fixed_schedule_is_even():
    assert list(fixed(4, 1)) == [0, 0.25, 0.5, 0.75]


def test_poisson_arrivals_are_the_seeds_own_and_as_many_as_asked_for():
    due = list(poisson(1000, 20, seed=7))
    assert due == list(poisson(1000, 20, seed=7)) != list(poisson(1000, 20, seed=8))
    assert due == sorted(due)
    assert due[-1] < 20
    assert len(due) == pytest.approx(20_000, rel=0.03)
    gaps = [b - a for a, b in itertools.pairwise(due)]
    assert statistics.stdev(gaps) == pytest.approx(statistics.mean(gaps), rel=0.05)


def test_all_that_was_not_accepted_is_among_the_others():
    report = _report(accepted=10, refused=1, lost=2, unanswered=3, seconds=2)
    assert (report.blow.accepted, report.blow.others, report.blow.rate) == (10, 6, 5)


@pytest.mark.parametrize(
    ("answers", "took_s", "kept", "is_short"),
    [
        (1000, 2.0, 1.0, False),
        (981, 2.0, 0.981, False),
        (1000, 2.1, 0.952, True),
        (0, 2.0, 0, True),
    ],
)
def test_a_missed_rate_is_noticed(answers, took_s, kept, is_short):
    report = _report(accepted=answers, intended=1000, seconds=took_s)
    assert report.kept(2.0) == pytest.approx(kept, abs=0.001)
    assert report.is_short(2.0) is is_short


def test_the_ratio_of_each_pair_then_the_median():
    base = [_report(p99_ms=p, seconds=1, intended=10, accepted=10) for p in (1.0, 2.0, 4.0)]
    ours = [
        _report(p99_ms=p, seconds=1, intended=10, accepted=a) for p, a in ((3, 10), (2, 10), (6, 9))
    ]
    assert p99_ratio(ours[0], base[0]) == 3
    assert p99_ratio(ours[0], _report()) == 0
    figures = figures_of(list(zip(base, ours, strict=True)), 1.0)
    assert (figures["p99_ratio"], figures["p99_range"]) == (1.5, [1.0, 3.0])
    assert (figures["p99_ms"], figures["reference_p99_ms"]) == (3, 2)
    assert figures["short_of_rate"] == 1


@pytest.mark.parametrize(("sockets", "seconds"), [(1, 1), (64, 2), (64, 4), (256, 4)])
def test_there_are_sales_enough_for_every_viewers_limit(sockets, seconds):
    units = sales_for(sockets, seconds) * sockets * LIMIT
    assert RATE_MAX * seconds <= units < RATE_MAX * seconds + sockets * LIMIT
