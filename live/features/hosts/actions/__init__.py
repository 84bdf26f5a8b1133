"""What is said to the host (`said.py`), what is at hand to say (`quick.py`), and the devices that show it (`links.py`)."""

from live.features.hosts.actions.links import Link, find_link, join, make_link, revoke_link
from live.features.hosts.actions.quick import quick_cues, quick_mark, set_quick_cues
from live.features.hosts.actions.said import ask, mark_ask, mark_cue, send_cue

__all__ = [
    "Link", "ask", "find_link", "join", "make_link", "mark_ask", "mark_cue", "quick_cues", "quick_mark",
    "revoke_link", "send_cue", "set_quick_cues",
]  # fmt: skip
