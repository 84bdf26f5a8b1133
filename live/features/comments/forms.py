"""A comment, a new viewer's name, and the words to watch, read."""

from collections.abc import Mapping

from live.domain.tally import WORD_MAX, WORDS_MAX
from live.web.fields import Fields

COMMENT_MAX = 200  # characters
NAME_MAX = 40


def comment_text(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    text = fields.text("text", longest=COMMENT_MAX)
    fields.check()
    return text


def display_name(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """The viewer's own name, or an empty string. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    name = fields.text("display_name", longest=NAME_MAX, default="")
    fields.check()
    return name


def watched_words(values: Mapping[str, object], *, is_form: bool = False) -> list[str]:
    """The words to watch, each once, in the given order. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    words = fields.texts("words", longest=WORD_MAX, most=WORDS_MAX)
    if not is_form and not fields.has("words"):  # an empty list is how all are dropped
        fields.refuse("words", "required")
    fields.check()
    return list(dict.fromkeys(words))
