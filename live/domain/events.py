"""Facts: what has happened in a show, in one unbroken sequence. Past tense, never changed.

A fact is published once, in the show's log (`live/hotpath/README`: one stream per show); the ledger
writer, the hub and every screen read it there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ORDER_KINDS = frozenset({"take", "pay", "cancel", "expire", "refund"})
STOCK_KINDS = ORDER_KINDS | {"offer"}


@dataclass(frozen=True, slots=True)
class Fact:
    """`seq` is the place in the show's sequence; `at_ms` is Redis time, unix milliseconds."""

    seq: int
    kind: str
    at_ms: int
    payload: Mapping[str, object]


# The order's state after each kind of order fact.
STATE_AFTER = {
    "take": "held",
    "pay": "paid",
    "cancel": "cancelled",
    "expire": "expired",
    "refund": "refunded",
}


def unpack(entry_id: bytes, entries: Sequence[tuple[str, int, Mapping[str, object]]]) -> list[Fact]:
    """The facts of one log entry; the entry's id is `<seq of its first fact>-0`."""
    first = int(entry_id.partition(b"-")[0])
    return [
        Fact(first + i, kind, at_ms, payload) for i, (kind, at_ms, payload) in enumerate(entries)
    ]
