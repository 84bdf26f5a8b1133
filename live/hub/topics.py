"""Who listens to a show: the screens that are drawn, the roles that people have, and one listener."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Screen(StrEnum):
    """A page that the hub keeps fresh."""

    SETUP = "setup"
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


class Audience(NamedTuple):
    """Everyone in it is sent the same bytes. `view`: what of the screen they have chosen to see, one of VIEWS."""

    screen: Screen
    lang: str
    view: str = ""


# Of the control room: which comments are listed; "": all. Of the overlay: whether it has the votes.
VIEWS: Mapping[Screen, frozenset[str]] = {
    Screen.OVERLAY: frozenset({"", "votes"}),
    Screen.CONTROL: frozenset({"", "questions", "buyers", "held"}),
}
NO_CHOICE = frozenset({""})


def audience_of(screen: str, lang: str, view: str) -> Audience | None:
    """None for what we have not."""
    if screen not in set(Screen) or lang not in LANGUAGES:
        return None
    known = Screen(screen)
    return Audience(known, lang, view) if view in VIEWS.get(known, NO_CHOICE) else None


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever is at the other end of a socket, as the login or the token says."""

    role: Role
    viewer_id: str | None
    name: str
    is_crew: bool = False  # a viewer who is one of the crew: no audience
    is_obs: bool = False  # an overlay that OBS shows, by its own word
