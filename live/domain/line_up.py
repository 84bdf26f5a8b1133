"""A line-up (排品表) apart from any show: what was sold, so that it can be sold again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from live.domain.offer import QUANTITY_MAX

LINES_MAX = 500  # of a template, a copy or a paste; more is a catalogue, and comes as a CSV
DURATION_S, COUNTDOWN_S, LIMIT = 180, 10, 1  # of a sale of which nothing else is said


@dataclass(frozen=True, slots=True)
class Sale:
    """The terms of a flash sale; `price` in minor units."""

    price: int
    quantity: int
    per_buyer_limit: int
    duration_s: int
    hold_s: int
    countdown_s: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said of a sale; None leaves a term as it is."""

    price: int | None = None
    quantity: int | None = None
    per_buyer_limit: int | None = None
    duration_s: int | None = None
    hold_s: int | None = None
    countdown_s: int | None = None

    def of(self, sale: Sale) -> Sale:
        """The sale with these terms."""
        new = {
            "price": self.price,
            "quantity": self.quantity,
            "per_buyer_limit": self.per_buyer_limit,
            "duration_s": self.duration_s,
            "hold_s": self.hold_s,
            "countdown_s": self.countdown_s,
        }
        return replace(sale, **{name: n for name, n in new.items() if n is not None})


def first_sale(price: int, free: int, hold_s: int) -> Sale:
    """Of an item that has none: of all units that are `free`, at least one."""
    units = max(1, min(free, QUANTITY_MAX))
    return Sale(price, units, min(LIMIT, units), DURATION_S, hold_s, COUNTDOWN_S)


@dataclass(frozen=True, slots=True)
class Line:
    """An item, and its flash sale if it has one; `list_price` in minor units. `last_stock`: of how many units
    `stock` is what was left in the show that the line comes from; 0 where none are gone."""

    sku: str
    variant: str
    title: str
    list_price: int
    stock: int
    image_url: str | None
    notes: str
    sale: Sale | None
    last_stock: int = 0


def as_left(line: Line, gone: int) -> Line:
    """The line once `gone` units of its stock are sold or held. Its sale is of no more than is left; of nothing left
    it keeps its units, for who restocks."""
    if gone <= 0:
        return line
    left = max(line.stock - gone, 0)
    sale = line.sale
    if sale and left:
        sale = replace(sale, quantity=min(sale.quantity, left))
    return replace(line, stock=left, sale=sale, last_stock=line.stock)


@dataclass(frozen=True, slots=True)
class Planned:
    """A line before and after; `after` None: it is removed. `draft`: the offer that its sale is in; `doubts`:
    what is probably a slip, and was not there before."""

    id: str
    position: int
    before: Line
    after: Line | None
    draft: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def is_other(self) -> bool:
        return self.before != self.after

    @property
    def makes_sale(self) -> bool:
        """A first one."""
        return self.before.sale is None and bool(self.after and self.after.sale)

    @property
    def turns_sale(self) -> bool:
        """Another one in place of one that was prepared."""
        sale = self.after.sale if self.after else None
        return bool(self.before.sale and sale) and self.before.sale != sale


def packed(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """As JSON keeps it."""
    return [asdict(line) for line in lines]


def unpacked(values: Sequence[Mapping[str, Any]]) -> list[Line]:
    """What `packed` made."""
    return [
        Line(**dict(value) | {"sale": Sale(**value["sale"]) if value["sale"] else None})
        for value in values
    ]
