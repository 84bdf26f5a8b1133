"""What people are called on the screens: guests in the reader's language, buyers masked on air."""

import re
from functools import cache

from live.web.words import LANGUAGES, sentence, translate

MASK = "**"


def called(name: str, lang: str) -> str:
    """The name as it stands; a guest's, which was made up in some language, in this one."""
    number = _guest_number(name)
    if number:
        return translate(lang, "watch.guest", n=number)
    return name or translate(lang, "watch.nameless")


def room(title: str, lang: str) -> str:
    """A room's name as it stands; the one that it has until somebody renames it, in this language."""
    if title in {sentence(one, "rooms.default") for one in LANGUAGES}:
        return translate(lang, "rooms.default")
    return title


def masked(name: str, lang: str) -> str:
    """A buyer's name on air: `王小明` → `王**明`, so that two of one family are told apart.

    Says nothing of its length. A guest's made-up name hides nobody and stays whole.
    """
    if not name or _guest_number(name):
        return called(name, lang)
    last = name[-1] if len(name) > 2 else ""
    return f"{name[0]}{MASK}{last}"


def brief(name: str, lang: str) -> str:
    """As `masked`, for a line with little room: of a guest the number alone, which is all that tells guests apart."""
    return _guest_number(name) or masked(name, lang)


def _guest_number(name: str) -> str:
    found = _guests().fullmatch(name)
    return next(filter(None, found.groups())) if found else ""


@cache
def _guests() -> re.Pattern[str]:
    """What `watch.guest` makes, in any language."""
    number = "([0-9A-Z]{4})"
    parts = [sentence(lang, "watch.guest").split("{n}") for lang in LANGUAGES]
    return re.compile("|".join(number.join(map(re.escape, part)) for part in parts))
