"""A batch of facts folded into the fewest rows to write. Pure: no I/O.

An order that was taken and settled within the batch becomes one insert; an offer becomes one update with
the numbers of its last fact, however many facts touched it. Stock facts get their place in the chain.

`expired`, `cancelled` and `refunded` count units by what their order *is*, as in `lua/settle.lua`: a late
payment takes its units out of `expired` again. So they always equal the sums over the orders.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from live.domain.chain import BEFORE_THE_FIRST, link, mark, offer_line, order_line
from live.domain.events import ORDER_KINDS, STATE_AFTER, Fact, OrderTold
from live.errors import LiveError
from live.store.moments import from_ms

Row = dict[str, object]
Cells = tuple[object, ...]
When = Callable[[int], object]  # unix milliseconds → a time as the database takes it

ON_AIR = frozenset({"armed", "open"})
UNITS_AFTER = {"expire": "expired", "cancel": "cancelled", "refund": "refunded"}
# Kinds that leave no stock row; any kind not known to this version is kept in the ledger as it came.
PASSING_KINDS = frozenset({"show", "items", "comment", "cue", "cue_ack", "words"})

ENTRY_COLUMNS = ("show_id", "seq", "kind", "at_ms", "n", "body", "hash")
ORDER_COLUMNS = (
    "id", "show_id", "offer_id", "buyer", "buyer_name", "quantity", "amount_minor", "currency", "state",
    "placed_at", "expires_at", "paid_at", "settled_at", "key", "attempt", "late", "seq",
)  # fmt: skip
STATE, PAID_AT, SETTLED_AT, LATE = 8, 11, 12, 15  # places in a row of ORDER_COLUMNS
SETTLE_COLUMNS = ("state", "settled_at", "paid_at", "late", "id")
COMMENT_COLUMNS = ("id", "show_id", "seq", "viewer", "name", "text", "at")
CUE_COLUMNS = ("id", "show_id", "text", "by", "at", "acked_at")


class FactMalformed(LiveError):
    """A fact without a value that its kind must have. Nothing of its batch was applied."""

    code = "fact_malformed"
    status = 500


@dataclass(slots=True)
class Chain:
    """Where the show's chain of stock entries stands: the last entry's number and hash."""

    salt: str = ""
    n: int = 0
    head: str = BEFORE_THE_FIRST
    marks: dict[str, str] = field(default_factory=dict)  # buyer → mark, of this batch


@dataclass(slots=True)
class OfferChange:
    """What a batch did to one offer."""

    left: int = 0  # of the last fact, as `held` and `paid`
    held: int = 0
    paid: int = 0
    expired: int = 0  # units to add; negative when late payments outnumber expiries
    cancelled: int = 0
    refunded: int = 0
    tries: int = 0  # the highest attempt that got an order
    gone_try: int = 0  # the one that got the last unit, and when; 0: not in this batch
    gone_ms: int = 0
    settings: Row | None = None  # of the last `offer` fact
    pushed_ms: int | None = None


@dataclass(slots=True)
class Batch:
    """Rows to write for one show, in the order of the `*_COLUMNS`."""

    show_id: str
    chain: Chain
    when: When
    orders: dict[str, Cells] = field(default_factory=dict)
    settled: dict[str, Cells] = field(default_factory=dict)
    offers: dict[str, OfferChange] = field(default_factory=dict)
    comments: list[Cells] = field(default_factory=list)
    cues: list[Cells] = field(default_factory=list)
    acks: list[Row] = field(default_factory=list)
    entries: list[Cells] = field(default_factory=list)
    words: list[str] | None = None
    show: Row = field(default_factory=dict)


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


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _said(text: str) -> str:
    """Words of people: PostgreSQL refuses NUL in text, and one refused fact would stop the ledger."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _whole(payload: Mapping[str, object], name: str) -> int:
    value = payload[name]
    if not isinstance(value, int):
        raise TypeError(name)
    return value


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
            order.order, batch.show_id, order.offer, order.buyer, _said(order.name), order.quantity,
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
    change = batch.offers.setdefault(_text(payload, "offer"), OfferChange())
    change.left, change.held, change.paid = (
        _whole(payload, name) for name in ("left", "held", "paid")
    )
    opens_ms, closes_ms = _whole(payload, "opens_ms"), _whole(payload, "closes_ms")
    state = _text(payload, "state")
    rest_ms = payload.get("rest_ms")
    change.settings = {
        "state": state,
        "quantity": _whole(payload, "quantity"),
        "restocked": _whole(payload, "restocked"),
        "opens_at": from_ms(opens_ms) if opens_ms else None,
        "closes_at": from_ms(closes_ms) if closes_ms else None,
        "rest_ms": rest_ms if isinstance(rest_ms, int) else 0,
    }
    if state in ON_AIR and change.pushed_ms is None:
        change.pushed_ms = fact.at_ms
    _enter(batch, fact, offer_line(batch.chain.n + 1, fact))


def _show(batch: Batch, fact: Fact) -> None:
    state = _text(fact.payload, "state")
    batch.show["state"] = state
    if "title" in fact.payload:
        batch.show["title"] = _text(fact.payload, "title")
    if state == "live":
        batch.show.setdefault("started_at", from_ms(fact.at_ms))
    elif state == "ended":
        batch.show["ended_at"] = from_ms(fact.at_ms)


def _comment(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    batch.comments.append(
        (
            _text(payload, "comment"),
            batch.show_id,
            fact.seq,
            _text(payload, "viewer"),
            _said(_text(payload, "name")),
            _said(_text(payload, "text")),
            batch.when(fact.at_ms),
        )
    )


def _cue(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    said, by = _said(_text(payload, "text")), _said(_text(payload, "by"))
    batch.cues.append(
        (_text(payload, "cue"), batch.show_id, said, by, batch.when(fact.at_ms), None)
    )


def _cue_ack(batch: Batch, fact: Fact) -> None:
    batch.acks.append({"cue_id": _text(fact.payload, "cue"), "acked": from_ms(fact.at_ms)})


def _words(batch: Batch, fact: Fact) -> None:
    words = fact.payload["words"]
    if not isinstance(words, list | tuple):
        raise TypeError("words")
    batch.words = list(dict.fromkeys(str(word).replace("\0", "") for word in words))


HANDLERS: Mapping[str, Callable[[Batch, Fact], None]] = {
    "offer": _offer,
    "show": _show,
    "comment": _comment,
    "cue": _cue,
    "cue_ack": _cue_ack,
    "words": _words,
}
