"""Invariants of orders: I4 to I6, I8 to I10. Each check returns its complaints. Pure."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from scripts.faults.evidence import OWNED, Evidence, Operation
from scripts.faults.timeline import STATE_AFTER

ANSWER = ("id", "state", "offer_id", "quantity", "amount", "currency", "expires_at", "attempt")
STATE_BY = {"pay": ("paid", "refunded"), "cancel": ("cancelled", "refunded")}
KIND_OF = {"paid": "pay", "cancelled": "cancel", "refunded": "refund"}  # what made it so
# kind → states in which it may find the order
LEGAL = {
    "take": (None,),
    "pay": ("held", "expired"),
    "cancel": ("held",),
    "expire": ("held",),
    "refund": ("paid", "expired"),
}


def one_order_per_key(e: Evidence) -> Iterable[str]:
    """I4: one key, one order, one answer word for word; another body under it is refused."""
    listed = Counter((row["viewer_id"], row["key"]) for row in e.final["rows"])
    for (viewer, key), times in listed.items():
        if times > 1:
            yield f"{viewer} has {times} orders under the key {key}"
    for whose, ops in e.by_key.items():
        answered = [op for op in ops if op.result == "ok"]
        yield from _one_answer(e, answered)
        for op in ops:
            yield from _heeds(e, op, answered)
        for op in answered:
            row = e.rows.get(op.said["id"])
            if row and (row["viewer_id"], row["key"]) != whose:
                yield f"order {op.said['id']} answered the key {whose} and is another's"


def _one_answer(e: Evidence, answered: list[Operation]) -> Iterable[str]:
    for one, other in pairwise(sorted(answered, key=lambda op: op.ended_ms)):
        if _words(one) != _words(other) and not _replaced(e, one, other):
            yield f"operations {one.n}, {other.n} of one key: {_words(one)}, then {_words(other)}"


def _words(op: Operation) -> dict[str, Any]:
    return {name: op.said.get(name) for name in ANSWER}


def _replaced(e: Evidence, one: Operation, other: Operation) -> bool:
    """The first order was lost, so that the key made a second."""
    first, second = one.said["id"], other.said["id"]
    return first != second and e.may_be_lost(first, (), one.began_ms)


def _heeds(e: Evidence, op: Operation, answered: list[Operation]) -> Iterable[str]:
    """What was asked after an acceptance must know of it."""
    before = [
        one
        for one in answered
        if one.ended_ms < op.began_ms and not e.may_be_lost(one.said["id"], (), one.began_ms)
    ]
    if not before or op.said.get("code") == "not_connected":
        return
    same = op.asked["quantity"] == before[0].asked["quantity"]
    if op.result == "fail" and same:
        yield f"operation {op.n}: the key was accepted before, now {op.said.get('code')}"
    if op.result == "ok" and not same:
        yield f"operation {op.n}: another body under a used key was accepted"
    if op.result == "fail" and not same and op.said.get("code") != "key_reused":
        yield f"operation {op.n}: another body under a used key: {op.said.get('code')}"


def within_limit(e: Evidence) -> Iterable[str]:
    """I5: at every entry of the ledger, and at the end."""
    owned, state = Counter[tuple[str, str]](), dict[str, str]()
    for entry in e.entries:
        if entry["kind"] == "offer":
            continue
        order, who = entry["order"], (entry["offer"], entry["buyer"])
        before, state[order] = state.get(order), STATE_AFTER[entry["kind"]]
        owned[who] += ((state[order] in OWNED) - (before in OWNED)) * entry["quantity"]
        if owned[who] > e.offers[entry["offer"]]["limit"]:
            yield f"entry {entry['n']}: a buyer has {owned[who]} units"
    units = Counter[tuple[str, str]]()
    for row in e.rows.values():
        if row["state"] in OWNED:
            units[row["offer_id"], row["viewer_id"]] += row["quantity"]
    for (offer, viewer), count in units.items():
        if count > e.offers[offer]["limit"]:
            yield f"{viewer} has {count} units of {offer}"


def durable(e: Evidence) -> Iterable[str]:
    """I6: what was answered with yes is in SQL; only facts that went with Redis's files may be missing."""
    for op in e.done("order"):
        row = e.rows.get(op.said["id"])
        if row is None:
            if not e.may_be_lost(op.said["id"], (), op.began_ms):
                yield f"operation {op.n}: order {op.said['id']} was accepted and is lost"
        elif any(row[name] != op.said[name] for name in ("offer_id", "quantity", "amount")):
            yield f"order {op.said['id']}: {op.said} was answered, {row} is kept"
    for op in e.done("pay", "cancel"):
        order, said = op.asked["order"], op.said["state"]
        kinds = [step["kind"] for step in e.steps.get(order, ())]
        kind = KIND_OF.get(said, "none")
        if kind not in kinds and not e.may_be_lost(order, (kind,), op.began_ms):
            yield f"operation {op.n}: {order} was answered {said}, its entries are {kinds}"
    for verb, state in (("pause", "paused"), ("resume", "open")):
        yield from _moves_kept(e, verb, state)


def _moves_kept(e: Evidence, verb: str, state: str) -> Iterable[str]:
    for offer in e.offers:
        said = sum(op.asked["offer"] == offer for op in e.done(verb))
        there = [*e.entries, *(fact for loss in e.losses for fact in loss.facts)]
        states = {state, "sold_out"} if state == "open" else {state}
        kept = sum(
            entry["kind"] == "offer" and entry["offer"] == offer and entry["state"] in states
            for entry in there
        )
        if said > kept:
            yield f"offer {offer}: {verb} was answered {said} times, {kept} entries say so"


def settled_once(e: Evidence) -> Iterable[str]:
    """I8: each hold is paid or released, never both; an order ends as its last entry says."""
    for order, steps in e.steps.items():
        state: str | None = None
        for step in steps:
            if state not in LEGAL[step["kind"]]:
                yield f"entry {step['n']}: {step['kind']} of order {order}, which is {state}"
            state = STATE_AFTER[step["kind"]]
        row = e.rows.get(order)
        if row and row["state"] != state:
            yield f"order {order} is {row['state']}, its last entry makes it {state}"


def late_payments(e: Evidence) -> Iterable[str]:
    """I9: money that was taken is for a paid order, or is refunded."""
    for op in e.done("pay", "cancel"):
        order, said = op.asked["order"], op.said["state"]
        if said not in STATE_BY[op.do]:
            yield f"operation {op.n}: {op.do} was answered with an order that is {said}"
        row = e.rows.get(order)
        now = row["state"] if row else "lost"
        kept = {"paid": ("paid", "refunded")}.get(said, (said,))
        if now not in kept and not e.may_be_lost(order, (KIND_OF.get(said, "none"),), op.began_ms):
            yield f"operation {op.n}: {order} was answered {said} and is {now}"


def outbox(e: Evidence) -> Iterable[str]:
    """I10: every event once in SQL: no gap, no repeat, nothing that nobody asked for."""
    for number, (before, entry) in enumerate(pairwise([{"seq": 0}, *e.entries]), 1):
        if entry["n"] != number or entry["seq"] <= before["seq"]:
            yield f"entry {entry['n']} (seq {entry['seq']}) stands after seq {before['seq']}"
    rows = Counter(row["id"] for row in e.final["rows"])
    takes = Counter(entry["order"] for entry in e.entries if entry["kind"] == "take")
    for order in takes.keys() | rows.keys():
        if (takes[order], rows[order]) != (1, 1):
            yield f"order {order}: taken {takes[order]} times, {rows[order]} rows"
    yield from _unexpected(e)


def _unexpected(e: Evidence) -> Iterable[str]:
    for row in e.rows.values():
        ops = e.by_key.get((row["viewer_id"], row["key"]), [])
        if all(op.result == "fail" for op in ops):
            yield f"order {row['id']} exists, and every attempt under {row['key']} was refused"
