"""A show's figures and lamps, as templates see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from live.domain.attendance import Attendance


@dataclass(frozen=True, slots=True)
class Numbers:
    """The show's figures; money in minor units of the show's currency; `held` and `paid` in units, `unpaid`
    to `lost` in orders: `expiring` is a part of `unpaid`, and so is `failed` (declined at the last try)."""

    viewers: int = 0
    attendance: Attendance = field(default_factory=Attendance)
    orders: int = 0
    units: int = 0
    held: int = 0
    paid: int = 0
    gmv_placed: int = 0
    gmv_paid: int = 0
    comments: int = 0
    orders_per_min: int = 0
    lately: tuple[int, int] | None = None  # orders of the last ten minutes, and of the ten before
    paid_orders: int = 0
    unpaid: int = 0
    expiring: int = 0
    failed: int = 0
    lost: int = 0  # expired, cancelled or refunded
    decided: int = 0  # units that were paid, given back or let go: no longer only held
    pace: tuple[tuple[datetime, int, int], ...] = ()  # minute, orders placed, orders paid


@dataclass(frozen=True, slots=True)
class Lamp:
    """One dependency's health: `name` redis, database, ledger, sockets, stream, host; `state` ok, warn, fail, unknown.
    `word`: the key, below `lamp.word`, of what is said of it, with the `values` for its gaps; `since`: what goes where it says {time}."""

    name: str
    state: str
    word: str
    values: Mapping[str, object] = field(default_factory=dict)
    since: datetime | None = None
