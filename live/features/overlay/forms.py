"""What stands in an overlay's address beside its token."""

from collections.abc import Mapping
from dataclasses import dataclass

from live.web.words import LANGUAGES

THEMES = ("dark", "light", "contrast")
VOTES = "votes"  # the view of the overlay's screen that has them


@dataclass(frozen=True, slots=True)
class Look:
    """How the overlay is drawn. `lang` "": as its browser asks. `is_preview`: made-up figures, no socket."""

    lang: str = ""
    theme: str = THEMES[0]
    has_votes: bool = False
    has_qr: bool = False
    is_preview: bool = False

    @property
    def view(self) -> str:
        """As in `Audience.view`."""
        return VOTES if self.has_votes else ""


def look_of(query: Mapping[str, str]) -> Look:
    """Never raises: what is wrong in an address is left out, for nobody sees an error on air."""
    lang, theme = query.get("lang", ""), query.get("theme", "")
    return Look(
        lang=lang if lang in LANGUAGES else "",
        theme=theme if theme in THEMES else THEMES[0],
        has_votes=query.get("votes") == "1",
        has_qr=query.get("qr") == "1",
        is_preview=query.get("preview") == "1",
    )
