"""What a batch of facts comes to: rows to write for one show. And how facts' values are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from live.domain.chain import BEFORE_THE_FIRST
from live.errors import LiveError

Row = dict[str, object]
Cells = tuple[object, ...]
HostMark = tuple[str, str, datetime]  # kind of fact, of which cue or question, when
When = Callable[[int], object]  # unix milliseconds → a time as the database takes it

ENTRY_COLUMNS = ("show_id", "seq", "kind", "at_ms", "n", "body", "hash")
ORDER_COLUMNS = (
    "id", "show_id", "offer_id", "buyer", "buyer_name", "quantity", "amount_minor", "currency", "state",
    "placed_at", "expires_at", "paid_at", "settled_at", "key", "attempt", "late", "seq",
)  # fmt: skip
STATE, PAID_AT, SETTLED_AT, LATE = 8, 11, 12, 15  # places in a row of ORDER_COLUMNS
SETTLE_COLUMNS = ("state", "settled_at", "paid_at", "late", "id")
COMMENT_COLUMNS = (
    "id", "show_id", "seq", "viewer", "name", "text", "at", "state", "why", "asks", "platform", "message",
    "tip",
)  # fmt: skip
STANDING_COLUMNS = ("show_id", "viewer", "name", "standing", "until_ms", "by", "at")
ACT_COLUMNS = ("show_id", "seq", "at_ms", "actor", "verb", "detail", "result", "why", "ms")
CUE_COLUMNS = ("id", "show_id", "text", "by", "at", "acked_at")
ASK_COLUMNS = (
    "comment", "show_id", "name", "text", "by", "at", "answered_at", "dropped_at", "tip",
)  # fmt: skip
ASK_ANSWERED, ASK_DROPPED = 6, 7  # places in a row of ASK_COLUMNS


class FactMalformed(LiveError):
    """A fact without a value that its kind must have. Nothing of its batch was applied."""

    code = "fact_malformed"
    status = 500


@dataclass(slots=True)
class Chain:
    """Where the show's chain of stock entries stands: the last entry's number and hash."""

    salt: str = ""
    n: int = 0
    head: str = BEFORE_THE_FIRST
    marks: dict[str, str] = field(default_factory=dict)  # buyer → mark, of this batch


@dataclass(slots=True)
class OfferChange:
    """What a batch did to one offer."""

    left: int = 0  # of the last fact, as `held` and `paid`
    held: int = 0
    paid: int = 0
    expired: int = 0  # units to add; negative when late payments outnumber expiries
    cancelled: int = 0
    refunded: int = 0
    tries: int = 0  # the highest attempt that got an order
    gone_try: int = 0  # the one that got the last unit, and when; 0: not in this batch
    gone_ms: int = 0
    settings: Row | None = None  # of the last `offer` fact
    pushed_ms: int | None = None


@dataclass(slots=True)
class Batch:
    """Rows to write for one show, in the order of the `*_COLUMNS`."""

    show_id: str
    chain: Chain
    when: When
    orders: dict[str, Cells] = field(default_factory=dict)
    settled: dict[str, Cells] = field(default_factory=dict)
    extended: dict[str, datetime] = field(default_factory=dict)  # order → the new end of its hold
    offers: dict[str, OfferChange] = field(default_factory=dict)
    comments: list[Cells] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)  # comment → its state from now on
    standings: dict[str, Cells] = field(default_factory=dict)  # by viewer
    rules: Row | None = None
    cues: list[Cells] = field(default_factory=list)
    cue_marks: list[HostMark] = field(default_factory=list)
    asks: dict[str, Cells] = field(default_factory=dict)  # by comment
    ask_marks: list[HostMark] = field(default_factory=list)  # of questions of earlier batches
    acts: list[Cells] = field(default_factory=list)
    entries: list[Cells] = field(default_factory=list)
    words: list[str] | None = None
    show: Row = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)  # drafts, by those whose place they take


def text(payload: Mapping[str, object], name: str) -> str:
    value = payload[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def said(text: str) -> str:
    """Words of people: PostgreSQL refuses NUL in text, and one refused fact would stop the ledger."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def names(payload: Mapping[str, object], name: str) -> dict[str, str]:
    """What stands for what; {} where nothing was sent."""
    value = payload.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise TypeError(name)
    return value


def whole(payload: Mapping[str, object], name: str) -> int:
    value = payload[name]
    if not isinstance(value, int):
        raise TypeError(name)
    return value
