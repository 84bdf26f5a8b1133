"""What viewers say (`say.py`), what the crew says to them (`shop.py`), and the words that are counted (`words.py`)."""

from live.features.comments.actions.say import SlowMode, post, post_many
from live.features.comments.actions.shop import reply
from live.features.comments.actions.words import change_rules, watch_words

__all__ = ["SlowMode", "change_rules", "post", "post_many", "reply", "watch_words"]
