"""The log read back into numbers, by rules of its own: what Redis holds must follow from what it told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from live.domain.events import STATE_AFTER, Fact

OWNING = ("held", "paid")
ENDINGS = ("expired", "cancelled", "refunded")


@dataclass(slots=True)
class Told:
    """What the facts say of a show."""

    state: str = "planned"
    offers: dict[str, dict[str, int | str]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: int = 0
    seq: int = 0

    def units(self, offer: str, state: str) -> int:
        orders = self.orders.values()
        return sum(o["quantity"] for o in orders if (o["offer"], o["state"]) == (offer, state))

    def owned(self) -> dict[str, int]:
        """`b:<offer>:<buyer>` → units, of buyers who have some."""
        owned: Counter[str] = Counter()
        for order in self.orders.values():
            if order["state"] in OWNING:
                owned[f"b:{order['offer']}:{order['buyer']}"] += order["quantity"]
        return dict(owned)

    def totals(self) -> dict[str, int]:
        orders = self.orders.values()
        paid = [o for o in orders if o["state"] == "paid"]
        return {
            "seq": self.seq,
            "orders": len(orders),
            "units": sum(o["quantity"] for o in orders),
            "gmv_placed": sum(o["amount"] for o in orders),
            "paid_orders": len(paid),
            "gmv_paid": sum(o["amount"] for o in paid),
            "comments": self.comments,
        }


def reduce(facts: Iterable[Fact]) -> Told:
    """Fails when a number is missing from the sequence, or a fact contradicts those before it."""
    told = Told()
    for fact in facts:
        assert fact.seq == told.seq + 1, "a gap in the log"
        told.seq = fact.seq
        payload = cast("dict[str, Any]", fact.payload)
        if fact.order is not None:
            _order(told, fact.kind, fact.order._asdict())
        elif fact.kind == "extend":
            _extend(told, payload)
        elif fact.kind == "offer":
            known = told.offers.setdefault(payload["offer"], {})
            known.update({k: v for k, v in payload.items() if k not in ("offer", "delta")})
        elif fact.kind == "show":
            told.state = payload["state"]
        elif fact.kind == "comment":
            told.comments += 1
    return told


def _extend(told: Told, payload: dict[str, Any]) -> None:
    known = told.orders[payload["order"]]
    assert known["state"] == "held", "a hold grew that was none"
    assert payload["expires_ms"] > known["expires_ms"]
    assert {n: payload[n] for n in payload} == {n: known[n] for n in payload} | {
        "expires_ms": payload["expires_ms"], **_units(told, payload["offer"]),
    }  # fmt: skip
    known["expires_ms"] = payload["expires_ms"]


def _units(told: Told, offer: str) -> dict[str, Any]:
    return {name: told.offers[offer][name] for name in ("left", "held", "paid")}


def _order(told: Told, kind: str, payload: dict[str, Any]) -> None:
    known = told.orders.get(payload["order"])
    if kind == "take":
        assert known is None, "an order was taken twice"
        known = told.orders[payload["order"]] = dict(payload)
    assert known is not None, "an order was settled before it was taken"
    known["state"] = STATE_AFTER[kind]
    offer = told.offers[payload["offer"]]
    offer.update({name: payload[name] for name in ("left", "held", "paid")})
    for name in OWNING:
        assert offer[name] == told.units(payload["offer"], name), f"{kind}: {name}"
