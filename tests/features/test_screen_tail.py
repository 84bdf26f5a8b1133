"""The last orders of a show, however many come at once."""

from live.domain.events import NOTHING, Fact, OrderTold
from live.domain.moderation import ChatRules
from live.features.screens.presenters.chat_tail import ChatTail
from live.features.screens.presenters.host_tail import HostTail
from live.features.screens.presenters.tail import ORDERS_KEPT, Tail

AT = 1_795_000_000_000


def fact(seq: int, kind: str, number: int, quantity: int = 1) -> Fact:
    order = OrderTold(
        f"s-{number}", "s-o1", quantity, f"v{number}", f"k{number}", "n", AT, 100, "CNY", number,
        0, 0, 0,
    )  # fmt: skip
    return Fact(seq, kind, AT, NOTHING, order)


def new_tail() -> Tail:
    chat = ChatTail({}, standings={}, unpaid={}, rules=ChatRules(), pinned=None)
    return Tail(0, [], chat, HostTail())


def orders(tail: Tail) -> dict[str, str]:
    return {order_id: view.state for order_id, (_, view) in tail.orders.items()}


def test_a_rush_leaves_the_last_orders_and_counts_every_unit() -> None:
    tail = new_tail()
    tail.feed([fact(n, "take", n, quantity=2) for n in range(1, 1_001)])
    assert list(orders(tail)) == [f"s-{n}" for n in range(1_001 - ORDERS_KEPT, 1_001)]
    assert tail.pace.recent_units("s-o1", AT) == 2_000
    assert tail.seq == 1_000


def test_what_happens_to_an_order_that_is_shown_is_seen_in_a_rush_too() -> None:
    tail = new_tail()
    tail.feed([fact(n, "take", n) for n in range(1, 4)])
    rush = [fact(5 + n, "take", 10 + n) for n in range(ORDERS_KEPT - 2)]
    tail.feed([fact(4, "pay", 3), *rush, fact(999, "cancel", 2)])
    seen = orders(tail)
    assert seen["s-3"] == "paid"
    assert seen["s-2"] == "cancelled"
    assert len(seen) == ORDERS_KEPT


def test_only_a_new_order_comes_into_the_list() -> None:
    tail = new_tail()
    tail.feed([fact(n, "take", n) for n in range(1, ORDERS_KEPT + 11)])
    before = orders(tail)
    tail.feed([fact(1_000, "pay", 3)])  # it has left the list
    assert orders(tail) == before
    tail.feed([fact(1_001, "pay", ORDERS_KEPT)])
    assert list(orders(tail)) == list(before)
    assert orders(tail)[f"s-{ORDERS_KEPT}"] == "paid"


def test_in_small_and_in_large_pieces_the_same_orders_are_shown() -> None:
    facts = [fact(n, "take", n) for n in range(1, 301)]
    at_once, one_by_one = new_tail(), new_tail()
    at_once.feed(facts)
    for each in facts:
        one_by_one.feed([each])
    assert orders(at_once) == orders(one_by_one)
    assert at_once.pace.watched("s-o1", AT) == one_by_one.pace.watched("s-o1", AT)


def test_what_is_heard_twice_is_counted_once_and_a_gap_is_left_to_the_log() -> None:
    facts = [fact(n, "take", n) for n in range(1, 31)]
    tail = new_tail()
    tail.follow(facts[:10])
    tail.feed(facts[5:15])
    tail.follow(facts[20:])
    assert tail.seq == 15
    tail.follow(facts[12:])
    assert tail.seq == 30
    assert tail.pace.recent_units("s-o1", AT) == 30
    assert list(orders(tail)) == [f"s-{n}" for n in range(1, 31)]


def test_an_order_that_got_more_time_shows_its_new_end() -> None:
    tail = new_tail()
    tail.feed([fact(1, "take", 1), fact(2, "take", 2)])
    tail.feed([Fact(3, "extend", AT, {"order": "s-1", "expires_ms": AT + 60_000})])
    tail.feed([Fact(4, "extend", AT, {"order": "s-9", "expires_ms": AT + 60_000})])  # not shown
    ends = {i: round(view.expires_at.timestamp() * 1000) for i, (_, view) in tail.orders.items()}
    assert ends == {"s-1": AT + 60_000, "s-2": AT}
