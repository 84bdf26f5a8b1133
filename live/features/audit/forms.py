"""Which part of the audit log is asked for, read."""

from collections.abc import Mapping
from dataclasses import dataclass

from live.domain.act import ActKind
from live.web.fields import Fields

PAGE_MAX = 500
AFTER_MAX = 2**53


def page_of_acts(query: Mapping[str, str]) -> tuple[int, int]:
    """(after, limit). Raises Invalid."""
    fields = Fields(dict(query), is_form=True)
    after = fields.integer("after", least=0, most=AFTER_MAX, default=0)
    limit = fields.integer("limit", least=1, most=PAGE_MAX, default=100)
    for name in sorted(set(query) - {"after", "limit"}):
        fields.refuse(name, "unknown")
    fields.check()
    return after, limit


@dataclass(frozen=True, slots=True)
class ActsWanted:
    """What a reader of the record looks for: of whom, of which kind, before which act; None: all."""

    who: str | None
    kind: ActKind | None
    before: int | None


def acts_wanted(query: Mapping[str, str]) -> ActsWanted:
    """Raises Invalid."""
    fields = Fields(dict(query), is_form=True)
    before = fields.integer("before", least=1, most=AFTER_MAX, default=0)
    kind = fields.choice("kind", ActKind, default="")
    fields.check()
    return ActsWanted(query.get("who") or None, ActKind(kind) if kind else None, before or None)
