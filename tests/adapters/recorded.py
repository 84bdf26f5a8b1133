"""Recordings as the tools write them, of our own making."""

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr


def youtube_line(
    text: str,
    offset_ms: int,
    *,
    live: bool = False,
    kind: str = "liveChatTextMessageRenderer",
    **more: Any,
) -> str:
    renderer = {
        "message": {"runs": [{"text": text}]},
        "authorName": {"simpleText": "Mia"},
        "authorExternalChannelId": "UC-mia",
        "id": f"yt-{offset_ms}-{text}",
        "timestampUsec": str((1_700_000_000_000 + offset_ms) * 1000),
    } | more
    action = {"addChatItemAction": {"item": {kind: renderer}, "clientId": "c"}}
    offset = {"videoOffsetTimeMsec": str(offset_ms)}
    if live:
        return json.dumps({"replayChatItemAction": {"actions": [action]}, **offset, "isLive": True})
    return json.dumps({"replayChatItemAction": {"actions": [action], **offset}})


def danmaku(*elements: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><i><chatserver>chat.bilibili.com</chatserver>'
    return f"{head}<chatid>1</chatid>{''.join(elements)}</i>".encode()


def said(text: str, seconds: float, *, row: int = 0, mode: int = 1, **attributes: str) -> str:
    more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    p = f"{seconds:.5f},{mode},25,16777215,1700000000,0,4fe08d3,{row}"
    return f'<d p="{p}"{more}>{escape(text)}</d>'


def social(**fields: Any) -> dict[str, Any]:
    """As Social Stream Ninja posts it, with what nobody here looks at."""
    return {
        "chatname": "Mia",
        "chatmessage": "want one",
        "type": "tiktok",
        "userid": "mia7",
        "id": 41,
        "timestamp": 1_700_000_000_000,
        "chatbadges": ["https://example.com/a.png"],
        "nameColor": "",
        "hasDonation": "",
        "membership": "",
        "textonly": False,
        "chatimg": "https://example.com/b.png",
    } | fields
