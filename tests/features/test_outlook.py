"""How fast a sale sells just now, and what the operator is told of its end."""

from live.domain.events import NOTHING, Fact, OrderTold
from live.domain.forecast import Taken
from live.domain.moderation import ChatRules
from live.features.screens.presenters.chat_tail import ChatTail
from live.features.screens.presenters.host_tail import HostTail
from live.features.screens.presenters.outlook import Outlook, Span, outlook
from live.features.screens.presenters.pace import Pace
from live.features.screens.presenters.tail import Tail

AT = 1_795_000_000_000


def selling(pace: Pace, from_s: float, to_s: float, per_s: int) -> None:
    for n in range(int((to_s - from_s) * per_s)):
        pace.sold("o1", AT + round((from_s + n / per_s) * 1000), 1)


def watched(pace: Pace, at_s: float) -> tuple[int, int, float]:
    short, long, seconds = pace.watched("o1", AT + round(at_s * 1000))
    return short.units, long.units, seconds


def test_units_are_counted_in_the_last_ten_and_sixty_seconds() -> None:
    pace = Pace()
    pace.told("o1", AT, is_open=True)
    selling(pace, 0, 100, 2)
    assert watched(pace, 99.9) == (20, 120, 99.9)
    assert pace.recent_units("o1", AT + 99_900) == 20
    assert watched(pace, 130) == (0, 60, 130)
    assert watched(pace, 900)[:2] == (0, 0)


def test_after_a_pause_and_after_a_restock_it_is_watched_anew() -> None:
    pace = Pace()
    pace.told("o1", AT, is_open=True)
    selling(pace, 0, 50, 2)
    pace.told("o1", AT + 50_000, is_open=True)  # restocked while it sold: the pace goes on
    assert watched(pace, 50) == (20, 100, 50)
    pace.told("o1", AT + 50_000, is_open=False)
    pace.told("o1", AT + 55_000, is_open=True)
    selling(pace, 55, 58, 3)
    assert watched(pace, 58) == (9, 9, 3)
    assert (
        pace.recent_units("o1", AT + 58_000) == 13
    )  # what was taken lately is no matter of the pace


def test_a_process_that_comes_later_watches_from_the_first_order_that_it_hears_of() -> None:
    pace = Pace()
    selling(pace, 40, 44, 5)
    assert watched(pace, 44) == (20, 20, 4)
    assert pace.watched("o2", AT) == (Taken(), Taken(), 0.0)


def seen(left: int, units: int, seconds: float = 60.0, **more: float) -> Outlook | None:
    """At a steady pace of `units` in `seconds`."""
    long = Taken(units, units)
    short = long if seconds <= 10 else Taken(round(units / 6), round(units / 6))
    closes_in_s = more.get("closes_in_s")
    return outlook(left, int(more.get("held", 0)), (short, long, seconds), closes_in_s)


def span(left: int, units: int) -> Span:
    found = seen(left, units)
    assert found is not None
    return found.span


def test_the_range_is_told_in_the_unit_that_one_reads_at_a_glance() -> None:
    assert span(3, 300) == Span(1, 2, "s")
    assert span(100, 300) == Span(15, 25, "s")
    assert span(76, 60) == Span(1, 2, "min"), "and not 60 s"
    assert span(100, 60) == Span(80, 2, "min", from_s=True)
    assert span(200, 60) == Span(3, 4, "min")
    assert span(4_000, 60).unit == "min"
    assert span(60_000, 60) == Span(60, span(60_000, 60).late, "over")


def test_what_is_held_may_come_back_and_then_it_takes_longer() -> None:
    found = seen(60, 60, held=60)
    assert found is not None
    assert found.with_held is not None
    assert (found.span, found.with_held) == (Span(45, 75, "s"), Span(2, 3, "min"))
    nothing_held = seen(60, 60)
    assert nothing_held is not None
    assert nothing_held.with_held is None


def test_a_sale_that_closes_before_is_said_not_to_sell_out() -> None:
    ends = [seen(600, 60, closes_in_s=seconds) for seconds in (60.0, 3600.0)]
    assert [end.outlasts for end in ends if end] == [True, False]


def test_too_little_to_go_by_is_no_outlook() -> None:
    assert seen(100, 4) is None
    assert seen(0, 400) is None


def test_the_age_of_what_the_ledger_lacks_is_known() -> None:
    chat = ChatTail({}, standings={}, unpaid={}, rules=ChatRules(), pinned=None)
    tail = Tail(0, [], chat, HostTail())
    order = OrderTold("s-1", "s-o1", 1, "v1", "k1", "n", AT, 100, "CNY", 1, 0, 0, 0)
    tail.feed([Fact(n, "take", AT + n * 1000, NOTHING, order) for n in range(1, 11)])
    assert tail.behind_s(4, AT + 10_000) == 5.0
    assert tail.behind_s(9, AT + 12_000) == 2.0
    assert tail.behind_s(10, AT + 12_000) == 0.0
