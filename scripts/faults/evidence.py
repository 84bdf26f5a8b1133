"""What a run is judged by, read out of its history. Pure."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Json = dict[str, Any]

ORDER_KINDS = frozenset({"take", "pay", "cancel", "expire", "refund"})
OWNED = frozenset({"held", "paid"})


@dataclass(slots=True)
class Operation:
    """One attempt at something. `ended_ms` is infinite, and the result `unknown`, if nothing came back."""

    n: int
    who: str
    do: str
    asked: Json
    began_ms: float
    ended_ms: float = math.inf
    result: str = "unknown"
    said: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loss:
    """Redis lost `facts` that SQL had not: these, and only these, may be missing. `floor`: the last
    fact of the show that was left somewhere."""

    at_ms: float
    epoch: str
    floor: int
    facts: tuple[Json, ...]


@dataclass
class Evidence:
    """A whole run. `heard`: what each socket said, in order."""

    setting: Json
    operations: list[Operation]
    losses: list[Loss]
    faults: list[Json]
    heard: dict[str, list[Json]]
    final: Json

    @cached_property
    def offers(self) -> dict[str, Json]:
        return {offer["id"]: offer for offer in self.setting["offers"]}

    @cached_property
    def entries(self) -> list[Json]:
        """The ledger's lines."""
        _, _, body = self.final["export"].partition("\n\n")
        return [json.loads(line.partition(" ")[2]) for line in body.splitlines()]

    @cached_property
    def rows(self) -> dict[str, Json]:
        return {row["id"]: row for row in self.final["rows"]}

    @cached_property
    def audited(self) -> dict[str, Json]:
        return {line["id"]: line for line in self.final["audit"]["offers"]}

    @cached_property
    def steps(self) -> dict[str, list[Json]]:
        """Order id → its entries, in order."""
        steps: defaultdict[str, list[Json]] = defaultdict(list)
        for entry in self.entries:
            if entry["kind"] in ORDER_KINDS:
                steps[entry["order"]].append(entry)
        return dict(steps)

    def done(self, *verbs: str, result: str = "ok") -> list[Operation]:
        return [op for op in self.operations if op.do in verbs and op.result == result]

    @cached_property
    def by_key(self) -> dict[tuple[str, str], list[Operation]]:
        """(viewer, key) → all attempts, as they began."""
        found: defaultdict[tuple[str, str], list[Operation]] = defaultdict(list)
        for op in self.operations:
            if op.do == "order":
                found[op.asked["viewer"], op.asked["key"]].append(op)
        return dict(found)

    def may_be_lost(self, order: str, kinds: Iterable[str], began_ms: float) -> bool:
        """Whether a fact of the order that was asked for at `began_ms` was lost with Redis's files."""
        wanted = {"take", *kinds}
        return any(
            fact.get("order") == order and fact["kind"] in wanted
            for loss in self.losses
            if began_ms <= loss.at_ms
            for fact in loss.facts
        )


def read_evidence(lines: Sequence[Json]) -> Evidence:
    """The history's lines, put in order. Raises KeyError when it has no end."""
    operations: dict[int, Operation] = {}
    losses, faults, heard = [], [], defaultdict[str, list[Json]](list)
    once: dict[str, Json] = {}
    for line in lines:
        what = line["what"]
        if what == "invoke":
            n = line["op"]
            operations[n] = Operation(n, line["who"], line["do"], line["asked"], line["t"])
        elif what in ("ok", "fail", "unknown"):
            op = operations[line["op"]]
            op.ended_ms, op.result, op.said = line["t"], what, line["said"]
        elif what == "fault":
            faults.append(line)
            if loss := line.get("loss"):
                facts = tuple(loss["facts"])
                losses.append(Loss(loss["at"], line["epoch"], loss["floor"], facts))
        elif what == "heard":
            heard[line["who"]].append(line["event"])
        else:
            once[what] = line
    return Evidence(
        once["setting"], list(operations.values()), losses, faults, dict(heard), once["final"]
    )
