"""Lists of words as people type them and as files hold them."""

import pytest

from live.domain.word_list import RejectedWord, read_words, write_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("vx, 代购", ["vx", "代购"]),
        ("vx，代购、加微信；私聊;qq\t电话", ["vx", "代购", "加微信", "私聊", "qq", "电话"]),
        ("加微信\n\n 加 微 信 \nＡＢ\nab", ["加微信", "ＡＢ"]),
        ('"引,号",别的\n"他说""好"""', ["引,号", "别的", '他说"好"']),
        ('半个"引号\n"没关上', ['半个"引号', '"没关上']),
        ("# 屏蔽, 词\n,,\n，甲，\n", ["甲"]),
        ("free shipping\r\nv x", ["free shipping", "v x"]),
    ],
)
def test_a_line_may_hold_several_words(text: str, words: list[str]) -> None:
    read = read_words(text)
    assert (list(read.words), list(read.rejected)) == (words, [])


def test_a_table_says_which_column_holds_the_words() -> None:
    table = '类别,屏蔽词,备注\n广告,加微信,\n骂人,"傻,瓜",少见\n,,\n广告,代购'
    assert list(read_words(table).words) == ["加微信", "傻,瓜", "代购"]
    assert list(read_words(f"甲,乙\n{table}\n\n丙,丁").words) == [
        "甲", "乙", "加微信", "傻,瓜", "代购", "丙", "丁",
    ]  # fmt: skip


def test_what_cannot_be_used_is_named_by_its_line() -> None:
    read = read_words("\ufeff好\n" + "长" * 41 + ",短\n\u200b")
    assert list(read.words) == ["好", "短"]
    assert list(read.rejected) == [RejectedWord(2, "too_long"), RejectedWord(3, "unreadable")]


def test_a_list_that_is_too_long_is_taken_up_to_its_limit() -> None:
    read = read_words("\n".join(f"词{n}" for n in range(2_003)) + "\n词1")
    assert len(read.words) == 2_000
    assert [one.reason for one in read.rejected] == ["too_many"] * 3


def test_what_is_written_is_read_again_as_it_was() -> None:
    words = ["加微信", "引,号", "a、b", '他说"好"', "#福利", "全，角", "a b"]
    assert list(read_words(write_words(words)).words) == words
