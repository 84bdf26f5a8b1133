"""What a buyer has in a show's book: keys and the orders that they made, offers and the units held and owned.

`lua/account.lua` says how it is written: KEPT of each in the field named by the buyer, the rest in fields
of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct

from live.domain.events import SEP

HEAD = Struct(">BBH")  # offers, keys, bytes of the offers' part
IS = "\x1e"  # between a name and its value; no id and no key holds one
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
    _, _, size = HEAD.unpack_from(packed)
    owned = _pairs(packed[HEAD.size : HEAD.size + size])
    made = _pairs(packed[HEAD.size + size :])
    return Account(dict(reversed(made)), {offer: int(float(units)) for offer, units in owned})


def fields_of(
    buyer: str, orders: Sequence[tuple[str, str]], units: Sequence[tuple[str, int]]
) -> list[str | bytes | int]:
    """Names and values for the book. `orders`: keys and order ids, newest first; `units`: by offer id."""
    owned, made = _lines(units[:KEPT]), _lines(orders[:KEPT][::-1])
    head = HEAD.pack(len(units[:KEPT]), len(orders[:KEPT]), len(owned))
    fields: list[str | bytes | int] = [buyer, head + owned + made]
    for key, order in orders[KEPT:]:
        fields += (key_field(buyer, key), order)
    for offer, n in units[KEPT:]:
        fields += (units_field(offer, buyer), n)
    return fields


def _lines(pairs: Sequence[tuple[str, str | int]]) -> bytes:
    return (SEP + "".join(f"{name}{IS}{value}{SEP}" for name, value in pairs)).encode()


def _pairs(part: bytes) -> list[tuple[str, str]]:
    found = (line.partition(IS) for line in part.decode().split(SEP) if line)
    return [(name, value) for name, _, value in found]


def key_field(buyer: str, key: str) -> str:
    """Where a key stands that did not fit into the buyer's field."""
    return f"k:{buyer}:{key}"


def units_field(offer_id: str, buyer: str) -> str:
    """Where the units of an offer stand that did not fit into the buyer's field."""
    return f"b:{offer_id}:{buyer}"
