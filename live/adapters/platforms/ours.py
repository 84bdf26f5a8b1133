"""Our own shape, for programs that fetch comments themselves:

{"platform": "douyin", "comments": [{"message_id": "…", "user_id": "…", "name": "…", "text": "…", "tip": "…",
    "at": "…"}]}

`name`, `tip` (what was paid to have it said, such as "$5.00") and `at` (RFC 3339) may be left out, and `text` beside a `tip`; an id may be text or a whole number.
"""

from collections.abc import Mapping
from datetime import datetime

from live.adapters.platforms.base import Read, Said, Skipped, object_of, text_of


def read(platform: str, sent: object) -> Read:
    """One of `comments`, strictly: whoever writes our shape wants to hear what is wrong with it."""
    message = object_of(sent)
    tip = text_of(message.get("tip"))
    wanted = ("message_id", "user_id") if tip else ("message_id", "user_id", "text")
    missing = [name for name in wanted if not text_of(message.get(name))]
    if missing:
        return Skipped("invalid", f"{missing[0]} is required, as text.")
    at = message.get("at")
    at_ms = _unix_ms(at)
    if at is not None and at_ms is None:
        return Skipped("invalid", "at must be a time such as 2026-11-22T20:00:00Z.")
    return Said(
        platform,
        text_of(message["message_id"]),
        text_of(message["user_id"]),
        text_of(message.get("name")),
        text_of(message.get("text")),
        at_ms,
        tip=tip,
    )


def is_ours(sent: Mapping[str, object]) -> bool:
    """True for what has the outer form of our shape."""
    return "comments" in sent


def _unix_ms(at: object) -> int | None:
    if not isinstance(at, str) or len(at) > 40:
        return None
    try:
        moment = datetime.fromisoformat(at)
        return int(moment.timestamp() * 1000) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
