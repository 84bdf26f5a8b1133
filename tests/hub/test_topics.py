"""Who sees the same bytes: screen, language, and on the control room which comments are listed."""

import pytest

from live.hub import Audience, Screen
from live.hub.topics import audience_of


def test_operators_choose_which_comments_they_see() -> None:
    assert audience_of("control", "zh", "questions") == Audience(Screen.CONTROL, "zh", "questions")
    assert audience_of("viewer", "en", "") == Audience(Screen.VIEWER, "en")


@pytest.mark.parametrize(
    "asked",
    [
        ("control", "zh", "gossip"),
        ("viewer", "zh", "questions"),
        ("kitchen", "zh", ""),
        ("host", "fr", ""),
    ],
)
def test_what_there_is_not_is_no_audience(asked: tuple[str, str, str]) -> None:
    assert audience_of(*asked) is None
