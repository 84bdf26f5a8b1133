"""Facts: what has happened in a show, in one unbroken sequence. Past tense, never changed.

A fact is published once, in the show's log (one stream per show); the ledger writer, the hub and every
screen read it there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

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


def order_told(values: Sequence[object]) -> OrderTold:
    """From the list that the scripts write: the wish's text, and what became of it."""
    order_id, offer_id, quantity, buyer, key, name = cast("str", values[0]).split(SEP, 5)
    rest = cast("Sequence[int]", values[1:])
    return OrderTold(order_id, offer_id, int(quantity), buyer, key, name, *rest)  # type: ignore[arg-type]


def unpack(entry_id: bytes, entries: Sequence[tuple[str, int, object]]) -> list[Fact]:
    """The facts of one log entry; the entry's id is `<seq of its first fact>-0`."""
    first = int(entry_id.partition(b"-")[0])
    return [fact_of(first + i, kind, at_ms, said) for i, (kind, at_ms, said) in enumerate(entries)]


def fact_of(seq: int, kind: str, at_ms: int, said: object) -> Fact:
    """From what a script wrote: a list for an order, a map for all else.

    An order's fact that cannot be read has no `order`: whoever needs it must refuse it, and only it.
    """
    if kind in ORDER_KINDS:
        try:
            return Fact(seq, kind, at_ms, NOTHING, order_told(cast("list[object]", said)))
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            return Fact(seq, kind, at_ms, NOTHING)
    if isinstance(said, list):  # Lua cannot tell an empty map from an empty list
        return Fact(seq, kind, at_ms, NOTHING)
    return Fact(seq, kind, at_ms, cast("Mapping[str, object]", said))
