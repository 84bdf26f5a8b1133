"""A ledger written by hand, true or not: units and hashes always fit, so that only what is forged is wrong."""

import json
from hashlib import sha256
from typing import Any, Self

from live.domain.chain import BEFORE_THE_FIRST

SHOW = "s0show"
OFFER = f"{SHOW}-o1"
START_MS = 1_795_000_000_000
# (kind, the order's state) → where its units go
MOVES = {
    ("take", "none"): ("left", "held"),
    ("pay", "held"): ("held", "paid"),
    ("pay", "expired"): ("left", "paid"),
    ("cancel", "held"): ("held", "left"),
    ("expire", "held"): ("held", "left"),
    ("refund", "paid"): ("paid", "left"),
}
AFTER = {
    "take": "held",
    "pay": "paid",
    "cancel": "cancelled",
    "expire": "expired",
    "refund": "refunded",
}


def export_of(entries: list[dict[str, Any]], show: str = SHOW) -> bytes:
    """The export of these entries, numbered and hashed as a forger would."""
    head, lines = BEFORE_THE_FIRST, []
    for n, entry in enumerate(entries, 1):
        line = json.dumps({"n": n, **entry}, ensure_ascii=False, separators=(",", ":"))
        head = sha256(f"{head}\n{line}".encode()).hexdigest()
        lines.append(f"{head} {line}\n")
    return f"live-ledger 1\nshow {show}\nentries {len(lines)}\nhead {head}\n\n{''.join(lines)}".encode()


class Forger:
    """Five units at 100, at most three a buyer, on sale for a minute: told move by move."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.ms, self.attempt = START_MS, 0
        self.stock = {"left": 5, "held": 0, "paid": 0, "quantity": 5, "restocked": 0}
        self.terms = {
            "opens_ms": START_MS, "closes_ms": START_MS + 60_000, "rest_ms": 0, "price": 100, "limit": 3,
        }  # fmt: skip
        self.taken: dict[str, dict[str, Any]] = {}
        self.states: dict[str, str] = {}

    def after(self, ms: int) -> Self:
        """Later, or (negative) earlier."""
        self.ms += ms
        return self

    def offer(self, state: str, delta: int = 0, **terms: Any) -> Self:
        """The offer's own entry; `terms` as they are from now on."""
        self.stock["left"] += delta
        self.stock["restocked"] += delta
        self.terms |= terms
        return self.add(
            "offer", {"offer": OFFER, "state": state, "delta": delta} | self.stock | self.terms
        )

    def opened(self) -> Self:
        """On sale at once."""
        return self.offer("open")

    def closed(self) -> Self:
        """By hand, now."""
        return self.offer("closed", closes_ms=self.ms)

    def order(self, kind: str, name: str = "a", /, **said: Any) -> Self:
        """An order's entry; `said` changes what it says."""
        state = self.states.get(name, "none")
        if kind == "take":
            self.attempt += 1
            self.taken[name] = {
                "offer": OFFER, "order": f"{SHOW}-{name}", "buyer": name[0] * 16, "quantity": 1,
                "amount": 100 * said.get("quantity", 1), "currency": "CNY", "attempt": self.attempt,
            }  # fmt: skip
            self.taken[name] |= said
        facts = self.taken.get(name, self.taken.get("a", {})) | said
        source, target = MOVES.get((kind, state), ("left", "left"))
        self.stock[source] -= facts["quantity"]
        self.stock[target] += facts["quantity"]
        units = {name: self.stock[name] for name in ("left", "held", "paid")}
        self.states[name] = AFTER[kind]
        return self.add(kind, facts | units | {"late": said.get("late", state == "expired")})

    def add(self, kind: str, values: dict[str, Any]) -> Self:
        """Any entry at all."""
        seq = 3 * len(self.entries) + 1
        self.entries.append({"seq": seq, "at_ms": self.ms, "kind": kind, **values})
        return self

    def export(self) -> bytes:
        """What a forger hands out."""
        return export_of(self.entries)
