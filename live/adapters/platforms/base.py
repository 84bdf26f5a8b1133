"""What every reader reads its source to: `Said`, or `Skipped` for what is no comment."""

import re
import unicodedata
from dataclasses import dataclass

from live.domain.comment import SHOP, Incoming
from live.domain.ids import outside_viewer_id

PLATFORM = re.compile(rf"(?!{SHOP}$)[a-z0-9_]{{1,20}}")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment in the platform's own words. `user_id` is the platform's name for whoever said it,
    `message_id` (or "", where it has none) what tells a repetition.

    `tip`: what was paid to have it said, as the platform words it; "" for nothing. It is shown and never counted
    as money. `text` is "" where that was all that was given. `at_ms`: unix ms by the platform's clock. `offset_ms`: ms into a recording. None: it does not say.
    """

    platform: str
    message_id: str
    user_id: str
    name: str
    text: str
    at_ms: int | None = None
    offset_ms: int | None = None
    tip: str = ""

    def incoming(self) -> Incoming:
        """As the show takes it: its author is a viewer whose id is ours in form."""
        viewer = outside_viewer_id(self.platform, self.user_id)
        source = (self.platform, self.message_id, self.at_ms, self.tip)
        return Incoming(viewer, self.name, self.text, *source)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing to post. `code`: `no_words` (a join, a like), `event` (the platform speaks, not a
    viewer), `private`, `nobody` (no author), `effect` (drawn, not said) or `invalid`."""

    code: str
    reason: str


Read = Said | Skipped

NO_WORDS = Skipped("no_words", "Nothing is said in it.")
EVENT = Skipped("event", "The platform says it, not a viewer.")
NOBODY = Skipped("nobody", "It does not say who speaks.")


def plain(text: str) -> str:
    """On one line, without what cannot be printed: control characters, halves of a surrogate pair."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).encode("utf-8", "ignore").decode("utf-8").split())


def text_of(value: object) -> str:
    """An id or a text as the source wrote it; a whole number is as good as its digits."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, (str, int)) else ""


def object_of(value: object) -> dict[str, object]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """A JSON list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def platform_of(name: object) -> str:
    """A platform's name as we keep it; "other" for one without a letter of ours."""
    kept = "".join(re.findall(r"[a-z0-9_]", text_of(name).casefold()[:100]))[:20]
    return kept if kept and kept != SHOP else "other"
