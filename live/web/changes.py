"""What an act has changed, in words: “Price ¥59.00 → ¥5.90”."""

from collections.abc import Sequence
from datetime import datetime

from live.domain.changes import UNTOLD, Change, Value
from live.web.figures import clock, money, num
from live.web.words import is_known, translate

PRICES = frozenset({"price", "list_price"})
LENGTHS = frozenset({"duration_s", "hold_s"})  # minutes and seconds, as they stand in the line-up
SECONDS = frozenset({"countdown_s", "video_delay_s"})


def changes_said(changes: Sequence[Change], currency: str, lang: str) -> str:
    """In one line; of fields without words of ours nothing."""
    said = [_said(one, currency, lang) for one in changes if is_known(f"acts.field.{one.field}")]
    return translate(lang, "acts.comma").join(said)


def _said(one: Change, currency: str, lang: str) -> str:
    field = translate(lang, f"acts.field.{one.field}")
    if one.of:
        field = translate(lang, "acts.field_of", name=one.of, field=field)
    if one.field in UNTOLD:
        return translate(lang, "acts.other", field=field)
    before, after = (_value(one.field, value, currency, lang) for value in (one.before, one.after))
    return translate(lang, "acts.change", field=field, before=before, after=after)


def _value(field: str, value: Value, currency: str, lang: str) -> str:
    if value is None:
        return translate(lang, "acts.nothing")
    if isinstance(value, bool):
        return translate(lang, "acts.on" if value else "acts.off")
    if isinstance(value, int):
        if field in PRICES:
            return money(value, currency, lang)
        if field in LENGTHS:
            return f"{value // 60:02}:{value % 60:02}"
        return translate(lang, "acts.seconds", n=value) if field in SECONDS else num(value)
    if field == "starts_at":
        at = datetime.fromisoformat(value)
        return f"{at:%Y-%m-%d} {clock(at)} UTC"
    return value
