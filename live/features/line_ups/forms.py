"""Requests about line-ups, read into commands."""

from collections.abc import Mapping

from live.domain.pasted import TEXT_MAX
from live.web.fields import Fields

NAME_MAX = 80
__all__ = ["NAME_MAX", "TEXT_MAX", "pasted_text", "template_id", "template_name"]


def pasted_text(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """As it was typed, line by line. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    text = fields.text("text", longest=TEXT_MAX, many_lines=True)
    fields.check()
    return text


def template_name(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    name = fields.text("name", longest=NAME_MAX)
    fields.check()
    return name


def template_id(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    line_up = fields.text("line_up", longest=64)
    fields.check()
    return line_up
