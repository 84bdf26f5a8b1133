"""An order: held until paid, cancelled or expired; a payment that finds no stock is refunded."""

from collections.abc import Mapping
from enum import StrEnum

from live.domain.outcomes import Verdict

KEY_MAX = 128  # characters of an Idempotency-Key
WARN_MS, WARN_LEAST_MS = (
    60_000,
    20_000,
)  # WCAG 2.2.1: nobody has less than 20 s to ask for more time


class OrderState(StrEnum):
    HELD = "held"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


_MOVES: Mapping[str, Mapping[OrderState, Verdict]] = {
    "pay": {
        OrderState.HELD: Verdict.TAKEN,
        OrderState.EXPIRED: Verdict.TAKEN,
        OrderState.PAID: Verdict.REPEAT,
        OrderState.REFUNDED: Verdict.REPEAT,
    },
    "cancel": {
        OrderState.HELD: Verdict.TAKEN,
        OrderState.CANCELLED: Verdict.REPEAT,
    },
    "refund": {
        OrderState.PAID: Verdict.TAKEN,
        OrderState.REFUNDED: Verdict.REPEAT,
    },
}


def settled_by(verb: str, state: str, *, as_operator: bool) -> Verdict:
    """What `pay` or `cancel` does to an order: TAKEN it changes, REPEAT it was so already, or ILLEGAL. An
    operator's `cancel` refunds what is paid. `hotpath/lua/settle.lua` decides by the same rules."""
    moves = dict(_MOVES[verb])
    if verb == "cancel" and as_operator:
        moves |= _MOVES["refund"]
    return moves.get(OrderState(state), Verdict.ILLEGAL)


def warns_ms(placed_ms: int, expires_ms: int) -> int:
    """When a buyer is asked whether they need more time: a minute before the end, in the second half of a short
    hold, and never so late that less than WARN_LEAST_MS are left. All in unix ms."""
    before = max(min(WARN_MS, (expires_ms - placed_ms) // 2), WARN_LEAST_MS)
    return max(expires_ms - before, placed_ms)


def is_key(key: str) -> bool:
    """True for an idempotency key that we accept: 1 to KEY_MAX visible ASCII characters."""
    return 0 < len(key) <= KEY_MAX and all("!" <= c <= "~" for c in key)
