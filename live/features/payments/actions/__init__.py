"""Settling an order (`settling.py`) or all of a sale (`voiding.py`), and through whom it is paid (`providers.py`)."""

from live.features.payments.actions.providers import answered, provider_of
from live.features.payments.actions.settling import (
    decline,
    extend,
    extend_by_hand,
    settle,
    settle_by_hand,
)
from live.features.payments.actions.voiding import Voided, void

__all__ = [
    "Voided",
    "answered",
    "decline",
    "extend",
    "extend_by_hand",
    "provider_of",
    "settle",
    "settle_by_hand",
    "void",
]
