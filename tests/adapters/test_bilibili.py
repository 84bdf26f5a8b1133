import io

import pytest

from live.adapters.platforms import bilibili
from live.adapters.platforms.base import Read, Said, Skipped
from tests.adapters.recorded import danmaku
from tests.adapters.recorded import said as line


def read(content: bytes) -> list[Read]:
    return list(bilibili.read(io.BytesIO(content)))


def only(content: bytes) -> Said:
    (found,) = read(content)
    assert isinstance(found, Said)
    return found


def test_a_line_of_a_videos_file() -> None:
    said = only(danmaku(line("从结尾回来", 490.191, row=29950852386521095)))
    assert said == Said(
        "bilibili", "29950852386521095", "4fe08d3", "", "从结尾回来", 1_700_000_000_000, 490_191
    )


def test_a_line_of_a_live_recorder_has_a_name() -> None:
    said = only(danmaku(line("1 & 2", 3.5, user="小 <南>", uid="42")))
    assert (said.user_id, said.name, said.text, said.offset_ms) == ("42", "小 <南>", "1 & 2", 3500)
    assert only(danmaku(line("x", 3.5, user="小南"))).user_id == "小南"


def test_lines_without_a_row_are_told_apart_and_read_the_same_again() -> None:
    content = danmaku(line("1", 3.5), line("1", 3.5), line("2", 3.5))
    ids = [one.message_id for one in read(content) if isinstance(one, Said)]
    assert len(set(ids)) == 3
    assert ids == [one.message_id for one in read(content) if isinstance(one, Said)]


def test_a_super_chat_is_said_and_a_gift_is_not() -> None:
    gift = '<gift ts="1.0" user="a" giftname="花" giftcount="1"/><guard ts="2" user="a"/>'
    said = only(danmaku(gift, '<sc ts="7.25" user="小南" price="30" time="60">加油</sc>', gift))
    assert (said.text, said.name, said.offset_ms, said.tip) == ("加油", "小南", 7250, "¥30")
    assert only(danmaku('<sc ts="7" user="小南" price="x">加油</sc>')).tip == ""
    wordless = only(danmaku('<sc ts="7" user="小南" price="30"></sc>'))
    assert (wordless.text, wordless.tip) == ("", "¥30")


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (line("  ", 1), "no_words"),
        ('<d p="1,1"></d>', "no_words"),
        ('<d p="1,1">x</d>', "nobody"),
        (line('["0","0","1-1","9","drawn"]', 1, mode=7), "effect"),
        ('<d p="">x</d>', "invalid"),
        ('<d p="nan,1,25,0,0,0,u,1">x</d>', "invalid"),
        ('<d p="inf,1,25,0,0,0,u,1">x</d>', "invalid"),
        ("<d>x</d>", "invalid"),
    ],
)
def test_what_is_no_comment_has_a_reason(element: str, code: str) -> None:
    (found,) = read(danmaku(element))
    assert isinstance(found, Skipped)
    assert found.code == code


def test_milliseconds_are_seen_for_what_they_are() -> None:
    element = '<d p="1,1,25,0,1700000000123,0,u,5">x</d>'
    assert only(danmaku(element)).at_ms == 1_700_000_000_123


def test_characters_that_no_xml_may_hold_do_no_harm() -> None:
    content = danmaku(line("a\x00b\x08c", 1, row=1), line("d", 2, row=2))
    assert [one.text for one in read(content) if isinstance(one, Said)] == ["abc", "d"]
    long = danmaku(line("\x01" * 200_000, 1, row=1), line("d", 2, row=2))
    assert [one.text for one in read(long) if isinstance(one, Said)] == ["d"]


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    whole = danmaku(line("a", 1, row=1), line("b", 2, row=2))
    first, second, last = read(whole[: whole.rindex(b"</i>")])
    assert isinstance(first, Said)
    assert isinstance(second, Said)
    assert isinstance(last, Skipped)
    assert "after 2 comments" in last.reason


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE i [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE i SYSTEM "file:///etc/hostname">',
    ],
)
def test_a_file_that_defines_things_is_refused(head: str) -> None:
    (found,) = read(f'{head}<i><d p="1,1,25,0,0,0,u,1">&b;</d></i>'.encode())
    assert isinstance(found, Skipped)
    assert found.code == "invalid"
