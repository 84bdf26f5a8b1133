"""Moderation: comments (`comments.py`), who says them (`viewers.py`), the rules (`rules.py`).

All of it is facts in the show's log, so it works while SQL is away, and goes on record as acts.
"""

from live.features.moderation.actions.comments import approve, hide, pin, show, shown_words, unpin
from live.features.moderation.actions.rules import set_rules
from live.features.moderation.actions.viewers import ban, free, mute, shadow_ban

__all__ = [
    "approve", "ban", "free", "hide", "mute", "pin", "set_rules",
    "shadow_ban", "show", "shown_words", "unpin",
]  # fmt: skip
