"""A comment, a new viewer's name, and the words to watch, read."""

from collections.abc import Mapping

from live.domain.comment import ChatView
from live.domain.tally import WORD_MAX, WORDS_MAX
from live.web.fields import Fields

COMMENT_MAX = 200  # characters
NAME_MAX = 40
PAGE_MAX = 500
AFTER_MAX = 2**53


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


def page_of_comments(query: Mapping[str, str]) -> tuple[ChatView, int, int]:
    """(view, after, limit). Raises Invalid."""
    fields = Fields(dict(query), is_form=True)
    view = ChatView(fields.choice("filter", ChatView, default=ChatView.ALL))
    after = fields.integer("after", least=0, most=AFTER_MAX, default=0)
    limit = fields.integer("limit", least=1, most=PAGE_MAX, default=100)
    for name in sorted(set(query) - {"filter", "after", "limit"}):
        fields.refuse(name, "unknown")  # a filter spelt wrong must not look like no filter
    fields.check()
    return view, after, limit
