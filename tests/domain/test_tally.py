"""Watched words: what counts as saying one, and how often they were said."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from live.domain.folding import fold
from live.domain.tally import Recount, Watch
from tests.domain import naive


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
        ("這個多少錢", "多少钱"),
        ("多少钱", "多少錢"),
        ("想\u200b要", "想要"),
        ("A\ufe0f1", "A1"),
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


LETTERS = st.sampled_from("aA1１ １２扣想要錢钱\u200b ?-é")
TEXTS = st.text(LETTERS, max_size=12)


@given(TEXTS, st.lists(st.text(LETTERS, min_size=1, max_size=4), max_size=8))
@example("1 12", ["1", "12", "１"])
@example("aa a", ["a", "aa", "aaa"])
@example("想要1要1", ["要1", "1", "想要"])
def test_one_pass_finds_what_a_loop_over_words_finds(text: str, words: list[str]) -> None:
    assert spoken(text, words) == naive.spoken(text, words)


def test_words_that_fold_alike_are_said_together_and_nothing_is_no_word() -> None:
    assert spoken("扣１", ["1", "１", " ", "\u200b", "扣1"]) == ["1", "１", "扣1"]
    assert spoken("1", []) == []


SAID = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from(["扣1", "1 想要", "不"]), st.integers(0, 9_000)
    )
)


@given(SAID, st.sampled_from([None, 0, 1, 3]))
def test_a_viewer_counts_once_in_each_window(
    said: list[tuple[str, str, int]], window_s: int | None
) -> None:
    said.sort(key=lambda one: one[2])
    recount = Recount(["1", "想要"], window_s)
    for viewer, text, at_ms in said:
        recount.add(viewer, text, at_ms)
    expected = Counter[str]()
    for word in ("1", "想要"):
        ones = [(v, at) for v, text, at in said if naive.spoken(text, [word])]
        if window_s is None:
            expected[word] = len({viewer for viewer, _ in ones})
        elif window_s == 0:
            expected[word] = len(ones)
        else:
            expected[word] = len({(viewer, at // (1000 * window_s)) for viewer, at in ones})
    assert recount.counts == {word: expected[word] for word in ("1", "想要")}
