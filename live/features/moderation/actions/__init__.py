"""Moderation: a comment (`comments.py`), many of them (`many.py`), who says them (`viewers.py`), the rules (`rules.py`).

All of it is facts in the show's log, so it works while SQL is away, and goes on record as acts.
"""

from live.features.moderation.actions.comments import hide, pin, show, shown_words, unpin
from live.features.moderation.actions.many import HIDDEN_MAX, approve, bring_back, hide_all
from live.features.moderation.actions.rules import set_rules
from live.features.moderation.actions.viewers import ban, free, mute, shadow_ban

__all__ = [
    "HIDDEN_MAX", "approve", "ban", "bring_back", "free", "hide", "hide_all", "mute", "pin", "set_rules",
    "shadow_ban", "show", "shown_words", "unpin",
]  # fmt: skip
