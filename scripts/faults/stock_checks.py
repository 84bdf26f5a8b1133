"""Invariants of units: I1 to I3, I7, I11, I12. Each check returns its complaints. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from scripts.faults.evidence import ORDER_KINDS, OWNED, Evidence, Operation
from scripts.faults.timeline import STATE_AFTER, Timeline

NOT_OPEN = frozenset({"paused", "armed"})


def no_oversell(e: Evidence) -> Iterable[str]:
    """I1, at every sample, at every entry of the ledger, and at the end in Redis and SQL."""
    for op in e.done("sample"):
        if op.said["left"] < 0 or op.said["held"] + op.said["sold"] > _most(e, op):
            yield f"sample {op.n}: {op.said} of at most {_most(e, op)} units"
    totals: dict[str, int] = {}
    for entry in e.entries:
        if entry["kind"] == "offer":
            totals[entry["offer"]] = entry["quantity"] + entry["restocked"]
        total = totals.get(entry["offer"], 0)
        if entry["left"] < 0 or entry["held"] + entry["paid"] > total:
            yield f"entry {entry['n']}: {entry['held']} held, {entry['paid']} paid of {total}"
    for offer, line in e.audited.items():
        total = line["quantity"] + line["restocked"]
        in_sql = sum(
            row["quantity"]
            for row in e.rows.values()
            if row["offer_id"] == offer and row["state"] in OWNED
        )
        if max(line["held"] + line["paid"], in_sql) > total or line["left"] < 0:
            yield f"offer {offer}: {in_sql} units owned in SQL, {line} in Redis"
        yield from _restocks_explained(e, offer, line["restocked"])


def _most(e: Evidence, sample: Operation) -> int:
    """Units that there can have been of the sampled offer, everything unknown counted as done."""
    offer = sample.asked["offer"]
    added = sum(
        op.asked["delta"]
        for op in e.operations
        if op.do == "restock"
        and op.asked["offer"] == offer
        and op.result != "fail"
        and op.began_ms <= sample.ended_ms
    )
    return int(e.offers[offer]["quantity"] + added)


def _restocks_explained(e: Evidence, offer: str, restocked: int) -> Iterable[str]:
    """Units come from the operator alone, and what was answered is there unless it was lost."""
    asked = [op for op in e.operations if op.do == "restock" and op.asked["offer"] == offer]
    sure = sum(op.asked["delta"] for op in asked if op.result == "ok")
    maybe = sum(op.asked["delta"] for op in asked if op.result == "unknown")
    lost = sum(
        fact["delta"]
        for loss in e.losses
        for fact in loss.facts
        if fact.get("offer") == offer and fact["kind"] == "offer"
    )
    if not sure - lost <= restocked <= sure + maybe:
        yield f"offer {offer}: {restocked} restocked; {sure} done, {maybe} unknown, {lost} lost"


def no_undersell(e: Evidence) -> Iterable[str]:
    """I2: at the end there was demand for every unit, and every hold was paid."""
    for offer, line in e.audited.items():
        total = line["quantity"] + line["restocked"]
        if line["left"] or line["held"] or line["paid"] != total:
            yield f"offer {offer}: not all of {total} units were sold: {line}"
    for offer in e.offers.keys() - e.audited.keys():
        yield f"offer {offer} is not in the audit"


def conserved(e: Evidence) -> Iterable[str]:
    """I3: in every sample, and the sum of the ledger is what Redis and the orders say."""
    for op in e.done("sample"):
        said = op.said
        if said["left"] + said["held"] + said["sold"] != said["quantity"] + said["restocked"]:
            yield f"sample {op.n}: {said}"
    if not e.final["audit"]["ok"] or e.final["audit"]["ledger_lag"]:
        yield f"the audit itself: {e.final['audit']}"
    yield from _sums_agree(e)


def _sums_agree(e: Evidence) -> Iterable[str]:
    rows, ledger = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in e.rows.values():
        rows[row["offer_id"], row["state"]] += row["quantity"]
    for *_, step in e.steps.values():
        ledger[step["offer"], STATE_AFTER[step["kind"]]] += step["quantity"]
    last = {entry["offer"]: entry for entry in e.entries}
    for offer, line in e.audited.items():
        for state in STATE_AFTER.values():
            sums = ledger[offer, state], rows[offer, state], line[state]
            if len(set(sums)) > 1:
                yield f"offer {offer}, {state}: ledger, orders and audit say {sums}"
        if offer not in last or last[offer]["left"] != line["left"]:
            yield f"offer {offer}: {line['left']} left, the ledger's last entry says otherwise"


def end_ms(e: Evidence, order: Operation) -> int:
    """Until when the order was to be held: as its buyer was told, also by an extension that was not lost."""
    ends = [order.said["expires_at"]]
    for op in e.done("extend"):
        name = op.asked["order"]
        if name == order.said["id"] and not e.may_be_lost(name, ("extend",), op.began_ms):
            ends.append(op.said["expires_at"])
    return max(map(_unix_ms, ends))


def extensions_kept(e: Evidence) -> Iterable[str]:
    """I13: a hold that was extended by its own length ends then, in SQL too; what a rebuild granted does not
    stand there."""
    hold_ms = {offer["id"]: offer["hold_s"] * 1000 for offer in e.offers.values()}
    for op in e.done("extend"):
        row = e.rows.get(op.asked["order"])
        if row is None or e.may_be_lost(row["id"], ("extend",), op.began_ms):
            continue
        end, kept = (_unix_ms(said["expires_at"]) for said in (op.said, row))
        is_granted = end - _unix_ms(op.said["placed_at"]) != 2 * hold_ms[row["offer_id"]]
        if end != kept and not is_granted:
            yield f"operation {op.n}: {row['id']} was to end at {op.said['expires_at']}, not {row['expires_at']}"


def _unix_ms(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def holds_end(e: Evidence) -> Iterable[str]:
    """I7: never before the deadline that was answered last, never twice, and all of them do."""
    for op in e.done("order"):
        due_ms = end_ms(e, op)
        ends = [s for s in e.steps.get(op.said["id"], ()) if s["kind"] == "expire"]
        if len(ends) > 1:
            yield f"order {op.said['id']} expired {len(ends)} times"
        if ends and ends[0]["at_ms"] < due_ms:
            yield f"order {op.said['id']} expired {due_ms - ends[0]['at_ms']:.0f} ms early"
    for order in e.final["overdue"]:
        yield f"order {order['id']} is held long after {order['expires_at']}"


def refusals_true(e: Evidence) -> Iterable[str]:
    """I11: what a refusal says was so at some moment between the question and the answer."""
    timeline = Timeline(e)
    for op in e.done("order", result="fail"):
        code = str(op.said.get("code"))
        is_true = REASONS.get(code)
        if is_true is None:
            yield f"order {op.n}: refused for no reason of the contract: {code}"
        elif not is_true(e, timeline, op):
            yield f"order {op.n} by {op.asked}: {code} was never so while it was asked"


def _was_sold_out(e: Evidence, timeline: Timeline, op: Operation) -> bool:
    left = timeline.left[op.asked["offer"]].during(op.began_ms, op.ended_ms)
    return any(units < op.asked["quantity"] for units in left)


def _was_at_limit(e: Evidence, timeline: Timeline, op: Operation) -> bool:
    offer = op.asked["offer"]
    owned = timeline.owned[offer, op.asked["viewer"]].during(op.began_ms, op.ended_ms)
    return bool(max(owned, default=0) + op.asked["quantity"] > e.offers[offer]["limit"])


def _was_not_open(e: Evidence, timeline: Timeline, op: Operation) -> bool:
    states = timeline.state[op.asked["offer"]].during(op.began_ms, op.ended_ms)
    return not NOT_OPEN.isdisjoint(states)


def _was_over(e: Evidence, timeline: Timeline, op: Operation) -> bool:
    return "closed" in timeline.state[op.asked["offer"]].during(op.began_ms, op.ended_ms)


def _elsewhere(e: Evidence, timeline: Timeline, op: Operation) -> bool:
    """A used key is I4's matter; what was not sent was not refused."""
    return True


REASONS: dict[str, Callable[[Evidence, Timeline, Operation], bool]] = {
    "sold_out": _was_sold_out,
    "limit_reached": _was_at_limit,
    "not_open": _was_not_open,
    "ended": _was_over,
    "key_reused": _elsewhere,
    "not_connected": _elsewhere,
}


def whole_orders(e: Evidence) -> Iterable[str]:
    """I12: all units of an order or none: what was asked is what was taken, in one step."""
    asked = {key: {op.asked["quantity"] for op in ops} for key, ops in e.by_key.items()}
    for row in e.rows.values():
        wanted = asked.get((row["viewer_id"], row["key"]), set())
        if row["quantity"] not in wanted:
            yield f"order {row['id']} is of {row['quantity']}, asked for were {sorted(wanted)}"
    left: dict[str, int] = {}
    for entry in e.entries:
        offer = entry["offer"]
        if entry["kind"] == "take" and left.get(offer, 0) - entry["left"] != entry["quantity"]:
            yield f"entry {entry['n']}: {entry['quantity']} ordered, {left.get(offer)} → {entry['left']}"
        left[offer] = entry["left"]
        if entry["kind"] in ORDER_KINDS and entry["order"] not in e.rows:
            yield f"entry {entry['n']}: its order {entry['order']} is not among the orders"
