"""What a buyer has in a show's book: keys and the orders that they made, offers and the units held and owned.

`lua/account.lua` says how it is written: KEPT of each in the field named by the buyer, the rest in fields
of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KEPT = 5  # of each kind in the buyer's field; also the orders that a buyer's page may ask for


@dataclass(frozen=True, slots=True)
class Account:
    """`orders`: key → order id, newest first. `units`: offer id → units held and owned."""

    orders: Mapping[str, str]
    units: Mapping[str, int]

    @property
    def has_more_offers(self) -> bool:
        """There may be offers in fields of their own."""
        return len(self.units) == KEPT


def unpack(packed: bytes | None) -> Account:
    """The buyer's field; None is a buyer who has nothing."""
    if packed is None:
        return Account({}, {})
    lines = packed[3:-1].decode().split("\x1f")
    keys = packed[0]
    orders = dict(line[1:].split("\x1e") for line in lines[:keys])
    units = (line[1:].split("\x1e") for line in lines[keys:])
    return Account(orders, {offer: int(float(n)) for offer, n in units})


def fields_of(
    buyer: str, orders: Sequence[tuple[str, str]], units: Sequence[tuple[str, int]]
) -> list[str | bytes | int]:
    """Names and values for the book. `orders`: keys and order ids, newest first; `units`: by offer id."""
    keyed, owned = orders[:KEPT], units[:KEPT]
    lines = [
        *(f"k{key}\x1e{order}" for key, order in keyed),
        *(f"b{offer}\x1e{n}" for offer, n in owned),
    ]
    text = "".join(f"\x1f{line}" for line in lines) + "\x1f"
    fields: list[str | bytes | int] = [buyer, bytes((len(keyed), len(owned))) + text.encode()]
    for key, order in orders[KEPT:]:
        fields += (key_field(buyer, key), order)
    for offer, n in units[KEPT:]:
        fields += (units_field(offer, buyer), n)
    return fields


def key_field(buyer: str, key: str) -> str:
    """Where a key stands that did not fit into the buyer's field."""
    return f"k:{buyer}:{key}"


def units_field(offer_id: str, buyer: str) -> str:
    """Where the units of an offer stand that did not fit into the buyer's field."""
    return f"b:{offer_id}:{buyer}"
