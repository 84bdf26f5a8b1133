"""Requests about cues and questions, read into commands."""

from collections.abc import Mapping

from live.web.fields import Fields

CUE_MAX = 200
COMMENT_ID_MAX = 64


def cue_text(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    text = fields.text("text", longest=CUE_MAX)
    fields.check()
    return text


def comment_id(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """The comment that is sent over. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    comment = fields.text("comment_id", longest=COMMENT_ID_MAX)
    fields.check()
    return comment
