"""An order: held until paid, cancelled or expired; a payment that finds no stock is refunded."""

from enum import StrEnum

KEY_MAX = 128  # characters of an Idempotency-Key


class OrderState(StrEnum):
    HELD = "held"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


def is_key(key: str) -> bool:
    """True for an idempotency key that we accept: 1 to KEY_MAX visible ASCII characters."""
    return 0 < len(key) <= KEY_MAX and all("!" <= c <= "~" for c in key)
