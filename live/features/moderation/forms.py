"""Requests about the chat and who speaks in it, read into commands."""

from collections.abc import Mapping
from dataclasses import replace

from live.domain.ids import ID_MAX
from live.domain.moderation import (
    BLOCKED_MAX,
    BLOCKED_WORD_MAX,
    MUTE_MAX_S,
    SLOW_MAX_S,
    ChatRules,
)
from live.domain.tally import WINDOW_MAX_S
from live.features.comments.forms import NAME_MAX
from live.web.fields import Fields

BODY_MAX = (
    1024 * 1024
)  # bytes of rules: 2,000 words of 40 characters, each of them twelve in JSON at worst
IDS_MAX = 500  # comments brought back at once
PER_SHOW = "show"  # the tally's window, in words: a viewer counts once per word in the whole show


def mute(values: Mapping[str, object], *, is_form: bool = False) -> tuple[int, str]:
    """Seconds, and how the viewer is called. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    seconds, name = fields.integer("seconds", least=1, most=MUTE_MAX_S), _name(fields)
    fields.check()
    return seconds, name


def up_to(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """The newest comment that whoever approves has read. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    comment = fields.text("up_to", longest=ID_MAX)
    fields.check()
    return comment


def comment_ids(values: Mapping[str, object], *, is_form: bool = False) -> list[str]:
    """Which comments, IDS_MAX at most; a form gives them with commas between. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    ids = fields.texts("comments", longest=ID_MAX, most=IDS_MAX)
    if not ids:
        fields.refuse("comments", "required")
    fields.check()
    return ids


def viewer_name(values: Mapping[str, object]) -> str:
    """How the viewer is called, for the record; may be left out. Raises Invalid."""
    fields = Fields(values)
    name = _name(fields)
    fields.check()
    return name


def chat_rules(
    values: Mapping[str, object], before: ChatRules, *, is_form: bool = False
) -> ChatRules:
    """What is not sent stays, save that a form's box that is not ticked is sent as nothing at all; a form's
    blocked words are a text (`blocked_words`). Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    rules = replace(
        before,
        slow_s=fields.integer("slow_s", least=0, most=SLOW_MAX_S, default=before.slow_s),
        tally_window_s=_window(fields, values, before.tally_window_s, is_form=is_form),
    )
    if is_form or fields.has("premoderation"):
        rules = replace(rules, premoderation=fields.flag("premoderation"))
    if is_form or fields.has("links_off"):
        rules = replace(rules, links_off=fields.flag("links_off"))
    if not is_form and fields.has("blocked"):
        blocked = fields.texts("blocked", longest=BLOCKED_WORD_MAX, most=BLOCKED_MAX)
        rules = replace(rules, blocked=tuple(dict.fromkeys(blocked)))
    fields.check()
    return rules


def _name(fields: Fields) -> str:
    return fields.text("name", longest=NAME_MAX, default="")


def _window(
    fields: Fields, values: Mapping[str, object], before: int | None, *, is_form: bool
) -> int | None:
    name = "tally_window_s"
    if name not in values or (is_form and not values[name]):
        return before
    if not fields.has(name) or values[name] == PER_SHOW:
        return None
    return fields.integer(name, least=0, most=WINDOW_MAX_S)
