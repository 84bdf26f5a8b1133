"""Watched words: what counts as saying one."""

import pytest

from live.domain.folding import fold
from live.domain.tally import Watch


def spoken(text: str, words: list[str]) -> list[str]:
    return Watch(words).said_by(fold(text))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("扣1", "1"),
        ("１", "1"),
        ("1 1 1", "1"),
        ("111", "1"),
        ("A1 蓝色", "a1"),
        ("ａ１", "A1"),
        ("我想要这个", "想要"),
        ("想 要", "想要"),
        ("扣1!", "扣1"),
        ("Want it", "want"),
    ],
)
def test_these_say_the_word(text: str, word: str) -> None:
    assert spoken(text, [word]) == [word]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A12", "A1"),
        ("100", "1"),
        ("wanted", "want"),
        ("不要", "想要"),
        ("", "1"),
        ("BA1", "A1"),
        ("扣12", "扣1"),
    ],
)
def test_these_do_not(text: str, word: str) -> None:
    assert spoken(text, [word]) == []


def test_a_comment_may_say_several_and_each_once() -> None:
    assert spoken("想要 A1 想要", ["想要", "A1", "B2"]) == ["想要", "A1"]
