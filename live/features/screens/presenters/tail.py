"""The last orders, comments and acts of a show, kept by one process and brought up to date from the log."""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from live.domain.events import STATE_AFTER, Fact, OrderTold
from live.features.screens.presenters.chat_tail import ChatTail
from live.features.screens.presenters.views import ActView, CueView, OrderView
from live.store.cues import Cue
from live.store.orders import Order

ORDERS_KEPT = 60
ACTS_KEPT = 8
SOLD_MS = 100  # one bucket of the units sold lately
ENTRIES_READ = (
    400  # log entries read at once; when more came between two beats the oldest are not shown
)


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


class Tail:
    """Fed with facts in order. `seq`: the last fact seen; `changed_seq`: the last that changed the line-up."""

    def __init__(self, seq: int, orders: Iterable[Order], chat: ChatTail, cue: Cue | None) -> None:
        self.seq = seq
        self.changed_seq = 0
        self.cue = CueView(cue.id, cue.text, cue.by, cue.at, cue.acked_at) if cue else None
        self.ended_at: datetime | None = None  # known here before SQL has it
        self.acts: deque[ActView] = deque(maxlen=ACTS_KEPT)
        self.chat = chat
        self.orders: OrderedDict[str, tuple[str, OrderView]] = (
            OrderedDict()
        )  # id → (offer id, view)
        # Offer id → units, by the tenth of a second (its first ms) in which they were taken: the last 10 s.
        self.sold: deque[tuple[int, Counter[str]]] = deque()
        for row in reversed(list(orders)):
            view = OrderView(
                row.id,
                row.buyer_name,
                "",
                row.quantity,
                row.amount_minor,
                row.currency,
                row.state,
                row.placed_at,
                row.expires_at,
            )
            self.orders[row.id] = (row.offer_id, view)

    def follow(self, facts: Sequence[Fact]) -> None:
        """Consecutive facts; left alone if there is a gap before them, which only the log can fill."""
        if facts and facts[0].seq <= self.seq + 1:
            self.feed(facts)

    def feed(self, facts: Sequence[Fact]) -> None:
        """What is known already is passed by."""
        last = _last_orders(facts)
        for fact in facts:
            if fact.seq <= self.seq:
                continue
            self.seq = fact.seq
            if fact.order is None:
                self._other(fact, cast("dict[str, Any]", fact.payload))
                continue
            self.chat.bought(fact.order.buyer)
            if fact.kind == "take":
                self._sold(fact.at_ms, fact.order)
            if fact.order.order in last or fact.order.order in self.orders:
                self._order(fact, fact.order)

    def _sold(self, at_ms: int, order: OrderTold) -> None:
        bucket = at_ms - at_ms % SOLD_MS
        if not self.sold or self.sold[-1][0] != bucket:
            self.sold.append((bucket, Counter()))
        self.sold[-1][1][order.offer] += order.quantity

    def _order(self, fact: Fact, order: OrderTold) -> None:
        state = STATE_AFTER[fact.kind]
        known = self.orders.get(order.order)
        if known is not None:
            self.orders[order.order] = (known[0], replace(known[1], state=state))
            return
        view = OrderView(
            order.order, order.name, "", order.quantity, order.amount, order.currency,
            state, at(fact.at_ms), at(order.expires_ms),
        )  # fmt: skip
        self.orders[view.id] = (order.offer, view)
        while len(self.orders) > ORDERS_KEPT:
            self.orders.popitem(last=False)

    def _other(self, fact: Fact, payload: dict[str, Any]) -> None:
        match fact.kind:
            case "comment" | "comment_state" | "pin" | "standing" | "chat_rules":
                self.chat.hear(fact.kind, fact.at_ms, payload)
            case "cue":
                self.cue = CueView(
                    payload["cue"], payload["text"], payload["by"], at(fact.at_ms), None
                )
            case "cue_ack" if self.cue and self.cue.id == payload["cue"] and not self.cue.acked_at:
                self.cue = replace(self.cue, acked_at=at(fact.at_ms))
            case "act":
                self.acts.append(
                    ActView(
                        at(fact.at_ms),
                        payload["actor"],
                        payload["verb"],
                        payload["detail"],
                        payload["ms"],
                    )
                )
            case "items" | "show" | "offer":
                self.changed_seq = fact.seq
                if fact.kind == "show" and payload["state"] == "ended":
                    self.ended_at = at(fact.at_ms)

    def recent_units(self, now_ms: int) -> dict[str, int]:
        """Units taken in the last 10 s, by offer."""
        while self.sold and self.sold[0][0] < now_ms - 10_000:
            self.sold.popleft()
        units = Counter[str]()
        for _, sold in self.sold:
            units.update(sold)
        return units


def _last_orders(facts: Sequence[Fact]) -> set[str]:
    """As many orders as are kept, of those that something has happened to last: in a rush a thousand come
    between two beats, and the rest would be gone again before anybody saw them."""
    last = set[str]()
    for fact in reversed(facts):
        if len(last) == ORDERS_KEPT:
            break
        if fact.order is not None:
            last.add(fact.order.order)
    return last
