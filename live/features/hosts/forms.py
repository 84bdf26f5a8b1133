"""Requests about cues and questions, read into commands."""

from collections.abc import Mapping

from live.web.fields import Fields

CUE_MAX = 200
COMMENT_ID_MAX = 64
QUICK_MAX = 8  # quick cues of a room: more are not quick
QUICK_TEXT_MAX = 40


def cue_text(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    text = fields.text("text", longest=CUE_MAX)
    fields.check()
    return text


def quick_cues(values: Mapping[str, object]) -> list[str]:
    """A program's list. Raises Invalid."""
    fields = Fields(values)
    if values.get("texts") is None:
        fields.refuse("texts", "required")  # nobody takes all of them away by leaving a name out
    texts = fields.texts("texts", longest=QUICK_TEXT_MAX, most=QUICK_MAX)
    fields.check()
    return texts


def typed_quick_cues(values: Mapping[str, object]) -> list[str]:
    """One a line, as somebody typed or pasted them; empty lines do not count. Raises Invalid."""
    lines = [line.strip() for line in str(values.get("texts", "")).splitlines()]
    return quick_cues({"texts": [line for line in lines if line]})


def comment_id(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """The comment that is sent over. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    comment = fields.text("comment_id", longest=COMMENT_ID_MAX)
    fields.check()
    return comment
