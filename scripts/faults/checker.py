"""The judge: every invariant of a recorded history, by name. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scripts.faults import order_checks, socket_checks, stock_checks
from scripts.faults.evidence import Evidence

SHOWN = 5  # complaints of one check


@dataclass(frozen=True, slots=True)
class Verdict:
    """One invariant: held if nobody complained."""

    name: str
    complaints: tuple[str, ...]

    @property
    def held(self) -> bool:
        return not self.complaints


def recovered(e: Evidence) -> Iterable[str]:
    """F1 to F8: on sale again by itself after every fault."""
    for fault in e.faults:
        if fault["phase"] == "not_recovered":
            yield f"fault {fault['n']} ({fault['kind']}): the sale did not go on by itself"


def known_answers(e: Evidence) -> Iterable[str]:
    """F2: nothing but the contract's statuses; trouble is a 503, never a 500."""
    for op in e.operations:
        status = op.said.get("status", 0)
        if status >= 500 and status != 503:
            yield f"operation {op.n}: {op.do} was answered {status}"


def chain_verifies(e: Evidence) -> Iterable[str]:
    """The exported ledger recomputes, and every receipt that was given out stands in it."""
    code, said = e.final["verify"]
    if code != 0:
        yield f"live verify ended with {code}: {said}"


CHECKS: tuple[tuple[str, Callable[[Evidence], Iterable[str]]], ...] = (
    ("I1  no oversell", stock_checks.no_oversell),
    ("I2  no undersell", stock_checks.no_undersell),
    ("I3  units are conserved", stock_checks.conserved),
    ("I4  one order per key", order_checks.one_order_per_key),
    ("I5  limit per buyer", order_checks.within_limit),
    ("I6  what was answered is durable", order_checks.durable),
    ("I7  holds end, once, never early", stock_checks.holds_end),
    ("I8  paid or released, never both", order_checks.settled_once),
    ("I9  a late payment counts or is refunded", order_checks.late_payments),
    ("I10 every event once in SQL", order_checks.outbox),
    ("I10 every event once on a socket", socket_checks.told_once),
    ("I11 a refusal is true", stock_checks.refusals_true),
    ("I12 all of an order or nothing", stock_checks.whole_orders),
    ("I13 an extension is kept", stock_checks.extensions_kept),
    ("the chain and its receipts verify", chain_verifies),
    ("on sale again by itself", recovered),
    ("no answer outside the contract", known_answers),
)


def judge(evidence: Evidence) -> list[Verdict]:
    """All invariants, by number."""
    return [Verdict(name, tuple(check(evidence))) for name, check in CHECKS]
