"""What kind of device a page is open on, as its browser says: a name to tell two tablets apart, nothing more."""

import re

# In this order: an Edge says Chrome too, and every Chrome says Safari.
_KINDS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """`iPad · Safari`; "?" for what says nothing of itself."""
    kind = next((name for mark, name in _KINDS if mark in user_agent), "")
    browser = next((name for mark, name in _BROWSERS if re.search(mark, user_agent)), "")
    return " · ".join(filter(None, (kind, browser))) or "?"
