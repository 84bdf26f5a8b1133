import json
from collections.abc import Callable
from pathlib import Path

import pytest

from live.adapters.platforms.recordings import NotARecordingError, Recording, open_recording
from tests.adapters.recorded import danmaku, social, youtube_line
from tests.adapters.recorded import said as line

Opened = Callable[[bytes | str], Recording]
OURS = {
    "platform": "douyin",
    "comments": [
        {"message_id": 2, "user_id": "b", "text": "second", "at": "2026-11-22T12:00:09.500Z"},
        {"message_id": 3, "user_id": "b", "text": "untimed"},
        {"message_id": 1, "user_id": "a", "text": "first", "at": "2026-11-22T20:00:00+08:00"},
        {"message_id": 4, "user_id": "a"},
    ],
}


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def make(content: bytes | str) -> Recording:
        path = tmp_path / "recorded"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_recording(path)

    return make


def told(recording: Recording) -> list[tuple[str, int | None]]:
    return [(one.text, one.offset_ms) for one in recording.said]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_the_content_tells_the_format(opened: Opened, bom: bytes) -> None:
    contents = {
        "Bilibili danmaku": danmaku(line("x", 1, row=1)),
        "YouTube live chat": youtube_line("x", 1000).encode(),
        "our own shape": json.dumps(OURS).encode(),
        "Social Stream Ninja": json.dumps([social()]).encode(),
    }
    assert [opened(bom + content).source for content in contents.values()] == list(contents)


def test_comments_come_in_the_order_in_which_they_were_said(opened: Opened) -> None:
    content = danmaku(line("b", 9.5, row=2), line("a", 1, row=1), line("", 2))
    recording = opened(content)
    assert told(recording) == [("a", 1000), ("b", 9500)]
    assert recording.skipped == {"no_words": 1}


def test_what_has_no_place_of_its_own_goes_by_the_clock(opened: Opened) -> None:
    for content in (json.dumps(OURS), json.dumps(OURS, indent=1), f"\n{json.dumps(OURS)}\n"):
        recording = opened(content)
        assert told(recording) == [("first", 0), ("second", 9500), ("untimed", 9500)]
        assert recording.skipped == {"invalid": 1}
        assert {one.platform for one in recording.said} == {"douyin"}


def test_what_was_said_before_the_beginning_comes_first(opened: Opened) -> None:
    lines = [youtube_line("late", 500), youtube_line("early", -90_000, live=True)]
    assert told(opened("\n".join(lines))) == [("early", 0), ("late", 500)]


def test_one_message_a_line(opened: Opened) -> None:
    begin = 1_700_000_000_000
    lines = [social(timestamp=begin + 250, type="kick"), social(timestamp=begin), {"x": 1}]
    recording = opened("\n".join(map(json.dumps, lines)) + "\n{broken")
    assert [(one.platform, one.offset_ms) for one in recording.said] == [
        ("tiktok", 0),
        ("kick", 250),
    ]
    assert recording.skipped == {"invalid": 2}


@pytest.mark.parametrize(
    "content", ["", "hello", "{", "[1, 2]", '{"a": 1}', "[]", "\x89PNG", "[" * 100_000, "null"]
)
def test_another_file_is_no_recording(opened: Opened, content: str) -> None:
    with pytest.raises(NotARecordingError):
        opened(content)
