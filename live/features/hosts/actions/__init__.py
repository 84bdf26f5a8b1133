"""What is said to the host (`said.py`), and the devices that show it (`links.py`)."""

from live.features.hosts.actions.links import Link, find_link, join, make_link, revoke_link
from live.features.hosts.actions.said import ask, mark_ask, mark_cue, send_cue

__all__ = [
    "Link", "ask", "find_link", "join", "make_link", "mark_ask", "mark_cue",
    "revoke_link", "send_cue",
]  # fmt: skip
