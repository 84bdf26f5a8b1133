"""The judge must find every kind of broken invariant in a hand-made history, and none in a clean one."""

from collections.abc import Callable

import pytest

from scripts.faults.checker import CHECKS, judge
from tests.chaos.story import EPOCH, HOLD_MS, OFFER, Story, clean

Spoil = Callable[[Story], None]


def broken(story: Story) -> set[str]:
    """The short names of the invariants that do not hold."""
    return {verdict.name.split("  ")[0] for verdict in judge(story.evidence()) if not verdict.held}


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


def lost_facts(story: Story, *kinds: str) -> list[dict[str, object]]:
    """What the last entries became: out of the ledger, into the loss."""
    gone = story.entries[-len(kinds) :]
    del story.entries[-len(kinds) :]
    assert [fact["kind"] for fact in gone] == list(kinds)
    return gone


def test_what_redis_lost_before_sql_had_it_may_be_missing_and_only_that() -> None:
    story = clean()
    story.step("refund", "f")
    story.ask("cancel", "ok", {"state": "refunded", "status": 200}, order="s-f")
    before = dict(story.numbers)
    story.bought("x", 1)
    facts = lost_facts(story, "take")
    del story.rows["s-x"]
    story.numbers = before
    assert "I6" in broken(story)
    story.lose(len(story.entries), facts)
    assert "I6" not in broken(story)
    assert "I11 a refusal is true" not in broken(story)


def test_what_was_answered_after_a_loss_is_not_excused_by_it() -> None:
    story = clean()
    before = dict(story.numbers)
    story.take("x", 0)
    facts = lost_facts(story, "take")
    story.numbers = before
    story.lose(len(story.entries), facts)
    story.at_ms += 100
    story.order("x", 0, "ok", story.told["x"])
    del story.rows["s-x"]
    assert "I6" in broken(story)


def test_a_refusal_may_be_true_by_a_fact_that_was_lost_later() -> None:
    story = clean()
    story.step("refund", "f")
    before = dict(story.numbers)
    story.take("x", 2)
    facts = lost_facts(story, "take")
    story.at_ms += 100
    story.order("y", 1, "fail", {"code": "sold_out", "status": 409})
    del story.rows["s-x"]
    story.numbers = before
    assert "I11 a refusal is true" in broken(story)
    story.lose(len(story.entries), facts)
    assert "I11 a refusal is true" not in broken(story)


def listen(story: Story, skip: int = 0, epoch: str = EPOCH) -> None:
    """A listener from the first entry on."""
    story.heard({"type": "joined", "since": ""})
    story.heard({"type": "hello", "id": f"{EPOCH}:1"})
    for entry in story.entries[1:]:
        if entry["seq"] != skip:
            story.heard(event_of(entry, epoch))


def event_of(entry: dict[str, object], epoch: str = EPOCH) -> dict[str, object]:
    states = {"take": "held", "pay": "paid", "cancel": "cancelled", "expire": "expired"}
    event = {"id": f"{epoch}:{entry['seq']}", "offer": OFFER}
    if entry["kind"] == "offer":
        return event | {"type": "offer", "state": entry["state"]}
    return event | {"type": "order", "order": entry["order"], "state": states[str(entry["kind"])]}


def test_a_listener_that_heard_all_holds() -> None:
    story = clean()
    listen(story)
    assert broken(story) == set()


def skip_one(story: Story) -> None:
    listen(story, skip=4)


def tell_twice(story: Story) -> None:
    listen(story)
    story.heard(event_of(story.entries[-1]))


def tell_something_else(story: Story) -> None:
    listen(story)
    told = next(line for line in story.lines if line.get("event", {}).get("type") == "order")
    told["event"]["order"] = "s-other"


def change_the_epoch_without_a_reset(story: Story) -> None:
    listen(story, epoch="e2")


def resume_too_late(story: Story) -> None:
    story.heard({"type": "joined", "since": ""})
    story.heard({"type": "hello", "id": f"{EPOCH}:1"})
    story.heard({"type": "broken"})
    story.heard({"type": "joined", "since": f"{EPOCH}:1"})
    story.heard(event_of(story.entries[3]))


@pytest.mark.parametrize(
    "spoil",
    [skip_one, tell_twice, tell_something_else, change_the_epoch_without_a_reset, resume_too_late],
)
def test_a_gap_or_a_repeat_on_a_socket_is_found(spoil: Spoil) -> None:
    story = clean()
    spoil(story)
    assert broken(story) == {"I10 every event once on a socket"}


def test_a_reset_begins_anew() -> None:
    story = clean()
    listen(story, skip=99)
    story.heard({"type": "reset", "id": "e2:40"})
    assert broken(story) == set()
