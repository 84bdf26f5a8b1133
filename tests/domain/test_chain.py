"""The chain of stock entries: one changed character breaks every hash after it."""

import json
from hashlib import sha256

from live.domain.chain import BEFORE_THE_FIRST, link, mark, offer_line, order_line
from live.domain.events import Fact, OrderTold

ORDER = OrderTold("s-1", "s-o1", 2, "v1", "k", "王小明", 1_000, 11_800, "CNY", 7, 3, 2, 0, False)


def test_a_hash_covers_the_line_and_everything_before_it() -> None:
    first = link(BEFORE_THE_FIRST, "a")
    assert first == sha256(("0" * 64 + "\na").encode()).hexdigest()
    assert len({first, link(BEFORE_THE_FIRST, "b"), link(first, "a")}) == 3


def test_an_orders_line_is_json_that_names_no_one() -> None:
    line = order_line(4, Fact(9, "take", 5, {}, ORDER), ORDER, mark("salt", ORDER.buyer))
    assert json.loads(line) == {
        "n": 4, "seq": 9, "at_ms": 5, "kind": "take", "offer": "s-o1", "order": "s-1",
        "buyer": mark("salt", "v1"), "quantity": 2, "amount": 11_800, "currency": "CNY", "attempt": 7,
        "left": 3, "held": 2, "paid": 0, "late": False,
    }  # fmt: skip
    assert "王" not in line
    assert '"v1"' not in line
    assert "\n" not in line


def test_a_mark_depends_on_the_show_and_the_buyer() -> None:
    assert len({mark("a", "v1"), mark("a", "v2"), mark("b", "v1")}) == 3


def test_an_offers_line_has_all_that_its_fact_says() -> None:
    fact = Fact(2, "offer", 5, {"offer": "s-o1", "left": 5, "state": "open"})
    assert json.loads(offer_line(1, fact)) == {
        "n": 1, "seq": 2, "at_ms": 5, "kind": "offer", "offer": "s-o1", "left": 5, "state": "open",
    }  # fmt: skip
