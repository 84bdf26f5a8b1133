"""Over and under, on shows whose course is known."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from live.domain.rundown import plan_of

START = datetime(2026, 11, 22, 20, tzinfo=UTC)
LENGTHS = (300, 600, 300)


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_show_that_keeps_to_its_plan_is_neither() -> None:
    plan = plan_of(START, LENGTHS, at(300), LENGTHS[1:])
    assert plan.ends_at == at(1200)
    assert [plan.over_s(at(s)) for s in (0, 150, 300)] == [0, 0, 0]


def test_an_item_that_runs_long_pushes_the_end_away_by_the_second() -> None:
    plan = plan_of(START, LENGTHS, at(300), LENGTHS[1:])
    assert [plan.over_s(at(s)) for s in (301, 360, 900)] == [1, 60, 600]


def test_an_item_that_was_ended_early_leaves_time() -> None:
    plan = plan_of(START, LENGTHS, at(100 + 600), LENGTHS[2:])
    assert plan.over_s(at(100)) == -200


def test_air_without_an_item_costs_time_too() -> None:
    plan = plan_of(START, LENGTHS, None, LENGTHS)
    assert [plan.over_s(at(s)) for s in (0, 45)] == [0, 45]


@given(st.lists(st.integers(1, 3600), max_size=8), st.integers(0, 10_000))
def test_with_nothing_on_air_and_all_to_come_it_is_what_has_passed(
    lengths: list[int], passed: int
) -> None:
    assert plan_of(START, lengths, None, lengths).over_s(at(passed)) == passed
