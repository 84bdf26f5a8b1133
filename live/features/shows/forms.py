"""Requests about shows, read into commands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from live.domain.money import CURRENCIES
from live.web.fields import Fields

TITLE_MAX = 120
CUE_MAX = 200


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """What an operator says about a show."""

    title: str
    currency: str
    starts_at: datetime | None
    stream_url: str | None
    auto_start: bool  # goes on air by itself at `starts_at`


def show_facts(values: Mapping[str, object], now: datetime, *, is_form: bool = False) -> ShowFacts:
    """Raises Invalid, also for a start by itself at a time that is past."""
    fields = Fields(values, is_form=is_form)
    facts = ShowFacts(
        title=fields.text("title", longest=TITLE_MAX),
        currency=fields.choice("currency", sorted(CURRENCIES), default="CNY"),
        starts_at=fields.moment_or_none("starts_at"),
        stream_url=fields.url("stream_url", default="") or None,
        auto_start=fields.flag("auto_start"),
    )
    if facts.auto_start and facts.starts_at is None:
        fields.refuse("starts_at", "required")
    if facts.auto_start and facts.starts_at is not None and facts.starts_at <= now:
        fields.refuse("starts_at", "past")
    fields.check()
    return facts


def room_wanted(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """The id of the room that a new show is to be in; empty when none is named. Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    room_id = fields.text("room_id", longest=64, default="")
    fields.check()
    return room_id


def cue_text(values: Mapping[str, object], *, is_form: bool = False) -> str:
    """Raises Invalid."""
    fields = Fields(values, is_form=is_form)
    text = fields.text("text", longest=CUE_MAX)
    fields.check()
    return text
