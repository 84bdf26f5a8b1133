import pytest

from live.features.accounts.actions.accounts import DEFAULT_ROOM_TITLE
from live.web.names import brief, called, masked, room
from live.web.words import translate


@pytest.mark.parametrize(
    ("name", "on_air"),
    [
        ("王小明", "王**明"),
        ("王大明明", "王**明"),
        ("李雷", "李**"),
        ("Al", "A**"),
        ("Ann-Mary", "A**y"),
    ],
)
def test_a_masked_name_hides_its_length_and_most_of_its_letters(name: str, on_air: str) -> None:
    assert [masked(name, lang) for lang in ("zh", "en")] == [on_air, on_air]


def test_two_of_one_family_are_told_apart_on_air() -> None:
    assert masked("王小明", "zh") != masked("王小红", "zh")


@pytest.mark.parametrize("made_in", ["zh", "en"])
def test_a_guest_is_called_in_the_readers_language(made_in: str) -> None:
    name = translate(made_in, "watch.guest", n="K9E1")
    assert called(name, "zh") == masked(name, "zh") == "观众 K9E1"
    assert called(name, "en") == masked(name, "en") == "Viewer K9E1"


def test_other_names_stand_as_they_are() -> None:
    assert called("Viewer of the year", "zh") == "Viewer of the year"
    assert [called("", lang) for lang in ("zh", "en")] == ["观众", "Viewer"]


def test_a_room_that_nobody_has_named_is_called_in_the_readers_language() -> None:
    assert room(DEFAULT_ROOM_TITLE, "zh") == DEFAULT_ROOM_TITLE
    assert room(DEFAULT_ROOM_TITLE, "en") == "Main room"
    assert room("小满的直播间", "en") == "小满的直播间"


def test_where_there_is_little_room_a_guest_is_the_number_alone() -> None:
    assert [brief(name, "en") for name in ("观众 K9E1", "Viewer K9E1", "王小明")] == [
        "K9E1",
        "K9E1",
        "王**明",
    ]
