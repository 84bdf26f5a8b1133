"""An order: held until paid, cancelled or expired; a payment that finds no stock is refunded."""

from enum import StrEnum
from hashlib import sha256

KEY_MAX = 128  # characters of an Idempotency-Key


class OrderState(StrEnum):
    HELD = "held"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


def fingerprint(offer_id: str, quantity: int) -> str:
    """What an idempotency key stands for: the same key with another body is refused (`key_reused`)."""
    return sha256(f"{offer_id}\n{quantity}".encode()).hexdigest()[:16]


def is_key(key: str) -> bool:
    """True for an idempotency key that we accept: 1 to KEY_MAX visible ASCII characters."""
    return 0 < len(key) <= KEY_MAX and all("!" <= c <= "~" for c in key)
