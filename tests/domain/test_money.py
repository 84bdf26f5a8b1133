"""Money: exact, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.domain.money import MINOR_MAX, exponent, to_decimal, to_minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("59.9", "CNY", 5990),
        ("59", "CNY", 5900),
        ("1,299.00", "CNY", 129900),
        ("0", "USD", 0),
        ("150", "JPY", 150),
        ("1.234", "KWD", 1234),
    ],
)
def test_an_amount_becomes_minor_units(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("59.999", "CNY"),
        ("0.5", "JPY"),
        ("-1", "CNY"),
        ("1e3", "CNY"),
        ("1e999999", "CNY"),
        ("", "CNY"),
        ("五", "CNY"),
        ("NaN", "CNY"),
        ("9" * 15, "CNY"),
        ("1.2.3", "CNY"),
    ],
)
def test_what_is_no_exact_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        to_minor(text, currency)


@given(st.integers(0, MINOR_MAX), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_what_a_form_shows_is_what_it_sends_back(minor: int, currency: str) -> None:
    text = to_decimal(minor, currency)
    assert to_minor(text, currency) == minor
    assert len(text.partition(".")[2]) == exponent(currency)
