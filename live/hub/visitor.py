"""A page whose sockets are blocked: it asks over HTTP every other second, and counts as here in between."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from live.domain.attendance import Picture
from live.hub.topics import Audience, Who


@dataclass(eq=False)
class Drawn:
    """A screen as it was last drawn for an audience; `at`: when it was last known to be true (monotonic)."""

    partials: Mapping[str, str]
    at: float

    @cached_property
    def mark(self) -> str:
        return mark_of(self.partials)


@dataclass(eq=False, slots=True)
class Visitor:
    """Everyone of the crew who polls the same screen is one visitor; of viewers, each is one.

    `own`: what only this viewer sees, drawn when `personal_due`. `until`: gone, if not heard of again
    (monotonic).
    """

    who: Who
    audience: Audience
    until: float
    personal_due: bool
    own: Mapping[str, str] = field(default_factory=dict)
    own_mark: str = ""
    picture: Picture | None = None  # as the page said last
    is_watched: bool = False  # somebody will see when they have gone


def mark_of(partials: Mapping[str, str]) -> str:
    """Tells one drawing from another, in every process alike."""
    return hashlib.blake2b("\n".join(partials.values()).encode(), digest_size=9).hexdigest()
