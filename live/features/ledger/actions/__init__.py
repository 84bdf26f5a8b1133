"""What the worker does for the ledger: `desk.py` (drain and watch), `rebuild.py`, `outages.py`."""

from live.features.ledger.actions.desk import Desk
from live.features.ledger.actions.outages import Outages
from live.features.ledger.actions.rebuild import GRACE_MS, rebuild

__all__ = ["GRACE_MS", "Desk", "Outages", "rebuild"]
