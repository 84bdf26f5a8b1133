"""Requests about shows, read into commands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from live.domain.moments import rfc3339_of
from live.domain.money import CURRENCIES
from live.domain.snippets import Snippets
from live.errors import Invalid
from live.store.shows import Show
from live.web.fields import Fields, field_error

TITLE_MAX = 120
EARLIEST = datetime.fromtimestamp(0, UTC)
VIDEO_DELAY_MAX_S = 60


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """What an operator says about a show."""

    title: str
    currency: str
    starts_at: datetime | None
    stream_url: str | None
    auto_start: bool  # goes on air by itself at `starts_at`
    video_delay_s: int = 0  # viewers see and hear the host so much later


@dataclass(frozen=True, slots=True)
class NewShow:
    """`room_id`: the room that it is to be in; empty when none is named."""

    facts: ShowFacts
    room_id: str
    is_demo: bool


def show_facts(values: Mapping[str, object], now: datetime, *, is_form: bool = False) -> ShowFacts:
    """Raises Invalid, also for a start by itself at a time that is past."""
    fields = Fields(values, is_form=is_form)
    facts = _facts(fields, now)
    fields.check()
    return facts


def new_show(values: Mapping[str, object], now: datetime, *, is_form: bool = False) -> NewShow:
    """Raises Invalid, as `show_facts`."""
    fields = Fields(values, is_form=is_form)
    new = NewShow(
        facts=_facts(fields, now),
        room_id=fields.text("room_id", longest=64, default=""),
        is_demo=fields.flag("demo"),
    )
    fields.check()
    return new


def changed_facts(
    values: Mapping[str, object], show: Show, now: datetime, *, auto_start: bool
) -> ShowFacts:
    """Of a show that is changed by a program: what is not sent stays as it is, null takes away what may be none. `auto_start` as
    it is now. Raises Invalid; a start by itself that is as it was is not judged again."""
    before: dict[str, object] = {
        "title": show.title,
        "currency": show.currency,
        "starts_at": rfc3339_of(show.starts_at) if show.starts_at else None,
        "stream_url": show.stream_url,
        "video_delay_s": show.video_delay_s,
        "auto_start": auto_start,
    }
    missing = [name for name in ("currency", "auto_start") if values.get(name, "") is None]
    if missing:
        raise Invalid([field_error(name, "required") for name in missing])
    is_judged = bool({"starts_at", "auto_start"} & values.keys())
    return show_facts(before | dict(values), now if is_judged else EARLIEST)


def copied_facts(
    values: Mapping[str, object], show: Show, now: datetime, *, is_form: bool = False
) -> ShowFacts:
    """Of a show that is made after another one: what is not sent is as it was, save the time. Raises
    Invalid."""
    before: dict[str, object] = {"title": show.title, "stream_url": show.stream_url}
    before["video_delay_s"] = str(show.video_delay_s) if is_form else show.video_delay_s
    # A form sends what was left empty, too; a program's empty address is said to be as before.
    may_be_empty = values.keys() if is_form else {"stream_url"}
    left_out = {name for name in may_be_empty if values.get(name) == ""}
    sent = {
        name: value for name, value in values.items() if value is not None and name not in left_out
    }
    facts = show_facts(
        {name: value for name, value in before.items() if value} | sent, now, is_form=is_form
    )
    if facts.currency != show.currency and "currency" in sent:
        raise Invalid([field_error("currency", "currency_fixed")])
    return replace(facts, currency=show.currency)


def _facts(fields: Fields, now: datetime) -> ShowFacts:
    facts = ShowFacts(
        title=fields.text("title", longest=TITLE_MAX),
        currency=fields.choice("currency", sorted(CURRENCIES), default="CNY"),
        starts_at=fields.moment_or_none("starts_at"),
        stream_url=fields.url("stream_url", default="") or None,
        auto_start=fields.flag("auto_start"),
        video_delay_s=fields.integer("video_delay_s", least=0, most=VIDEO_DELAY_MAX_S, default=0),
    )
    if facts.auto_start and facts.starts_at is None:
        fields.refuse("starts_at", "required")
    if facts.auto_start and facts.starts_at is not None and facts.starts_at <= now:
        fields.refuse("starts_at", "past")
    return facts


def snippets(values: Mapping[str, object], which: Snippets) -> list[str]:
    """A program's list. Raises Invalid."""
    fields = Fields(values)
    if values.get("texts") is None:
        fields.refuse("texts", "required")  # nobody takes all of them away by leaving a name out
    texts = fields.texts("texts", longest=which.longest, most=which.most)
    fields.check()
    return texts


def typed_snippets(values: Mapping[str, object], which: Snippets) -> list[str]:
    """One a line, as somebody typed or pasted them; empty lines do not count. Raises Invalid."""
    lines = [line.strip() for line in str(values.get("texts", "")).splitlines()]
    return snippets({"texts": [line for line in lines if line]}, which)
