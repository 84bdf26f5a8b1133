"""Who listens to a show: the screens that are drawn, the roles that people have, and one listener."""

from dataclasses import dataclass
from enum import StrEnum


class Screen(StrEnum):
    """A page that the hub keeps fresh."""

    CONTROL = "control"
    HOST = "host"
    OVERLAY = "overlay"
    VIEWER = "viewer"


class Role(StrEnum):
    OPERATOR = "operator"
    HOST = "host"
    OVERLAY = "overlay"
    VIEWER = "viewer"


EVENTS = "events"  # the API socket, beside the four screens, where clients are counted
LANGUAGES = ("zh", "en")
STAFF = frozenset({Role.OPERATOR, Role.HOST})  # they see the show's numbers and its cues
ORDER_READERS = frozenset({Role.OPERATOR})  # who bought what: a host has no business with it

Audience = tuple[Screen, str]  # screen and language: everyone in it is sent the same bytes


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever is at the other end of a socket, as the login or the token says."""

    role: Role
    viewer_id: str | None
    name: str
