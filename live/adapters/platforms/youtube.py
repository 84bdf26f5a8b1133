"""YouTube's live chat, one JSON object a line, as yt-dlp records it (`--write-subs --sub-langs live_chat`).

`replayChatItemAction.actions[].addChatItemAction.item` holds one renderer. `videoOffsetTimeMsec` stands beside
the actions in a replay's recording, and one level up in one that was made while it was live.
"""

import json
from collections.abc import Iterable, Iterator

from live.adapters.platforms.base import (
    NO_WORDS,
    NOBODY,
    Read,
    Said,
    Skipped,
    list_of,
    object_of,
    plain,
    text_of,
)

PLATFORM = "youtube"
# A ticker repeats a paid message that was in the chat before.
SPOKEN = (
    "liveChatTextMessageRenderer",
    "liveChatPaidMessageRenderer",
    "liveChatPaidStickerRenderer",
    "liveChatMembershipItemRenderer",
)


def read(lines: Iterable[bytes]) -> Iterator[Read]:
    """All that was said; a line that is not JSON, as the last one of a broken download, is skipped."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            recorded = json.loads(line)
        except (ValueError, RecursionError):
            yield Skipped("invalid", f"Line {number} is not JSON.")
            continue
        yield from _read_line(object_of(recorded))


def is_youtube(sent: object) -> bool:
    """True for the object of one line."""
    return "replayChatItemAction" in object_of(sent)


def _read_line(recorded: dict[str, object]) -> Iterator[Read]:
    replayed = object_of(recorded.get("replayChatItemAction"))
    offset = replayed.get("videoOffsetTimeMsec", recorded.get("videoOffsetTimeMsec"))
    for action in list_of(replayed.get("actions")):
        item = object_of(object_of(object_of(action).get("addChatItemAction")).get("item"))
        if item:
            yield _read_item(item, _integer(offset))


def _read_item(item: dict[str, object], offset_ms: int | None) -> Read:
    renderer = next((object_of(item[name]) for name in SPOKEN if name in item), {})
    text = plain(
        "".join(_words_of(run) for run in list_of(object_of(renderer.get("message")).get("runs")))
    )
    tip = plain(text_of(object_of(renderer.get("purchaseAmountText")).get("simpleText")))
    if not text and not tip:
        return NO_WORDS
    name = plain(text_of(object_of(renderer.get("authorName")).get("simpleText")))
    user_id = text_of(renderer.get("authorExternalChannelId")) or name
    if not user_id:
        return NOBODY
    at_us = _integer(renderer.get("timestampUsec"))
    at_ms = at_us // 1000 if at_us else None
    return Said(PLATFORM, text_of(renderer.get("id")), user_id, name, text, at_ms, offset_ms, tip)


def _words_of(run: object) -> str:
    """Text as it is; an emoji as its character, or as `:name:` where it is the channel's own."""
    part = object_of(run)
    emoji = object_of(part.get("emoji"))
    if not emoji:
        return text_of(part.get("text"))
    shortcuts = list_of(emoji.get("shortcuts"))
    if emoji.get("isCustomEmoji") is True:
        return text_of(shortcuts[0]) if shortcuts else ""
    return text_of(emoji.get("emojiId"))


def _integer(value: object) -> int | None:
    """Numbers stand in texts."""
    try:
        return int(text_of(value)[:20])
    except ValueError:
        return None
