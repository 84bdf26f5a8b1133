"""What viewers say (`say.py`), and the words that are counted (`words.py`)."""

from live.features.comments.actions.say import SlowMode, post, post_many
from live.features.comments.actions.words import change_rules, watch_words

__all__ = ["SlowMode", "change_rules", "post", "post_many", "watch_words"]
