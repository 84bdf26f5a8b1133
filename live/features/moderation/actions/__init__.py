"""Moderation: comments (`comments.py`), who says them (`viewers.py`), the rules (`rules.py`).

All of it is facts in the show's log, so it works while SQL is away, and goes on record as acts.
"""

from live.features.moderation.actions.comments import approve, hide, pin, show, unpin
from live.features.moderation.actions.rules import import_words, set_rules
from live.features.moderation.actions.viewers import ban, free, mute, shadow_ban

__all__ = [
    "approve", "ban", "free", "hide", "import_words", "mute", "pin", "set_rules",
    "shadow_ban", "show", "unpin",
]  # fmt: skip
