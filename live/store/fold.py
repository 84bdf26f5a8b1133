"""A batch of facts folded into the fewest rows to write. Pure: no I/O.

An order that was taken and settled within the batch becomes one insert; an offer becomes one update with
the numbers of its last fact, however many facts touched it. Stock facts get their place in the chain.

`expired`, `cancelled` and `refunded` count units by what their order *is*, as in `lua/settle.lua`: a late
payment takes its units out of `expired` again. So they always equal the sums over the orders.
"""

import json
from collections.abc import Callable, Iterable, Mapping

from live.domain.act import DONE
from live.domain.chain import link, mark, offer_line, order_line
from live.domain.events import ORDER_KINDS, STATE_AFTER, Fact, OrderTold
from live.store.batch import (
    LATE,
    PAID_AT,
    SETTLED_AT,
    STATE,
    Batch,
    Chain,
    FactMalformed,
    OfferChange,
    When,
    names,
    said,
    text,
    whole,
)
from live.store.fold_chat import CHAT_HANDLERS
from live.store.fold_host import HOST_HANDLERS
from live.store.moments import from_ms

ON_AIR = frozenset({"armed", "open"})
UNITS_AFTER = {"expire": "expired", "cancel": "cancelled", "refund": "refunded"}
# Kinds that leave no row; any kind without a handler is kept in the ledger as it came.
PASSING_KINDS = frozenset({"devices"})


def fold(
    show_id: str, facts: Iterable[Fact], chain: Chain | None = None, when: When = from_ms
) -> Batch:
    """Moves `chain` on. Raises: FactMalformed."""
    batch = Batch(show_id, chain or Chain(), when)
    for fact in facts:
        try:
            if fact.order is not None:
                _order(batch, fact, fact.order)
            elif fact.kind in HANDLERS:
                HANDLERS[fact.kind](batch, fact)
            elif fact.kind in ORDER_KINDS:
                raise TypeError("order")
            elif fact.kind not in PASSING_KINDS:
                body = json.dumps(dict(fact.payload), ensure_ascii=False, separators=(",", ":"))
                batch.entries.append((show_id, fact.seq, fact.kind, fact.at_ms, None, body, None))
        except (KeyError, TypeError) as error:
            raise FactMalformed(
                f"Fact {fact.seq} of show {show_id} ({fact.kind}): {error!r}"
            ) from error
    return batch


def _enter(batch: Batch, fact: Fact, line: str) -> None:
    chain = batch.chain
    chain.n += 1
    chain.head = link(chain.head, line)
    batch.entries.append(
        (batch.show_id, fact.seq, fact.kind, fact.at_ms, chain.n, line, chain.head)
    )


def _order(batch: Batch, fact: Fact, order: OrderTold) -> None:
    # Names and keys stand in `orders` alone, buyers in the chain by a mark: one place to erase a person from.
    chain = batch.chain
    buyer_mark = chain.marks.get(order.buyer)
    if buyer_mark is None:
        buyer_mark = chain.marks[order.buyer] = mark(chain.salt, order.buyer)
    _enter(batch, fact, order_line(chain.n + 1, fact, order, buyer_mark))
    change = batch.offers.get(order.offer)
    if change is None:
        change = batch.offers[order.offer] = OfferChange()
    change.left, change.held, change.paid = order.left, order.held, order.paid
    if fact.kind == "take":
        if order.attempt > change.tries:
            change.tries = order.attempt
        if order.left == 0:
            change.gone_try, change.gone_ms = order.attempt, fact.at_ms
        batch.orders[order.order] = (
            order.order, batch.show_id, order.offer, order.buyer, said(order.name), order.quantity,
            order.amount, order.currency, "held", batch.when(fact.at_ms), batch.when(order.expires_ms),
            None, None, order.key, order.attempt, False, fact.seq,
        )  # fmt: skip
    else:
        _settle(batch, fact, order, change)


def _settle(batch: Batch, fact: Fact, order: OrderTold, change: OfferChange) -> None:
    state, at = STATE_AFTER[fact.kind], batch.when(fact.at_ms)
    paid_at = at if fact.kind == "pay" else None
    row = batch.orders.get(order.order)
    if row is not None:
        cells = list(row)
        cells[STATE], cells[SETTLED_AT] = state, at
        cells[PAID_AT] = paid_at or row[PAID_AT]
        cells[LATE] = order.late or row[LATE]
        batch.orders[order.order] = tuple(cells)
    else:
        before = batch.settled.get(order.order)
        was_paid_at, was_late = (before[2], before[3]) if before else (None, False)
        batch.settled[order.order] = (
            state, at, paid_at or was_paid_at, order.late or was_late, order.order,
        )  # fmt: skip
    if fact.kind in UNITS_AFTER:
        name = UNITS_AFTER[fact.kind]
        setattr(change, name, getattr(change, name) + order.quantity)
    if order.late:
        change.expired -= order.quantity


def _offer(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    change = batch.offers.setdefault(text(payload, "offer"), OfferChange())
    change.left, change.held, change.paid = (
        whole(payload, name) for name in ("left", "held", "paid")
    )
    opens_ms, closes_ms = whole(payload, "opens_ms"), whole(payload, "closes_ms")
    state = text(payload, "state")
    rest_ms = payload.get("rest_ms")
    change.settings = {
        "state": state,
        "quantity": whole(payload, "quantity"),
        "restocked": whole(payload, "restocked"),
        "opens_at": from_ms(opens_ms) if opens_ms else None,
        "closes_at": from_ms(closes_ms) if closes_ms else None,
        "rest_ms": rest_ms if isinstance(rest_ms, int) else 0,
    }
    if state in ON_AIR and change.pushed_ms is None:
        change.pushed_ms = fact.at_ms
    _enter(batch, fact, offer_line(batch.chain.n + 1, fact))


def _show(batch: Batch, fact: Fact) -> None:
    state = text(fact.payload, "state")
    batch.show["state"] = state
    if "title" in fact.payload:
        batch.show["title"] = text(fact.payload, "title")
    if state == "live":
        batch.show.setdefault("started_at", from_ms(fact.at_ms))
    elif state == "ended":
        batch.show["ended_at"] = from_ms(fact.at_ms)


def _next(batch: Batch, fact: Fact) -> None:
    batch.show["next_offer"] = text(fact.payload, "offer")


def _items(batch: Batch, fact: Fact) -> None:
    """A draft that takes another one's place comes next if that one would have."""
    replaced = names(fact.payload, "replaced")
    if "next_offer" in batch.show:
        chosen = str(batch.show["next_offer"])
        batch.show["next_offer"] = replaced.get(chosen, chosen)
    else:
        batch.replaced.update(replaced)


def _act(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    why = payload.get("why") or {}
    batch.acts.append(
        (
            batch.show_id, fact.seq, fact.at_ms, said(text(payload, "actor")), text(payload, "verb"),
            said(text(payload, "detail")), str(payload.get("result", DONE)),
            said(json.dumps(why, ensure_ascii=False)), whole(payload, "ms"),
        )
    )  # fmt: skip


def _extend(batch: Batch, fact: Fact) -> None:
    """An entry outside the chain, for no unit moves; who it was stands in `orders` alone."""
    order, expires_ms = text(fact.payload, "order"), whole(fact.payload, "expires_ms")
    batch.extended[order] = from_ms(expires_ms)
    body = json.dumps({"order": order, "expires_ms": expires_ms}, separators=(",", ":"))
    batch.entries.append((batch.show_id, fact.seq, fact.kind, fact.at_ms, None, body, None))


HANDLERS: Mapping[str, Callable[[Batch, Fact], None]] = {
    "offer": _offer,
    "extend": _extend,
    "show": _show,
    "next": _next,
    "items": _items,
    "act": _act,
    **CHAT_HANDLERS,
    **HOST_HANDLERS,
}
