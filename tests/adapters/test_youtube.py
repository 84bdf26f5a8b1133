import json
from typing import Any

import pytest

from live.adapters.platforms.base import Read, Said, Skipped
from live.adapters.platforms.youtube import read
from tests.adapters.recorded import youtube_line


def all_of(*lines: str) -> list[Read]:
    return list(read(line.encode() for line in lines))


def only(*lines: str) -> Said:
    (found,) = all_of(*lines)
    assert isinstance(found, Said)
    return found


@pytest.mark.parametrize("live", [False, True])
def test_a_message_in_a_replay_and_in_a_live_recording(live: bool) -> None:
    said = only(youtube_line("想要", 12_500, live=live))
    assert said == Said(
        "youtube", "yt-12500-想要", "UC-mia", "Mia", "想要", 1_700_000_012_500, 12_500
    )


def test_an_emoji_is_its_character_and_a_channels_own_its_name() -> None:
    runs = [
        {"text": "go "},
        {"emoji": {"emojiId": "🔥", "shortcuts": [":fire:"]}},
        {"emoji": {"emojiId": "UC1/abc", "shortcuts": [":_logo:"], "isCustomEmoji": True}},
        {"emoji": {"emojiId": "UC1/abd", "isCustomEmoji": True}},
        {"text": " now", "bold": True},
    ]
    assert only(youtube_line("", 0, message={"runs": runs})).text == "go 🔥:_logo: now"


def test_a_paid_message_and_a_members_are_said_too() -> None:
    for kind in ("liveChatPaidMessageRenderer", "liveChatMembershipItemRenderer"):
        assert only(youtube_line("thanks", 1, kind=kind)).text == "thanks"


def test_what_was_paid_is_there_also_without_a_word() -> None:
    paid = {"simpleText": "$5.00"}
    for kind in ("liveChatPaidMessageRenderer", "liveChatPaidStickerRenderer"):
        said = only(youtube_line("", 1, kind=kind, message={}, purchaseAmountText=paid))
        assert (said.text, said.tip) == ("", "$5.00")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (youtube_line("", 0, message={}), "no_words"),
        (youtube_line("", 0, message={}, kind="liveChatPaidStickerRenderer"), "no_words"),
        (youtube_line("x", 0, kind="liveChatViewerEngagementMessageRenderer"), "no_words"),
        (youtube_line("x", 0, authorName={}, authorExternalChannelId=None), "nobody"),
        ('{"replayChatItemAction": {"actions": [', "invalid"),
        ("[" * 100_000, "invalid"),
    ],
)
def test_what_is_no_comment_has_a_reason(line: str, code: str) -> None:
    (found,) = all_of(line)
    assert isinstance(found, Skipped)
    assert found.code == code


@pytest.mark.parametrize(
    "recorded",
    [
        {},
        [],
        None,
        {"replayChatItemAction": None},
        {"replayChatItemAction": {"actions": [{"addLiveChatTickerItemAction": {"item": {}}}]}},
        {"replayChatItemAction": {"actions": "x"}},
    ],
)
def test_other_actions_are_passed_over(recorded: Any) -> None:
    assert all_of(json.dumps(recorded), "", "  ") == []


def test_a_message_without_a_time_is_still_one() -> None:
    line = json.loads(youtube_line("hi", 0, timestampUsec="soon"))
    del line["replayChatItemAction"]["videoOffsetTimeMsec"]
    said = only(json.dumps(line))
    assert (said.at_ms, said.offset_ms) == (None, None)
