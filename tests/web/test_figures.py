from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from live.web import figures


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "text"),
    [
        (5900, "CNY", "zh", "¥59.00"),
        (5900, "CNY", "en", "¥59.00"),
        (5, "CNY", "en", "¥0.05"),
        (0, "CNY", "en", "¥0.00"),
        (123456789, "USD", "en", "$1,234,567.89"),
        (100, "USD", "zh", "US$1.00"),
        (5900, "JPY", "en", "JP¥5,900"),
        (1234, "KWD", "en", "KWD 1.234"),
        (100, "XXX", "zh", "XXX 1.00"),
        (-5900, "CNY", "en", "-¥59.00"),
    ],
)
def test_money_has_the_currencys_decimals(minor: int, currency: str, lang: str, text: str) -> None:
    assert figures.money(minor, currency, lang=lang) == text


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (123449, "¥1,234"),
        (123450, "¥1,235"),
        (10_049, "¥100"),
        (590, "¥5.90"),
        (-150, "-¥1.50"),
        (500, "¥5"),
    ],
)
def test_money0_rounds_to_whole_units_where_that_hides_nothing(minor: int, text: str) -> None:
    assert figures.money0(minor, "CNY", lang="zh") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0.0, "0.0"),
        (0.04, "0.0"),
        (2.26, "2.3"),
        (9.94, "9.9"),
        (9.96, "10"),
        (1234.5, "1,234"),
    ],
)
def test_an_average_has_a_decimal_below_ten(value: float | None, text: str) -> None:
    assert figures.average(value) == text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"),
        (9_999, "9,999", "9,999"),
        (10_000, "1万", "10K"),
        (12_345, "1.2万", "12.3K"),
        (99_999_999, "9,999.9万", "99.9M"),
        (123_456_789, "1.2亿", "123.4M"),
        (1_500_000_000, "15亿", "1.5B"),
        (-12_345, "-1.2万", "-12.3K"),
    ],
)
def test_compact_numbers_never_claim_more_than_was_reached(value: Any, zh: str, en: str) -> None:
    assert (figures.compact(value, lang="zh"), figures.compact(value, lang="en")) == (zh, en)


@pytest.mark.parametrize(
    ("minor", "zh", "en"),
    [
        (999_999, "¥10,000", "¥10,000"),
        (999_949, "¥9,999", "¥9,999"),
        (123_456_789, "¥123.4万", "¥1.2M"),
        (-123_456_789, "-¥123.4万", "-¥1.2M"),
        (0, "¥0", "¥0"),
    ],
)
def test_compact_money_is_short_where_there_is_little_room(minor: int, zh: str, en: str) -> None:
    assert figures.compact_money(minor, "CNY", lang="zh") == zh
    assert figures.compact_money(minor, "CNY", lang="en") == en


def test_times_are_shown_in_utc() -> None:
    at = datetime(2026, 11, 22, 4, 5, 6, 789_000, tzinfo=timezone(timedelta(hours=8)))
    assert figures.clock(at) == "20:05:06"
    assert figures.iso(at) == "2026-11-21T20:05:06.789Z"
    assert (figures.clock(None), figures.iso(None)) == ("--:--:--", "")


def test_a_time_without_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        figures.clock(datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0:00:00"), (59_999, "0:00:59"), (5_025_000, "1:23:45"), (3_600_000_000, "1,000:00:00")],
)
def test_a_duration_is_hours_minutes_and_seconds_cut_off(ms: int, text: str) -> None:
    assert figures.duration(ms) == text
