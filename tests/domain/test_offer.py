"""The state that the clock and the numbers say."""

import pytest

from live.domain.offer import OfferState as State
from live.domain.offer import effective_state
from live.domain.order import is_key


@pytest.mark.parametrize(
    ("stored", "left", "now", "state"),
    [
        (State.ARMED, 5, 99, State.ARMED),
        (State.ARMED, 5, 100, State.OPEN),
        (State.ARMED, 5, 200, State.CLOSED),
        (State.OPEN, 5, 199, State.OPEN),
        (State.OPEN, 0, 199, State.SOLD_OUT),
        (State.OPEN, 0, 200, State.CLOSED),
        (State.PAUSED, 5, 500, State.PAUSED),
        (State.PAUSED, 0, 150, State.PAUSED),
        (State.CLOSED, 5, 150, State.CLOSED),
    ],
)
def test_the_effective_state(stored: State, left: int, now: int, state: State) -> None:
    closes = 0 if stored is State.PAUSED else 200
    assert effective_state(stored, left, 100, closes, now) is state


@pytest.mark.parametrize(
    ("key", "good"),
    [
        ("a", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("a b", False),
        ("钥", False),
        ("a\n", False),
    ],
)
def test_what_may_be_an_idempotency_key(key: str, good: bool) -> None:
    assert is_key(key) is good
