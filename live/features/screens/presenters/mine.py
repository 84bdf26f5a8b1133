"""What one viewer sees of their own doing. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from live.features.screens.presenters.views import OrderView
from live.hotpath.wait import Place


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order for `wanted` units was refused, when `left` were on sale; `used` of `limit` units are
    this buyer's already.

    `attempt` is this one's number among all attempts; `last_attempt` got the last unit, at `last_at`.
    """

    code: str
    message: str
    wanted: int = 0
    left: int = 0
    used: int = 0
    limit: int = 0
    attempt: int = 0
    last_attempt: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """What one viewer sees of their own doing."""

    viewer_id: str
    name: str
    order: OrderView | None = None  # the newest
    unpaid: Sequence[OrderView] = ()  # earlier ones that still wait for their payment
    got: Sequence[OrderView] = ()  # what was paid, or given back, without an order whose card stays
    refusal: Refusal | None = None
    place: Place | None = None  # on the list of the sale on air
