"""The judge must find every kind of broken invariant in a hand-made history, and none in a clean one."""

from collections.abc import Callable

import pytest

from scripts.faults.checker import CHECKS
from tests.chaos.story import HOLD_MS, OFFER, Story, broken, clean

Spoil = Callable[[Story], None]


def test_a_clean_history_holds() -> None:
    assert broken(clean()) == set()


def lose_an_order(story: Story) -> None:
    story.bought("x", 1)
    del story.rows["s-x"]
    story.entries.pop()


def double_a_unit(story: Story) -> None:
    story.entries[-1]["left"] += 1


def sell_above_stock(story: Story) -> None:
    story.bought("x", 2)
    story.bought("y", 2)


def sell_above_stock_in_a_sample(story: Story) -> None:
    said = story.sample()
    said["held"], said["restocked"] = said["held"] + 1, said["restocked"] + 1


def restock_from_nowhere(story: Story) -> None:
    story.offer("open", delta=2)
    story.bought("x", 2)
    story.settled("pay", "x", "pay")


def forget_a_restock(story: Story) -> None:
    story.ask("restock", "ok", {"status": 200}, offer=OFFER, delta=3)


def keep_units_from_buyers(story: Story) -> None:
    story.offer("open", delta=1)
    story.ask("restock", "ok", {"status": 200}, offer=OFFER, delta=1)


def let_a_sample_not_add_up(story: Story) -> None:
    story.sample()["left"] += 1


def let_sql_say_otherwise(story: Story) -> None:
    story.rows["s-a"]["state"] = "expired"


def answer_another_order(story: Story) -> None:
    story.order("a", 2, "ok", story.told["a"] | {"id": "s-other"})


def answer_other_words(story: Story) -> None:
    story.order("a", 2, "ok", story.told["a"] | {"expires_at": "2026-01-01T00:00:00Z"})


def accept_another_body(story: Story) -> None:
    story.order("a", 1, "ok", story.told["a"])


def forget_the_key(story: Story) -> None:
    story.order("a", 2, "fail", {"code": "sold_out", "status": 409})


def keep_two_rows_under_a_key(story: Story) -> None:
    story.rows["s-twin"] = story.rows["s-a"] | {"id": "s-twin"}


def exceed_the_limit(story: Story) -> None:
    for entry in story.entries:
        if entry.get("buyer") == "mark-v-b":
            entry["buyer"] = "mark-v-a"


def exceed_the_limit_in_sql(story: Story) -> None:
    story.rows["s-b"]["viewer_id"] = "v-a"


def lose_a_payment(story: Story) -> None:
    story.ask("pay", "ok", {"state": "paid", "status": 200}, order="s-e")


def lose_a_pause(story: Story) -> None:
    story.ask("pause", "ok", {"status": 200}, offer=OFFER)


def expire_early(story: Story) -> None:
    [entry] = [entry for entry in story.entries if entry["kind"] == "expire"]
    entry["at_ms"] -= HOLD_MS


def expire_before_an_extension_ends(story: Story) -> None:
    story.offer("open", delta=1)
    story.take("x", 1)
    story.extended("x")
    story.order("x", 1, "ok", story.told["x"])
    story.at_ms += HOLD_MS
    story.step("expire", "x")


def forget_an_extension(story: Story) -> None:
    story.rows["s-f"]["expires_at"] = story.told["f"]["expires_at"]


def expire_twice(story: Story) -> None:
    story.step("expire", "b")


def never_expire(story: Story) -> None:
    story.overdue.append({"id": "s-b", "expires_at": "2026-01-01T00:00:00Z"})


def pay_what_was_cancelled(story: Story) -> None:
    story.step("pay", "e")


def answer_a_payment_with_an_expired_order(story: Story) -> None:
    story.ask("pay", "ok", {"state": "expired", "status": 200}, order="s-b")


def skip_an_event(story: Story) -> None:
    del story.entries[4]


def repeat_an_event(story: Story) -> None:
    story.entries.insert(4, story.entries[3])


def make_an_order_of_a_refusal(story: Story) -> None:
    story.take("d", 1)


def make_an_order_that_nobody_asked_for(story: Story) -> None:
    story.take("nobody", 1)


def refuse_as_sold_out_what_was_there(story: Story) -> None:
    story.step("refund", "f")
    story.at_ms += 100
    story.order("x", 2, "fail", {"code": "sold_out", "status": 409})


def refuse_by_a_limit_not_reached(story: Story) -> None:
    story.order("x", 1, "fail", {"code": "limit_reached", "status": 409})


def refuse_as_not_open_what_was_open(story: Story) -> None:
    story.order("x", 1, "fail", {"code": "not_open", "status": 409})


def refuse_for_no_known_reason(story: Story) -> None:
    story.order("x", 1, "fail", {"code": "not_found", "status": 404})


def fill_in_part(story: Story) -> None:
    """Two were asked for, one was sold."""
    story.offer("open", delta=1)
    story.ask("restock", "ok", {"status": 200}, offer=OFFER, delta=1)
    story.take("x", 1)
    story.order("x", 2, "ok", story.told["x"])
    story.settled("pay", "x", "pay")


def break_the_chain(story: Story) -> None:
    story.verify = (1, "BROKEN entry 3")


def answer_500(story: Story) -> None:
    story.order("x", 1, "unknown", {"status": 500})


def not_recover(story: Story) -> None:
    story.note("fault", phase="not_recovered", n=1, kind="kill_redis")


CASES: list[tuple[Spoil, set[str]]] = [
    (lose_an_order, {"I6"}),
    (double_a_unit, {"I3"}),
    (sell_above_stock, {"I1", "I2"}),
    (sell_above_stock_in_a_sample, {"I1"}),
    (restock_from_nowhere, {"I1"}),
    (forget_a_restock, {"I1"}),
    (keep_units_from_buyers, {"I2"}),
    (let_a_sample_not_add_up, {"I3"}),
    (let_sql_say_otherwise, {"I3", "I8", "I9"}),
    (answer_another_order, {"I4", "I6"}),
    (answer_other_words, {"I4"}),
    (accept_another_body, {"I4"}),
    (forget_the_key, {"I4"}),
    (keep_two_rows_under_a_key, {"I1", "I3", "I4", "I10 every event once in SQL"}),
    (exceed_the_limit, {"I5"}),
    (exceed_the_limit_in_sql, {"I4", "I5"}),
    (lose_a_payment, {"I6", "I9"}),
    (lose_a_pause, {"I6"}),
    (expire_early, {"I7"}),
    (expire_before_an_extension_ends, {"I7"}),
    (forget_an_extension, {"I13 an extension is kept"}),
    (expire_twice, {"I7", "I8"}),
    (never_expire, {"I7"}),
    (pay_what_was_cancelled, {"I8", "I9"}),
    (answer_a_payment_with_an_expired_order, {"I6", "I9"}),
    (skip_an_event, {"I10 every event once in SQL"}),
    (repeat_an_event, {"I10 every event once in SQL"}),
    (make_an_order_of_a_refusal, {"I10 every event once in SQL"}),
    (
        make_an_order_that_nobody_asked_for,
        {"I10 every event once in SQL", "I12 all of an order or nothing"},
    ),
    (refuse_as_sold_out_what_was_there, {"I11 a refusal is true"}),
    (refuse_by_a_limit_not_reached, {"I11 a refusal is true"}),
    (refuse_as_not_open_what_was_open, {"I11 a refusal is true"}),
    (refuse_for_no_known_reason, {"I11 a refusal is true"}),
    (fill_in_part, {"I12 all of an order or nothing"}),
    (break_the_chain, {"the chain and its receipts verify"}),
    (answer_500, {"no answer outside the contract"}),
    (not_recover, {"on sale again by itself"}),
]


@pytest.mark.parametrize(("spoil", "invariants"), CASES, ids=[spoil.__name__ for spoil, _ in CASES])
def test_what_is_broken_is_found(spoil: Spoil, invariants: set[str]) -> None:
    story = clean()
    spoil(story)
    assert invariants <= broken(story)


def test_every_check_can_fail() -> None:
    """The list above, and the sockets below, leave no check out."""
    named = set[str]().union(*(invariants for _, invariants in CASES))
    assert {name.split("  ")[0] for name, _ in CHECKS} - named == {
        "I10 every event once on a socket"
    }


def test_an_unknown_order_may_be_there_or_not() -> None:
    story = clean()
    story.order("x", 1, "unknown")
    story.invoke("order", viewer="v-y", offer=OFFER, quantity=1, key="y")  # never answered at all
    assert broken(story) == set()
