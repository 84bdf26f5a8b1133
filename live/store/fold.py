"""A batch of facts folded into the fewest rows to write. Pure: no I/O.

An order that was taken and settled within the batch becomes one insert; an offer becomes one update
with the numbers of its last fact, however many facts touched it.

`expired`, `cancelled` and `refunded` count units by what their order *is*, as in `lua/settle.lua`: a late
payment takes its units out of `expired` again. So they always equal the sums over the orders.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from live.domain.events import ORDER_KINDS, STATE_AFTER, STOCK_KINDS, Fact
from live.errors import LiveError
from live.store.moments import from_ms

Row = dict[str, object]

ON_AIR = frozenset({"armed", "open"})
UNITS_AFTER = {"expire": "expired", "cancel": "cancelled", "refund": "refunded"}
# Kinds that leave no stock row; any kind not known to this version is kept in the ledger as it came.
PASSING_KINDS = frozenset({"show", "items", "comment", "cue", "cue_ack", "words"})


class FactMalformed(LiveError):
    """A fact without a value that its kind must have. Nothing of its batch was applied."""

    code = "fact_malformed"
    status = 500


@dataclass(slots=True)
class OfferChange:
    """What a batch did to one offer."""

    numbers: Row = field(default_factory=dict)  # left, held, paid of the last fact
    expired: int = 0  # units to add; negative when late payments outnumber expiries
    cancelled: int = 0
    refunded: int = 0
    settings: Row | None = None  # of the last `offer` fact
    pushed_ms: int | None = None


@dataclass(slots=True)
class Batch:
    """Rows to write for one show. Parameter names are those of the statements in `ledger.py`."""

    show_id: str
    orders: dict[str, Row] = field(default_factory=dict)
    settled: dict[str, Row] = field(default_factory=dict)
    offers: dict[str, OfferChange] = field(default_factory=dict)
    comments: list[Row] = field(default_factory=list)
    cues: list[Row] = field(default_factory=list)
    acks: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    words: list[str] | None = None
    show: Row = field(default_factory=dict)


def fold(show_id: str, facts: Iterable[Fact]) -> Batch:
    """Raises: FactMalformed."""
    batch = Batch(show_id)
    for fact in facts:
        try:
            handle = HANDLERS.get(fact.kind)
            if handle is not None:
                handle(batch, fact)
            if fact.kind not in PASSING_KINDS:
                batch.entries.append(_entry(show_id, fact))
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


def _said(payload: Mapping[str, object], name: str) -> str:
    """Words of people: PostgreSQL refuses NUL in text, and one refused fact would stop the ledger."""
    return _text(payload, name).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _whole(payload: Mapping[str, object], name: str) -> int:
    value = payload[name]
    if not isinstance(value, int):
        raise TypeError(name)
    return value


def _entry(show_id: str, fact: Fact) -> Row:
    # Names, keys and fingerprints stand in `orders` alone: one place to erase a person from.
    payload = {k: v for k, v in fact.payload.items() if k not in {"name", "key", "fp"}}
    return {
        "show_id": show_id,
        "seq": fact.seq,
        "kind": fact.kind,
        "at_ms": fact.at_ms,
        "payload": payload,
    }


def _numbers(batch: Batch, fact: Fact) -> OfferChange:
    change = batch.offers.setdefault(_text(fact.payload, "offer"), OfferChange())
    change.numbers = {
        f"{name}_units": _whole(fact.payload, name) for name in ("left", "held", "paid")
    }
    return change


def _take(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    order_id = _text(payload, "order")
    batch.orders[order_id] = {
        "id": order_id,
        "show_id": batch.show_id,
        "offer_id": _text(payload, "offer"),
        "buyer": _text(payload, "buyer"),
        "buyer_name": _said(payload, "name"),
        "quantity": _whole(payload, "quantity"),
        "amount_minor": _whole(payload, "amount"),
        "currency": _text(payload, "currency"),
        "state": "held",
        "placed_at": from_ms(fact.at_ms),
        "expires_at": from_ms(_whole(payload, "expires_ms")),
        "paid_at": None,
        "settled_at": None,
        "key": _text(payload, "key"),
        "fingerprint": _text(payload, "fp"),
        "late": False,
        "seq": fact.seq,
    }
    _numbers(batch, fact)


def _settle(batch: Batch, fact: Fact) -> None:
    order_id = _text(fact.payload, "order")
    late = fact.payload.get("late") is True
    at = from_ms(fact.at_ms)
    row = batch.orders.get(order_id)
    if row is None:
        row = batch.settled.setdefault(
            order_id, {"order_id": order_id, "paid_at": None, "late": False}
        )
    row["state"] = STATE_AFTER[fact.kind]
    row["settled_at"] = at
    row["late"] = bool(row["late"]) or late
    if fact.kind == "pay":
        row["paid_at"] = at

    change = _numbers(batch, fact)
    quantity = _whole(fact.payload, "quantity")
    if fact.kind in UNITS_AFTER:
        name = UNITS_AFTER[fact.kind]
        setattr(change, name, getattr(change, name) + quantity)
    if late:
        change.expired -= quantity


def _offer(batch: Batch, fact: Fact) -> None:
    payload, change = fact.payload, _numbers(batch, fact)
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
        {
            "id": _text(payload, "comment"),
            "show_id": batch.show_id,
            "seq": fact.seq,
            "viewer": _text(payload, "viewer"),
            "name": _said(payload, "name"),
            "text": _said(payload, "text"),
            "at": from_ms(fact.at_ms),
        }
    )


def _cue(batch: Batch, fact: Fact) -> None:
    payload = fact.payload
    batch.cues.append(
        {
            "id": _text(payload, "cue"),
            "show_id": batch.show_id,
            "text": _said(payload, "text"),
            "by": _said(payload, "by"),
            "at": from_ms(fact.at_ms),
            "acked_at": None,
        }
    )


def _cue_ack(batch: Batch, fact: Fact) -> None:
    batch.acks.append({"cue_id": _text(fact.payload, "cue"), "acked": from_ms(fact.at_ms)})


def _words(batch: Batch, fact: Fact) -> None:
    words = fact.payload["words"]
    if not isinstance(words, list | tuple):
        raise TypeError("words")
    batch.words = list(dict.fromkeys(str(word).replace("\0", "") for word in words))


HANDLERS: Mapping[str, Callable[[Batch, Fact], None]] = {
    "take": _take,
    **dict.fromkeys(ORDER_KINDS - {"take"}, _settle),
    **dict.fromkeys(STOCK_KINDS - ORDER_KINDS, _offer),
    "show": _show,
    "comment": _comment,
    "cue": _cue,
    "cue_ack": _cue_ack,
    "words": _words,
}
