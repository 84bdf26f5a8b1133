"""Facts: what has happened in a show, in one unbroken sequence. Past tense, never changed.

A fact is published once, in the show's log (one stream per show); the ledger writer, the hub and every
screen read it there.
"""

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Any, NamedTuple, cast

ORDER_KINDS = frozenset({"take", "pay", "cancel", "expire", "refund"})
STOCK_KINDS = ORDER_KINDS | {"offer"}

# The order's state after each kind of order fact.
STATE_AFTER = {
    "take": "held",
    "pay": "paid",
    "cancel": "cancelled",
    "expire": "expired",
    "refund": "refunded",
}

# What a buyer asked for travels as one text, through the script into the book and the log: parts between SEP.
SEP = "\x1f"  # no id, no key and no name holds one


class OrderTold(NamedTuple):
    """What a fact of ORDER_KINDS says: the order, and its offer's units after it. `amount` in minor units.

    `attempt` is the order's place among all attempts at the offer; `late`: paid, or refunded, after its
    hold had expired.
    """

    order: str
    offer: str
    quantity: int
    buyer: str
    key: str
    name: str
    expires_ms: int
    amount: int
    currency: str
    attempt: int
    left: int
    held: int
    paid: int
    late: bool = False


class Fact(NamedTuple):
    """`seq` is the place in the show's sequence; `at_ms` is Redis time, unix milliseconds.

    Kinds of ORDER_KINDS have an `order`, all others a `payload`.
    """

    seq: int
    kind: str
    at_ms: int
    payload: Mapping[str, object]
    order: OrderTold | None = None


NOTHING: Mapping[str, object] = {}


def wish_text(offer_id: str, order_id: str, buyer: str, name: str, quantity: int, key: str) -> str:
    """The order's unchanging part, as `lua/take.lua` keeps it."""
    return f"{order_id}{SEP}{offer_id}{SEP}{quantity}{SEP}{buyer}{SEP}{key}{SEP}{name}"


# An order as the scripts keep it and tell of it (`lua/prelude.lua`): state, lateness, placed_ms, expires_ms,
# answered_ms, amount, attempt, currency, then the wish's text. Big-endian, nothing aligned.
RECORD = Struct(">cc4QI3s")
TOLD = Struct(">QH")  # when (Redis ms), bytes of the record that follows
UNITS = Struct(">III")  # the offer's left, held, paid after it
ON_TIME, LATE_NOW, LATE_BEFORE = (
    b"0",
    b"1",
    b"2",
)  # paid or refunded late: by this change, or by an earlier
KIND_OF = {b"h": "take", b"p": "pay", b"c": "cancel", b"x": "expire", b"r": "refund"}


def unpack(entry_id: bytes, told: bytes, entries: Sequence[tuple[str, int, object]]) -> list[Fact]:
    """The facts of one log entry, whose id is `<seq of its first fact>-0`: `told` are orders as packed by
    the scripts, one after the other; `entries` are the facts after them.

    Raises struct.error, ValueError, KeyError for bytes that no script of ours has written.
    """
    seq = int(entry_id.partition(b"-")[0])
    facts, at, end = [], 0, len(told)
    while at < end:
        at_ms, size = TOLD.unpack_from(told, at)
        at += TOLD.size
        record = told[at : at + size]
        at += size
        facts.append(Fact(seq, KIND_OF[record[:1]], at_ms, NOTHING, _order_told(record, told, at)))
        at += UNITS.size
        seq += 1
    for kind, at_ms, said in entries:  # Lua cannot tell an empty map from an empty list
        payload = NOTHING if isinstance(said, list) else cast("Mapping[str, object]", said)
        order = order_of_map(payload) if kind in ORDER_KINDS else None
        facts.append(Fact(seq, kind, at_ms, payload, order))
        seq += 1
    return facts


def order_of_map(said: Mapping[str, Any]) -> OrderTold | None:
    """An order that is told as a map: of an `extend`, which is no entry of the stock, and of all orders in the
    first layout, of which a log may hold some when this version comes to it. None when it cannot be read:
    whoever needs it must refuse it, and only it."""
    known = {name: said[name] for name in OrderTold._fields if name in said}
    try:
        return OrderTold(**{"key": "", "attempt": 0, **known})
    except TypeError:
        return None


def _order_told(record: bytes, told: bytes, at: int) -> OrderTold:
    _, late, _, expires_ms, _, amount, attempt, currency = RECORD.unpack_from(record)
    order_id, offer_id, quantity, buyer, key, name = record[RECORD.size :].decode().split(SEP, 5)
    left, held, paid = UNITS.unpack_from(told, at)
    return OrderTold(
        order_id, offer_id, int(quantity), buyer, key, name, expires_ms, amount, currency.decode(),
        attempt, left, held, paid, late == LATE_NOW,
    )  # fmt: skip
