"""A comment, read."""

from collections.abc import Mapping

from live.web.fields import Fields

COMMENT_MAX = 200  # characters


def comment_text(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    text = fields.text("text", longest=COMMENT_MAX)
    fields.check()
    return text
