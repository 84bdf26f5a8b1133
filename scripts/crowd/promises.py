"""The judge: API.md's promises against what a crowd saw and what the server says. Pure.

Every check gets all the evidence and returns the complaints it has; none means the promise held.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from live.crowd.purchase import UNRESOLVED
from scripts.crowd.records import Evidence

EXPIRY_SLACK_S = 1.0  # "within a second of its expiry" (API.md, promise 5)
SHOWN_EXAMPLES = 5
STATES = ("held", "paid", "expired", "cancelled", "refunded")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise: held if nobody complained."""

    name: str
    complaints: int
    examples: tuple[str, ...]

    @property
    def held(self) -> bool:
        return self.complaints == 0


def judge(evidence: Evidence) -> list[Verdict]:
    """All promises, in the order a reader wants them."""
    verdicts = []
    for name, check in CHECKS:
        complaints = list(check(evidence))
        verdicts.append(Verdict(name, len(complaints), tuple(complaints[:SHOWN_EXAMPLES])))
    return verdicts


def _entry(evidence: Evidence) -> dict[str, Any]:
    for offer in evidence.audit.get("offers", []):
        if offer.get("id") == evidence.offer_id:
            return dict(offer)
    return {}


def _rows(evidence: Evidence) -> list[dict[str, Any]]:
    return [r for r in evidence.rows if r.get("offer_id") == evidence.offer_id]


def _units(rows: Iterable[dict[str, Any]], *states: str) -> int:
    return sum(int(r["quantity"]) for r in rows if r["state"] in states)


def balance(evidence: Evidence) -> Iterable[str]:
    offer = _entry(evidence)
    if not offer:
        yield "the audit does not know the offer"
        return
    have = int(offer["left"]) + int(offer["held"]) + int(offer["paid"])
    asked = evidence.quantity + evidence.restocked
    if have != int(offer["quantity"]) + int(offer["restocked"]):
        yield f"left + held + paid is {have}, quantity + restocked is not"
    if int(offer["quantity"]) + int(offer["restocked"]) != asked:
        yield f"{asked} units were put on sale, the audit says otherwise"
    if int(offer["left"]) < 0:
        yield f"left is {offer['left']}"
    if int(offer["difference"]) != 0 or not evidence.audit.get("ok"):
        yield f"the audit itself: difference {offer['difference']}, ok {evidence.audit.get('ok')}"


def not_oversold(evidence: Evidence) -> Iterable[str]:
    sold = _units(_rows(evidence), "held", "paid")
    if sold > evidence.quantity + evidence.restocked:
        yield f"{sold} units are held or paid, {evidence.quantity + evidence.restocked} existed"


def ledger_equals_stock(evidence: Evidence) -> Iterable[str]:
    offer, rows = _entry(evidence), _rows(evidence)
    for state in STATES:
        units = _units(rows, state)
        if offer and units != int(offer[state]):
            yield f"{state}: {units} units in the orders list, {offer[state]} in the audit"
    for strange in {str(r["state"]) for r in rows} - set(STATES):
        yield f"the orders list holds the state {strange}, which is none of the five"
    lag = evidence.audit.get("ledger_lag")
    if lag:
        yield f"the ledger never caught up: {lag} facts behind"


def not_lost(evidence: Evidence) -> Iterable[str]:
    listed = {str(r["id"]): r for r in evidence.rows}
    for purchase in evidence.accepted:
        row = listed.get(purchase.order)
        if row is None:
            yield f"order {purchase.order} was confirmed and is not in the list"
        elif int(row["quantity"]) != purchase.quantity:
            yield f"order {purchase.order}: {purchase.quantity} confirmed, {row['quantity']} listed"


def not_doubled(evidence: Evidence) -> Iterable[str]:
    known = Counter(p.order for p in evidence.accepted)
    for order, times in known.items():
        if times > 1:
            yield f"order {order} answered {times} different keys"
    for order, times in Counter(str(r["id"]) for r in evidence.rows).items():
        if times > 1:
            yield f"order {order} is listed {times} times"
    nobodys = [r for r in _rows(evidence) if r["id"] not in known]
    unknown = sum(p.outcome == UNRESOLVED for p in evidence.purchases)
    if len(nobodys) > unknown:  # an answer that never arrived may still have sold
        for row in nobodys:
            yield f"order {row['id']} belongs to no key that anybody asked with"


def one_order_per_key(evidence: Evidence) -> Iterable[str]:
    listed = Counter((r["viewer_id"], r["key"]) for r in evidence.rows)
    for (buyer, key), times in listed.items():
        if times > 1:
            yield f"viewer {buyer} has {times} orders under the key {key}"


def all_answered(evidence: Evidence) -> Iterable[str]:
    for purchase in evidence.purchases:
        if purchase.outcome == UNRESOLVED:
            yield f"key {purchase.key} never got an answer ({purchase.repeats} repeats)"


def same_answer(evidence: Evidence) -> Iterable[str]:
    for purchase in evidence.accepted:
        for body in purchase.replays:
            if body != purchase.body:
                yield f"key {purchase.key}: first {purchase.body!r}, again {body!r}"


def within_limit(evidence: Evidence) -> Iterable[str]:
    owned: Counter[str] = Counter()
    for row in _rows(evidence):
        if row["state"] in ("held", "paid"):
            owned[str(row["viewer_id"])] += int(row["quantity"])
    for buyer, units in owned.items():
        if units > evidence.limit:
            yield f"viewer {buyer} has {units} units, the limit is {evidence.limit}"


def nothing_withheld(evidence: Evidence) -> Iterable[str]:
    wanted: defaultdict[str, int] = defaultdict(int)
    for purchase in evidence.purchases:
        wanted[purchase.buyer] += purchase.quantity
    could = min(
        evidence.quantity + evidence.restocked,
        sum(min(units, evidence.limit) for units in wanted.values()),
    )
    sold = sum(p.quantity for p in evidence.accepted)
    if sold < could:
        yield f"{could} units were there and wanted, {sold} were sold"


def ends_stand(evidence: Evidence) -> Iterable[str]:
    state_of = {str(r["id"]): str(r["state"]) for r in evidence.rows}
    for purchase in evidence.accepted:
        state = state_of.get(purchase.order, "")
        if not state or (purchase.wish == "leave" and state in ("expired", "held")):
            continue
        if purchase.end and state != purchase.end:
            yield f"order {purchase.order}: {purchase.end} was answered, {state} is listed"
        elif purchase.wish == "leave":
            yield f"order {purchase.order}: nobody paid or cancelled it, {state} is listed"


def late_is_settled(evidence: Evidence) -> Iterable[str]:
    for purchase in evidence.accepted:
        if purchase.wish == "late" and purchase.end not in ("paid", "refunded"):
            said = purchase.end or purchase.end_code or "nothing"
            yield f"order {purchase.order} was paid too late and neither kept nor refunded: {said}"


def expires_in_time(evidence: Evidence) -> Iterable[str]:
    if evidence.outage:
        return
    due = {p.order: p.expires_at for p in evidence.accepted}
    for heard in evidence.heard:
        for order, at in heard.expired_at.items():
            if due.get(order):
                late_s = (_moment(at) - _moment(due[order])).total_seconds()
                if late_s > EXPIRY_SLACK_S:
                    yield f"order {order} went back {late_s:.1f} s after its hold ended"


def heard_own(evidence: Evidence) -> Iterable[str]:
    by_viewer = {h.viewer: h for h in evidence.heard}
    buyer_of = {p.order: p.buyer for p in evidence.accepted}
    for purchase in evidence.accepted:
        heard = by_viewer.get(purchase.buyer)
        if heard and not heard.resets and purchase.order not in heard.orders:
            yield f"viewer {purchase.buyer} was never told of order {purchase.order}"
    for heard in evidence.heard:
        for order in heard.orders:
            if buyer_of.get(order, heard.viewer) != heard.viewer:
                yield f"viewer {heard.viewer} was told of order {order}, which is another's"
        if heard.repeats:
            yield f"viewer {heard.viewer} got {heard.repeats} events twice"


def tally_equals_audit(evidence: Evidence) -> Iterable[str]:
    offers = evidence.audit.get("offers", [])
    for name in ("held", "paid"):
        audited = sum(int(o[name]) for o in offers)
        if evidence.tally.get(name) != audited:
            yield f"{name}: the tally says {evidence.tally.get(name)}, the audit {audited}"
    if evidence.tally.get("orders") != len(evidence.rows):
        yield f"orders: the tally says {evidence.tally.get('orders')}, {len(evidence.rows)} listed"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


CHECKS: tuple[tuple[str, Callable[[Evidence], Iterable[str]]], ...] = (
    ("left + held + paid = quantity + restocked, difference 0", balance),
    ("nothing oversold", not_oversold),
    ("orders list and stock agree", ledger_equals_stock),
    ("no confirmed order lost", not_lost),
    ("no order doubled", not_doubled),
    ("one key, one order", one_order_per_key),
    ("every key got an answer", all_answered),
    ("one key, one answer, word for word", same_answer),
    ("nobody over the limit", within_limit),
    ("everything that was wanted and there was sold", nothing_withheld),
    ("what pay and cancel answered stands", ends_stand),
    ("a late payment is kept or refunded", late_is_settled),
    ("holds end within a second", expires_in_time),
    ("viewers heard of their own orders, once", heard_own),
    ("the tally equals the audit", tally_equals_audit),
)
