"""The last orders, comments and acts of a show, kept by one process and brought up to date from the log."""

import json
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from live.domain.act import DONE
from live.domain.events import STATE_AFTER, Fact, OrderTold
from live.domain.offer import OfferState
from live.domain.snippets import CHANGES
from live.domain.trend import Trend
from live.features.screens.presenters.act_views import ActView
from live.features.screens.presenters.chat_tail import ChatTail
from live.features.screens.presenters.host_tail import KINDS as HOST_KINDS
from live.features.screens.presenters.host_tail import HostTail
from live.features.screens.presenters.pace import Pace
from live.features.screens.presenters.views import OrderView
from live.store.acts import Act
from live.store.entries import LedgerEntry
from live.store.orders import Order

ORDERS_KEPT = 60
ACTS_KEPT = 8
DECLINED_KEPT = 100  # orders whose payment was declined
HEARD_MS = 250  # between two notes of how far the log was at what time
HEARD_KEPT = 2_400  # of these: ten minutes
# Log entries read at once; when more came between two beats the oldest are not shown.
ENTRIES_READ = 400


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def act_view(row: Act) -> ActView:
    return ActView(
        at(row.at_ms),
        row.actor,
        row.verb,
        row.detail,
        row.ms,
        row.result,
        json.loads(row.why),
        row.seq,
    )


class Tail:
    """Fed with facts in order. `seq`: the last fact seen; `changed_seq`: the last that changed the line-up."""

    def __init__(
        self,
        seq: int,
        orders: Iterable[Order],
        chat: ChatTail,
        host: HostTail,
        next_offer: str = "",
        acts: Iterable[Act] = (),
    ) -> None:
        """`orders` and `acts` newest first, as SQL has them."""
        self.seq = seq
        self.next_offer = next_offer  # as the operator has set it
        self.changed_seq = 0
        self.missed_seq = 0  # facts before it were not seen; 0: all were
        self.ended_at: datetime | None = None  # known here before SQL has it
        self.acts: deque[ActView] = deque(maxlen=ACTS_KEPT)
        self.acts.extend(act_view(row) for row in reversed(list(acts)))
        self.chat = chat
        self.host = host
        # Id → (offer id, view).
        self.orders: OrderedDict[str, tuple[str, OrderView]] = OrderedDict()
        # Unpaid order → why its last payment was declined.
        self.declined: OrderedDict[str, str] = OrderedDict()
        self.pace = Pace()
        self.trend = Trend()
        self._heard: deque[tuple[int, int]] = deque(maxlen=HEARD_KEPT)  # seq, at_ms
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

    def recall(self, entries: Iterable[LedgerEntry]) -> None:
        """All that the ledger has of the show's offers, outages and declined payments, oldest first: at the
        first look, and when some of it was missed."""
        trend = Trend()
        for entry in entries:
            if entry.kind == "declined":
                self._decline(json.loads(entry.body))
            else:
                trend.hear(entry.kind, entry.at_ms, json.loads(entry.body))
        trend.go_on(self.trend)
        self.trend, self.missed_seq = trend, 0

    def follow(self, facts: Sequence[Fact]) -> None:
        """Consecutive facts; left alone if there is a gap before them, which only the log can fill."""
        if facts and facts[0].seq <= self.seq + 1:
            self.feed(facts)

    def feed(self, facts: Sequence[Fact]) -> None:
        """What is known already is passed by. After a gap the ledger has to be asked for what was missed."""
        if facts and facts[0].seq > self.seq + 1:
            self.missed_seq = self.changed_seq = facts[0].seq
        last = _last_orders(facts)
        for fact in facts:
            if fact.seq <= self.seq:
                continue
            self.seq = fact.seq
            if not self._heard or fact.at_ms >= self._heard[-1][1] + HEARD_MS:
                self._heard.append((fact.seq, fact.at_ms))
            if fact.order is None:
                self._other(fact, cast("dict[str, Any]", fact.payload))
                continue
            self._moved(fact, fact.order)
            self._order(fact, fact.order, is_last=fact.order.order in last)

    def _moved(self, fact: Fact, order: OrderTold) -> None:
        self.chat.bought(order.buyer)
        if fact.kind == "take":
            self.pace.sold(order.offer, fact.at_ms, order.quantity)
        elif self.declined:
            self.declined.pop(order.order, None)

    def _decline(self, told: Mapping[str, Any]) -> None:
        self.declined[told["order"]] = told["why"]
        self.declined.move_to_end(told["order"])
        if len(self.declined) > DECLINED_KEPT:
            self.declined.popitem(last=False)

    def _unpaid(self, kind: str, told: Mapping[str, Any]) -> None:
        if kind == "declined":
            self._decline(told)
        elif (known := self.orders.get(told["order"])) is not None:
            ends = at(told["expires_ms"])
            self.orders[told["order"]] = (known[0], replace(known[1], expires_at=ends))

    def _order(self, fact: Fact, order: OrderTold, *, is_last: bool) -> None:
        """An order comes in when it is placed and at no other time: then the list is the same in every process,
        and after a restart, when SQL says which were placed last."""
        state = STATE_AFTER[fact.kind]
        known = self.orders.get(order.order)
        if known is not None:
            self.orders[order.order] = (known[0], replace(known[1], state=state))
            return
        if fact.kind != "take" or not is_last:
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
            case kind if kind in HOST_KINDS:
                self.host.hear(kind, at(fact.at_ms), payload)
            case "next":
                self.next_offer = payload["offer"]
            case "act":
                self._acted(fact, payload)
            case "declined" | "extend":
                self._unpaid(fact.kind, payload)
            case "outage":
                self.trend.hear(fact.kind, fact.at_ms, payload)
            case "items" | "devices" | "show" | "offer":
                self._line_up(fact, payload)

    def _acted(self, fact: Fact, payload: dict[str, Any]) -> None:
        self.acts.append(_act(fact, payload))
        if payload["verb"] in CHANGES:
            self.changed_seq = fact.seq

    def _line_up(self, fact: Fact, payload: dict[str, Any]) -> None:
        self.changed_seq = fact.seq
        if "replaced" in payload:
            self.next_offer = payload["replaced"].get(self.next_offer, self.next_offer)
        if fact.kind == "offer":
            self.trend.hear(fact.kind, fact.at_ms, payload)
            is_open = payload["state"] == OfferState.OPEN
            self.pace.told(payload["offer"], fact.at_ms, is_open=is_open)
        if fact.kind == "show" and payload["state"] == "ended":
            self.ended_at = at(fact.at_ms)

    def behind_s(self, committed: int, now_ms: int) -> float:
        """The age of the oldest fact after `committed`, in seconds, to a quarter; 0: there is none, or it is
        not known."""
        while self._heard and self._heard[0][0] <= committed:
            self._heard.popleft()
        return max(now_ms - self._heard[0][1], 0) / 1000 if self._heard else 0.0


def _act(fact: Fact, payload: dict[str, Any]) -> ActView:
    told = {name: payload[name] for name in ("actor", "verb", "detail", "ms")}
    ended = {"result": payload.get("result", DONE), "why": payload.get("why") or {}}
    return ActView(at(fact.at_ms), **told, **ended, seq=fact.seq)


def _last_orders(facts: Sequence[Fact]) -> set[str]:
    """As many orders as are kept, of those that were placed last: in a rush a thousand come between two beats,
    and the rest would be gone again before anybody saw them."""
    last = set[str]()
    for fact in reversed(facts):
        if len(last) == ORDERS_KEPT:
            break
        if fact.order is not None and fact.kind == "take":
            last.add(fact.order.order)
    return last
