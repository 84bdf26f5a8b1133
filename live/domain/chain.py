"""The stock ledger is a hash chain: each entry has its number and the hash of the one before.

`hash(n) = SHA-256(hash(n - 1) + "\n" + line(n))`, in lower-case hex; `line` is the entry as one line of
compact JSON, `hash(0)` is sixty-four zeros. Whoever keeps one hash keeps a promise about everything before
it. `live/cli/verify.py` recomputes it from an export, with nothing but the standard library.

Buyers stand in it by a mark, the start of SHA-256(salt of the show + buyer): a buyer who knows both can
find their own entries, others cannot tell who bought; and to erase the salt is to erase who it was.
"""

import json
from hashlib import sha256

from live.domain.events import Fact, OrderTold

BEFORE_THE_FIRST = "0" * 64
MARK_LENGTH = 16  # hex digits of a buyer's mark


def link(before: str, line: str) -> str:
    """The hash of an entry, from the hash of the one before and its line."""
    return sha256(f"{before}\n{line}".encode()).hexdigest()


def mark(salt: str, buyer: str) -> str:
    """How the buyer is called in the chain."""
    return sha256(f"{salt}{buyer}".encode()).hexdigest()[:MARK_LENGTH]


def order_line(n: int, fact: Fact, order: OrderTold, buyer_mark: str) -> str:
    """An order's entry. Written by hand, for it is written often: no value needs escaping."""
    return (
        f'{{"n":{n},"seq":{fact.seq},"at_ms":{fact.at_ms},"kind":"{fact.kind}","offer":"{order.offer}",'
        f'"order":"{order.order}","buyer":"{buyer_mark}","quantity":{order.quantity},'
        f'"amount":{order.amount},"currency":"{order.currency}","attempt":{order.attempt},'
        f'"left":{order.left},"held":{order.held},"paid":{order.paid},'
        f'"late":{"true" if order.late else "false"}}}'
    )


def offer_line(n: int, fact: Fact) -> str:
    """An offer's entry: opened, paused, restocked, sold out, closed."""
    entry = {"n": n, "seq": fact.seq, "at_ms": fact.at_ms, "kind": fact.kind, **fact.payload}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
