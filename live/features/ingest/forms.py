"""A batch from another platform, read: our own shape, or what Social Stream Ninja posts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from live.adapters.platforms import ours, social_stream
from live.adapters.platforms.base import PLATFORM, Read, Said, Skipped
from live.domain.comment import TIP_MAX
from live.errors import Invalid
from live.features.comments.forms import COMMENT_MAX, NAME_MAX
from live.web.fields import WrongValueError, clean_text, field_error

BATCH_MAX = 500  # comments
BODY_MAX = 1024 * 1024  # bytes: 500 full comments, or one message with its pictures
ID_MAX = 200  # characters of another platform's ids
NAMED_MAX, UNKNOWN_MAX = (
    64,
    10,
)  # characters of a field that nobody knows, and how many are told back
CUT = "…"  # where a text was longer than ours may be


def batch(sent: object) -> list[Read]:
    """Each message, in the given order; what is wrong with one stands in its place. Raises Invalid for what
    is no batch at all."""
    if isinstance(sent, dict) and ours.is_ours(sent):
        return [_clean(one) for one in _our_batch(sent)]
    messages = sent if isinstance(sent, list) else [sent]
    is_batch = not messages or any(map(social_stream.is_social_stream, messages))
    expected = _expect(messages, is_batch)
    return [_clean(shortened(social_stream.read(one))) for one in expected]


def shortened(read: Read) -> Read:
    """With a text and a name that fit: better the beginning of what was said than nothing."""
    if isinstance(read, Skipped):
        return read
    text, name = _cut(read.text, COMMENT_MAX), _cut(read.name, NAME_MAX)
    return replace(read, text=text, name=name, tip=_cut(read.tip, TIP_MAX))


def _our_batch(sent: Mapping[str, object]) -> Sequence[Read]:
    platform = sent.get("platform")
    if not isinstance(platform, str) or not PLATFORM.fullmatch(platform):
        raise Invalid([field_error("platform", "platform")])
    if unknown := sorted(set(sent) - {"platform", "comments"}):
        raise Invalid([field_error(name[:NAMED_MAX], "unknown") for name in unknown[:UNKNOWN_MAX]])
    comments = sent["comments"]
    return [ours.read(platform, one) for one in _expect(comments, comments is not None)]


def _expect(comments: object, is_batch: bool) -> Sequence[object]:
    if not is_batch:
        raise Invalid([field_error("comments", "required")])
    if not isinstance(comments, list) or len(comments) > BATCH_MAX:
        raise Invalid([field_error("comments", "list", most=BATCH_MAX)])
    return comments


def _clean(read: Read) -> Read:
    """As every text that we keep: visible, in NFC, and of a length that was agreed."""
    if isinstance(read, Skipped):
        return read
    field = "message_id"
    try:
        message_id = clean_text(read.message_id, longest=ID_MAX, shortest=0)
        field = "user_id"
        user_id = clean_text(read.user_id, longest=ID_MAX)
        field = "name"
        name = clean_text(read.name, longest=NAME_MAX, shortest=0)
        field = "tip"
        tip = clean_text(read.tip, longest=TIP_MAX, shortest=0)
        field = "text"
        text = clean_text(read.text, longest=COMMENT_MAX, shortest=0 if tip else 1)
    except WrongValueError as wrong:
        return Skipped("invalid", f"{field} {wrong}.")
    return Said(read.platform, message_id, user_id, name, text, read.at_ms, tip=tip)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(CUT)].rstrip() + CUT
