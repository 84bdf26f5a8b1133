"""The card: what was measured decides, what was not tried is said, and what broke off is never a go."""

from dataclasses import replace

import pytest

from live.domain.crowd import Seen
from live.domain.go_no_go import (
    SOLD_OUT,
    TO_OPEN,
    TO_TRY,
    Line,
    Reactions,
    Rehearsed,
    Verdict,
    is_go,
    lines_of,
    reactions_to,
)


def seen(**values: int) -> Seen:
    told = Seen(most_watching=500, wishes=100, accepted=60)
    told.refused["sold_out"] = 40
    for _ in range(100):
        told.order.add(20)
        told.screen.add(300)
    for name, value in values.items():
        setattr(told, name, value)
    return told


GOOD = Rehearsed(
    seen=seen(),
    ends=("asked",),
    listed=60,
    lag=0,
    difference=0,
    is_proven=True,
    sold=60,
    reactions={SOLD_OUT: Reactions((4_000,)), "held": Reactions((900, 2_000)), "cue": Reactions((3_000,))},
    tried=frozenset({*TO_TRY, SOLD_OUT, *TO_OPEN}),
)  # fmt: skip


def line(told: Rehearsed, name: str) -> Line:
    return next(line for line in lines_of(told) if line.name == name)


def test_a_rehearsal_in_which_all_went_well_is_a_go() -> None:
    lines = lines_of(GOOD)
    assert {line.verdict for line in lines} == {Verdict.DONE}
    assert is_go(lines)


@pytest.mark.parametrize(
    ("told", "name", "code"),
    [
        (replace(GOOD, ends=(), seen=Seen(), listed=0), "crowd", "none"),
        (replace(GOOD, ends=("asked", "")), "crowd", "broken"),
        (replace(GOOD, ends=("died",)), "crowd", "broken"),
        (replace(GOOD, seen=Seen(most_watching=5), listed=0), "crowd", "idle"),
        (replace(GOOD, listed=59), "kept", "lost"),
        (replace(GOOD, listed=61), "kept", "unasked"),
        (replace(GOOD, lag=3), "stock", "behind"),
        (replace(GOOD, difference=1), "stock", "wrong"),
        (replace(GOOD, is_proven=False), "stock", "wrong"),
        (replace(GOOD, sold=0), "stock", "none"),
        (replace(GOOD, seen=seen(unanswered=2)), "errors", "many"),
    ],
)
def test_what_stands_in_the_way(told: Rehearsed, name: str, code: str) -> None:
    found = line(told, name)
    assert (found.code, found.blocks) == (code, True)
    assert not is_go(lines_of(told))


@pytest.mark.parametrize(("ms", "code", "verdict"), [
    (400, "ok", Verdict.DONE), (900, "slow", Verdict.WARN), (2_000, "late", Verdict.FAIL),
])  # fmt: skip
def test_the_slowest_hundredth_of_the_answers_decides(ms: int, code: str, verdict: Verdict) -> None:
    told = seen()
    for _ in range(2):
        told.order.add(ms)
    found = line(replace(GOOD, seen=told), "orders")
    assert (found.code, found.verdict) == (code, verdict)


def test_what_nobody_tried_is_named_and_does_not_block() -> None:
    told = replace(GOOD, tried=frozenset({"offer:push"}), reactions={"held": Reactions((), 3)})
    assert line(told, "tried").names == (
        "stock:add",
        "offer:pause",
        "show:freeze",
        "cue:send",
        SOLD_OUT,
        *TO_OPEN,
    )
    assert line(told, "reaction_held").code == "left"
    assert line(told, "reaction_sold_out").verdict is Verdict.UNTRIED
    assert is_go(lines_of(told))


def test_who_has_stopped_everything_has_paused_too() -> None:
    frozen = frozenset({*TO_TRY, SOLD_OUT, *TO_OPEN} - {"offer:pause"})
    assert line(replace(GOOD, tried=frozen), "tried").verdict is Verdict.DONE
    calm = frozen - {"show:freeze"}
    assert line(replace(GOOD, tried=calm), "tried").names == ("offer:pause", "show:freeze")


def test_orders_that_a_killed_crowd_could_not_tell_of_are_no_complaint() -> None:
    told = replace(GOOD, ends=("",), listed=75)
    assert line(told, "kept").verdict is Verdict.DONE
    assert not is_go(lines_of(told))


def test_a_reaction_is_the_first_act_after_and_one_act_may_answer_two() -> None:
    assert reactions_to([100, 200, 900], [150, 400]) == Reactions((50, 200), 1)


def test_what_a_crowd_saw_travels_whole_and_adds_up() -> None:
    told, both = seen(unanswered=1, breaks=2), seen()
    assert Seen.unpacked(told.packed()) == told
    both.merge(told)
    assert (both.wishes, both.accepted, both.breaks, both.order.count) == (200, 120, 2, 200)
    assert both.most_watching == 500
