"""A comment, and a new viewer's name, read."""

from collections.abc import Mapping

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
