"""Requests about a rehearsal's crowd, read into commands."""

from collections.abc import Mapping

from live.domain.crowd import LENGTH_MAX_S, TIMES_MAX, VIEWERS_MAX, Mood, Wanted
from live.web.fields import Fields

LENGTH_DEFAULT_S = 900


def wanted_crowd(values: Mapping[str, object], *, is_form: bool = False) -> Wanted:
    """Raises Invalid. `conversion` 0: as the mood has it."""
    fields = Fields(values, is_form=is_form)
    wanted = Wanted(
        viewers=fields.integer("viewers", least=1, most=VIEWERS_MAX, default=500),
        mood=Mood(fields.choice("mood", list(Mood), default=Mood.LIVELY)),
        conversion=fields.integer("conversion", least=0, most=100, default=0),
        after=fields.text("after", longest=64, default=""),
        times=fields.integer("percent", least=10, most=round(TIMES_MAX * 100), default=100) / 100,
        length_s=fields.integer("length_s", least=10, most=LENGTH_MAX_S, default=LENGTH_DEFAULT_S),
    )
    fields.check()
    return wanted
