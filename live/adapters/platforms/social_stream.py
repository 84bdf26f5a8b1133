"""Social Stream Ninja: what its "send messages to a server (POST)" sends, one object for each message.

Of its fields only those count here: `type` (the platform), `chatname`, `chatmessage` (HTML with emotes as
`<img alt>`, unless `textonly`), `userid`, `id`, `timestamp`, `event`, `private`, `hasDonation` (what was paid, in
words), `meta.messageId`. Its `id` is
a counter that begins anew, somewhere, whenever the extension starts: alone it tells no repetition.
"""

import html
import re
from hashlib import sha256

from live.adapters.platforms.base import (
    EVENT,
    NO_WORDS,
    NOBODY,
    Read,
    Said,
    Skipped,
    object_of,
    plain,
    platform_of,
    text_of,
)

MARKUP_MAX = 20_000  # characters; an emote is some 300, and no platform lets anyone say so much
SAME = {"youtubeshorts": "youtube"}  # two windows on one chat
# What it calls an event though a viewer speaks; anything else with a name is the platform's own sentence.
SPOKEN_EVENTS = frozenset({"superchat", "donation", "cheer", "resub", "message", "reply", "bits"})

# Each part ends at the next `<` at the latest: a text of nothing but `<` is read in one go.
_DROPPED = re.compile(
    r"<(script|style)\b[^<]*+(?:<(?!/\1\b)[^<]*+)*+(?:</\1\s*>)?|<!--(?:[^-<]++|-(?!->)|<(?!!--))*+(?:-->)?",
    re.I,
)
_TAG = re.compile(r"<(/?[a-z][a-z0-9]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.I)
_ALT = re.compile(r"\b(?:alt|title)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.I)
_BREAKS = frozenset({"br", "p", "div", "li", "tr"})


def read(sent: object) -> Read:
    """One message, as far as it can be understood; fields that are not known are not looked at."""
    message = object_of(sent)
    if skipped := _skipped(message):
        return skipped
    raw = text_of(message.get("chatmessage"))
    text = plain(raw if message.get("textonly") is True else text_in(raw))
    name = plain(html.unescape(text_of(message.get("chatname"))[:500]))
    user_id = text_of(message.get("userid")) or name
    tip = plain(text_in(text_of(message.get("hasDonation"))))
    if not text and not tip:
        return NO_WORDS
    if not user_id:
        return NOBODY
    platform = platform_of(message.get("type"))
    platform = SAME.get(platform, platform)
    at_ms = _unix_ms(message.get("timestamp"))
    message_id = _message_id(message, user_id, raw)
    return Said(platform, message_id, user_id, name, text, at_ms, tip=tip)


def is_social_stream(sent: object) -> bool:
    """True for an object that its fields give away."""
    fields = object_of(sent).keys()
    return bool(fields & {"chatname", "chatmessage"}) or {"type", "event"} <= fields


def text_in(markup: str) -> str:
    """The words in a piece of HTML, with an image's description in its place. Not safe as HTML."""
    markup = _DROPPED.sub(" ", markup[:MARKUP_MAX])
    return html.unescape(_TAG.sub(_words_of, markup)).replace("\xa0", " ")


def _words_of(tag: re.Match[str]) -> str:
    name = tag[1].casefold().lstrip("/")
    if name == "img":
        described = _ALT.search(tag[2])
        return next(filter(None, described.groups()), "") if described else ""
    return " " if name in _BREAKS else ""


def _skipped(message: dict[str, object]) -> Skipped | None:
    if not message:
        return Skipped("invalid", "It is not a JSON object.")
    if message.get("private") is True:
        return Skipped("private", "It was said in private.")
    event = message.get("event")
    is_spoken = not event or (isinstance(event, str) and event.casefold() in SPOKEN_EVENTS)
    return None if is_spoken else EVENT


def _message_id(message: dict[str, object], user_id: str, raw: str) -> str:
    """The platform's own id, else what makes this message this one; "" where nothing does."""
    own = text_of(object_of(message.get("meta")).get("messageId"))
    if own:
        return own
    counted, at = text_of(message.get("id")), text_of(message.get("timestamp"))
    if not counted and not at:
        return ""
    parts = "\0".join((counted, at, user_id, raw)).encode("utf-8", "surrogatepass")
    return sha256(parts).hexdigest()[:32]


def _unix_ms(value: object) -> int | None:
    """Its timestamps are in ms, and those of some sources in s or µs."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return None
    while value > 10**14:
        value //= 1000
    return value * 1000 if value < 10**11 else value
