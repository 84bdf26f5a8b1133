"""Where the ledger stood at a sale's beginning and end, as templates see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry of the show's ledger: its number, its hash, and when it happened."""

    n: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SaleMarks:
    """Where the ledger stood when a sale opened and when it closed; None: not yet, or not written yet."""

    opened: Mark | None = None
    closed: Mark | None = None
