"""A line-up (排品表) apart from any show: what was sold, so that it can be sold again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LINES_MAX = 500  # of a template, a copy or a paste; more is a catalogue, and comes as a CSV


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
class Line:
    """An item, and its flash sale if it has one; `list_price` in minor units."""

    sku: str
    variant: str
    title: str
    list_price: int
    stock: int
    image_url: str | None
    notes: str
    sale: Sale | None


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


def packed(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """As JSON keeps it."""
    return [asdict(line) for line in lines]


def unpacked(values: Sequence[Mapping[str, Any]]) -> list[Line]:
    """What `packed` made."""
    return [
        Line(**dict(value) | {"sale": Sale(**value["sale"]) if value["sale"] else None})
        for value in values
    ]
