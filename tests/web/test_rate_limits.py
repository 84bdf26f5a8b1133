import pytest
from starlette.requests import HTTPConnection

from live.web.rate_limits import Rate, RateLimits, sender_of

RATES = {"order": Rate(3, 2)}


def test_a_burst_passes_then_the_pace_holds() -> None:
    limits = RateLimits(RATES)
    assert [limits.allow("order", "v1", 0.0) for _ in range(3)] == [0, 0, 0]
    assert limits.allow("order", "v1", 0.0) == pytest.approx(0.5)
    assert limits.allow("order", "v1", 0.5) == 0
    assert limits.allow("order", "v1", 0.5) > 0


def test_waiting_as_told_is_enough_even_if_others_are_refused_meanwhile() -> None:
    limits = RateLimits(RATES)
    for _ in range(3):
        limits.allow("order", "v1", 1e9)
    wait_s = limits.allow("order", "v1", 1e9)
    for step in range(10):
        assert limits.allow("order", "v1", 1e9 + wait_s * step / 11) > 0
    assert limits.allow("order", "v1", 1e9 + wait_s) == 0


def test_many_at_once_are_paid_back_before_the_next() -> None:
    limits = RateLimits(RATES)
    assert limits.allow("order", "v1", 0.0, many=7) == 0
    assert limits.allow("order", "v1", 0.0) == pytest.approx(2.5)
    assert limits.allow("order", "v1", 2.5) == 0


def test_senders_do_not_share_a_bucket() -> None:
    limits = RateLimits(RATES)
    for _ in range(4):
        limits.allow("order", "v1", 0.0)
    assert limits.allow("order", "v2", 0.0) == 0


def test_over_a_long_time_the_pace_is_exact() -> None:
    limits = RateLimits(RATES)
    passed = sum(limits.allow("order", "v1", tick / 100) == 0 for tick in range(10_000))
    assert 200 <= passed <= 203


def test_a_clock_that_steps_back_gives_nothing() -> None:
    limits = RateLimits(RATES)
    for _ in range(3):
        limits.allow("order", "v1", 100.0)
    assert limits.allow("order", "v1", 0.0) > 0


def test_memory_is_bounded() -> None:
    limits = RateLimits(RATES, keys_max=100)
    for n in range(1_000):
        limits.allow("order", str(n), 0.0)
    assert len(limits) == 100


def test_switched_off_everything_passes() -> None:
    limits = RateLimits(RATES, enabled=False)
    assert {limits.allow("order", "v1", 0.0) for _ in range(100)} == {0.0}
    assert len(limits) == 0


@pytest.mark.parametrize(
    ("host", "sender"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("", "unknown"),
        ("testclient", "testclient"),
    ],
)
def test_a_sender_is_an_address_or_its_household(host: str, sender: str) -> None:
    client = (host, 5) if host else None
    assert sender_of(HTTPConnection({"type": "http", "headers": [], "client": client})) == sender


def test_what_is_left_is_told_and_takes_nothing() -> None:
    limits = RateLimits(RATES)
    assert limits.left("order", "v1", 0.0) == 3
    limits.allow("order", "v1", 0.0)
    assert [limits.left("order", "v1", 0.0) for _ in range(9)] == [2] * 9
    limits.allow("order", "v1", 0.0)
    limits.allow("order", "v1", 0.0)
    assert [limits.left("order", "v1", at) for at in (0.0, 0.49, 0.5, 99.0)] == [0, 0, 1, 3]
    assert RateLimits(RATES, enabled=False).left("order", "v1", 0.0) > 3
