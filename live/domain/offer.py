"""An offer is the one sellable thing on air: a price, a quantity, a limit per buyer and a time.

States: `draft → armed` (countdown running; skipped when it is 0) `→ open ⇄ paused`,
`open ⇄ sold_out` (reopens when units come back), `→ closed`. Draft lives in SQL only; from `armed` on
Redis decides. What Redis stores is one of armed, open, paused, closed; `sold_out`, and the steps that
the clock takes, follow from the numbers by `effective_state`, here and in `lua/offer.lua` alike.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from live.domain.money import MINOR_MAX

QUANTITY_MAX = 1_000_000  # units in one offer
LIMIT_MAX = 1_000  # units per buyer; an order's quantity is bounded by it
PRICE_MAX = MINOR_MAX // LIMIT_MAX  # so that no order's amount leaves the range of money
DURATION_MAX_S = 24 * 3600
HOLD_MIN_S, HOLD_MAX_S = 1, 24 * 3600
COUNTDOWN_MAX_S = 3600


class OfferState(StrEnum):
    DRAFT = "draft"
    ARMED = "armed"
    OPEN = "open"
    PAUSED = "paused"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Stock:
    """One offer's numbers at one moment. Promise 1: left + held + paid = quantity + restocked."""

    state: OfferState
    quantity: int
    restocked: int
    left: int
    held: int
    paid: int
    expired: int
    cancelled: int
    refunded: int
    rest_ms: int  # selling time that is left, while it is paused
    opens_ms: int
    closes_ms: int  # 0: no closing time yet (armed or paused keep their rest)
    tries: int = 0  # attempts to buy so far, while it was on sale
    gone_try: int = 0  # the attempt that got the last unit; 0: there were always some
    gone_ms: int = 0

    @property
    def difference(self) -> int:
        """0 when no unit is lost or doubled."""
        return self.quantity + self.restocked - self.left - self.held - self.paid

    @property
    def spoken_for(self) -> int:
        """Units of the item's stock that are this offer's; a closed one lets go of what is left."""
        rest = self.left if self.state is OfferState.CLOSED else 0
        return self.quantity + self.restocked - rest


def effective_state(
    stored: OfferState, left: int, opens_ms: int, closes_ms: int, now_ms: int
) -> OfferState:
    """What the state is at `now_ms`, whether or not a sweep has written it down yet."""
    state = stored
    if state is OfferState.ARMED and now_ms >= opens_ms:
        state = OfferState.OPEN
    if state is OfferState.OPEN and closes_ms and now_ms >= closes_ms:
        return OfferState.CLOSED
    if state is OfferState.OPEN and left <= 0:
        return OfferState.SOLD_OUT
    return state


def was_on_air(state: str, opens_at: datetime | None, closes_at: datetime | None) -> bool:
    """False for a draft, and for what was closed in its countdown, or when it was frozen there: nobody could buy, and
    nobody needs to hear of it."""
    if state == OfferState.CLOSED and closes_at is not None:
        return opens_at is not None and closes_at >= opens_at
    return state != OfferState.DRAFT
