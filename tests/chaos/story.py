"""A hand-made history: one offer, a few buyers, and a ledger that agrees with what they were told."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from scripts.faults.checker import judge
from scripts.faults.evidence import Evidence, read_evidence
from scripts.faults.timeline import STATE_AFTER

OFFER, QUANTITY, LIMIT, PRICE, HOLD_MS = "s-o", 4, 2, 100, 2_000
EPOCH = "e1"
Json = dict[str, Any]


class Story:
    """`at_ms` is the one clock; every step takes ten milliseconds and is answered five later."""

    def __init__(self) -> None:
        self.at_ms = 1_000.0
        self.lines: list[Json] = []
        self.entries: list[Json] = []
        self.rows: dict[str, Json] = {}
        self.told: dict[str, Json] = {}  # key → the answer that its order had
        self.numbers = {"left": QUANTITY, "held": 0, "paid": 0, "restocked": 0}
        self.overdue: list[Json] = []
        self.verify: tuple[int, str] = (0, "holds")
        self._ops = 0
        offer = {"id": OFFER, "quantity": QUANTITY, "limit": LIMIT, "price": PRICE}
        offer["hold_s"] = HOLD_MS // 1000
        self.note("setting", offers=[offer], seed=1)
        self.offer("open")

    def note(self, what: str, **fields: Any) -> None:
        self.lines.append({"t": self.at_ms, "what": what, **fields})

    def invoke(self, do: str, **asked: Any) -> int:
        self._ops += 1
        self.note("invoke", op=self._ops, who="someone", do=do, asked=asked)
        return self._ops

    def ask(self, do: str, result: str, said: Json | None = None, **asked: Any) -> int:
        """Asked and answered around the present moment."""
        op = self.invoke(do, **asked)
        self.lines[-1]["t"] = self.at_ms - 5
        self.at_ms += 5
        self.note(result, op=op, said=said or {})
        self.at_ms += 5
        return op

    def order(self, key: str, quantity: int, result: str, said: Json | None = None) -> int:
        wish = {"viewer": f"v-{key}", "offer": OFFER, "quantity": quantity, "key": key}
        return self.ask("order", result, said, **wish)

    def bought(self, key: str, quantity: int, result: str = "ok") -> None:
        """An order that was taken; what its buyer was told of it."""
        self.take(key, quantity)
        self.order(key, quantity, result, self.told[key] if result == "ok" else {})

    def settled(self, verb: str, key: str, kind: str | None) -> None:
        """`pay` or `cancel` of the key's order, which moves it by `kind` (None: it was so already)."""
        if kind:
            self.step(kind, key)
        said = {"id": f"s-{key}", "state": self.rows[f"s-{key}"]["state"], "status": 200}
        self.ask(verb, "ok", said, order=f"s-{key}")

    def end(self, holds: int) -> str:
        """When so many holds that begin now are over."""
        return datetime.fromtimestamp((self.at_ms + holds * HOLD_MS) / 1000, UTC).isoformat()

    def extended(self, key: str) -> None:
        """The key's order, taken at this moment, got more time."""
        row = self.rows[f"s-{key}"]
        row["expires_at"] = self.end(2)
        said = {"expires_at": row["expires_at"], "placed_at": self.end(0), "status": 200}
        self.ask("extend", "ok", said, order=row["id"])

    def take(self, key: str, quantity: int) -> None:
        """An order comes to be; `told` is the answer to it."""
        order, viewer = f"s-{key}", f"v-{key}"
        self.rows[order] = {
            "id": order,
            "offer_id": OFFER,
            "quantity": quantity,
            "amount": quantity * PRICE,
            "state": None,
            "expires_at": self.end(1),
            "viewer_id": viewer,
            "key": key,
        }
        self.step("take", key)
        told = {name: self.rows[order][name] for name in ("id", "offer_id", "quantity", "amount")}
        self.told[key] = told | {
            "state": "held",
            "currency": "CNY",
            "expires_at": self.end(1),
            "attempt": len(self.rows),
            "status": 201,
        }

    def step(self, kind: str, key: str) -> None:
        """An entry of the ledger, and the units it moves."""
        row = self.rows[f"s-{key}"]
        before, row["state"] = row["state"], STATE_AFTER[kind]
        for state, sign in ((before, -1), (row["state"], 1)):
            name = state if state in ("held", "paid") else "left"
            self.numbers[name] += sign * row["quantity"]
        self._enter(
            kind,
            order=row["id"],
            buyer=f"mark-{row['viewer_id']}",
            quantity=row["quantity"],
            amount=row["amount"],
        )

    def offer(self, state: str, delta: int = 0) -> None:
        self.numbers["restocked"] += delta
        self.numbers["left"] += delta
        restocked = self.numbers["restocked"]
        self._enter("offer", state=state, quantity=QUANTITY, restocked=restocked, delta=delta)

    def _enter(self, kind: str, **more: Any) -> None:
        place = len(self.entries) + 1
        units = {name: self.numbers[name] for name in ("left", "held", "paid")}
        entry = {"n": place, "seq": place, "at_ms": self.at_ms, "kind": kind, "offer": OFFER}
        self.entries.append(entry | more | units)

    def lose(self, floor: int, facts: list[Json]) -> None:
        """Redis's files were cut: `facts` are gone."""
        loss = {"at": self.at_ms, "floor": floor, "facts": facts}
        self.note("fault", phase="done", n=1, kind="cut_aof_deep", epoch=EPOCH, loss=loss)

    def heard(self, event: Json) -> None:
        self.note("heard", who="listener", event=event)

    def sample(self) -> Json:
        said = {
            "left": self.numbers["left"],
            "held": self.numbers["held"],
            "sold": self.numbers["paid"],
            "quantity": QUANTITY,
            "restocked": self.numbers["restocked"],
            "status": 200,
        }
        self.ask("sample", "ok", said, offer=OFFER)
        return said

    def evidence(self) -> Evidence:
        """All of it, with an end that agrees with the ledger as it stands."""
        states = Counter[str]()
        for row in self.rows.values():
            states[row["state"]] += row["quantity"]
        line = {"id": OFFER, "quantity": QUANTITY, **self.numbers, "difference": 0}
        line |= {state: states[state] for state in STATE_AFTER.values()}
        body = "".join(f"hash {json.dumps(entry)}\n" for entry in self.entries)
        final = {
            "audit": {"offers": [line], "ledger_lag": 0, "ok": True},
            "rows": list(self.rows.values()),
            "overdue": self.overdue,
            "export": f"live-ledger 1\n\n{body}",
            "receipts": [],
            "verify": self.verify,
        }
        end = {"t": self.at_ms, "what": "final", **final}
        return read_evidence(json.loads(json.dumps([*self.lines, end])))


def clean() -> Story:
    """Bought, refused, expired, paid late, unknown and there, restocked, cancelled, sold out."""
    story = Story()
    story.bought("a", 2)
    story.bought("b", 1, result="unknown")
    story.order("b", 1, "ok", story.told["b"])
    story.order("c", 2, "fail", {"code": "sold_out", "status": 409})
    story.order("c", 1, "unknown")
    story.settled("pay", "a", "pay")
    story.sample()
    story.at_ms += HOLD_MS
    story.step("expire", "b")
    story.settled("pay", "b", "pay")
    story.offer("paused")
    story.ask("pause", "ok", {"status": 200}, offer=OFFER)
    story.order("d", 1, "fail", {"code": "not_open", "status": 409})
    story.offer("open")
    story.ask("resume", "ok", {"status": 200}, offer=OFFER)
    story.offer("open", delta=1)
    story.ask("restock", "ok", {"status": 200}, offer=OFFER, delta=1)
    story.bought("e", 2)
    story.settled("cancel", "e", "cancel")
    story.take("f", 2)
    story.extended("f")
    story.order("f", 2, "ok", story.told["f"])
    story.settled("pay", "f", "pay")
    return story


def broken(story: Story) -> set[str]:
    """The short names of the invariants that do not hold."""
    return {verdict.name.split("  ")[0] for verdict in judge(story.evidence()) if not verdict.held}
