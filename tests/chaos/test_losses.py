"""What Redis's damaged files took with them is excused, and nothing else."""

from tests.chaos.story import LIMIT, OFFER, Story, broken, clean


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


def test_a_limit_may_be_reached_by_a_late_payment_that_was_lost_later() -> None:
    story = clean()
    story.step("refund", "f")
    story.take("x", 1)
    story.step("expire", "x")
    before = dict(story.numbers)
    story.step("pay", "x")
    facts = [fact | {"buyer": "v-x"} for fact in lost_facts(story, "pay")]
    story.rows["s-x"]["state"] = "expired"
    story.numbers = before
    story.at_ms += 100
    wish = {"viewer": "v-x", "offer": OFFER, "quantity": LIMIT, "key": "y"}
    story.ask("order", "fail", {"code": "limit_reached", "status": 409}, **wish)
    assert "I11 a refusal is true" in broken(story)
    story.lose(len(story.entries), facts)
    assert "I11 a refusal is true" not in broken(story)
