"""The chat's lines by view, in a flood and after the crew has decided."""

from typing import Any

from live.domain.comment import ChatView
from live.domain.moderation import ChatRules, Standing, StandingKind
from live.features.screens.presenters.chat_tail import KEPT, READ, ChatTail
from live.features.screens.presenters.chat_views import CommentView, PinView

AT = 1_795_000_000_000


def new_tail() -> ChatTail:
    return ChatTail({}, standings={}, unpaid={}, rules=ChatRules(), pinned=None)


def say(tail: ChatTail, n: int, **more: Any) -> None:
    said = {"comment": f"s-c{n}", "viewer": f"v{n}", "name": "n", "text": f"t{n}", "words": []}
    plain = {"state": "shown", "why": "", "asks": False, "sampled": True, "buyer": False}
    tail.hear("comment", AT + n, said | plain | {"platform": "", "message": ""} | more)


def decide(tail: ChatTail, n: int, state: str) -> None:
    told = {"comment": f"s-c{n}", "state": state, "was": "", "by": "op", "viewer": f"v{n}"}
    tail.hear("comment_state", AT, told | {"name": "n", "text": f"t{n}", "platform": ""})


def lines(tail: ChatTail, view: str = "") -> tuple[CommentView, ...]:
    return tail.views(AT)[view].lines


def ids(found: tuple[CommentView, ...]) -> list[str]:
    return [line.id for line in found]


def test_a_flood_pushes_neither_questions_nor_buyers_nor_what_is_held_out_of_sight() -> None:
    tail = new_tail()
    say(tail, 1, asks=True)
    say(tail, 2, buyer=True)
    say(tail, 3, state="held", why="premoderation")
    say(tail, 4, state="hidden", why="word:加微信")
    for n in range(10, 1_010):
        say(tail, n, sampled=n % 100 == 0)
    views = tail.views(AT)
    assert {name: ids(chat.lines) for name, chat in views.items() if name} == {
        "questions": ["s-c1"],
        "buyers": ["s-c2"],
        "held": ["s-c3", "s-c4"],
    }
    assert ids(views[""].lines) == [f"s-c{n}" for n in range(1_010 - KEPT, 1_010)]
    assert [views[name].count for name in ("", "questions", "buyers", "held")] == [1_004, 1, 1, 2]
    assert ids(tail.said()) == [f"s-c{n}" for n in range(300, 1_010, 100)][-READ:]


def test_a_line_says_why_it_is_not_shown_and_by_which_word() -> None:
    tail = new_tail()
    say(tail, 1, state="hidden", why="word:加微信", platform="youtube")
    say(tail, 2, state="shadowed", why="shadow")
    first, second = lines(tail)
    assert (first.state, first.why, first.blocked) == ("hidden", "word", "加微信")
    assert (first.platform, second.why, second.blocked) == ("youtube", "shadow", "")
    assert ids(lines(tail, "held")) == ["s-c1"]
    assert tail.said() == ()


def test_what_the_crew_decides_reaches_the_lines_in_every_view() -> None:
    tail = new_tail()
    say(tail, 1, asks=True, state="held", why="premoderation")
    say(tail, 2, asks=True)
    decide(tail, 1, "shown")
    assert [line.state for line in lines(tail, "questions")] == ["shown", "shown"]
    assert lines(tail, "held") == ()
    assert ids(tail.said()) == ["s-c2", "s-c1"], "who approves it, says it now"
    decide(tail, 2, "hidden")
    assert [line.state for line in lines(tail)] == ["shown", "hidden"]
    assert ids(tail.said()) == ["s-c1"]
    assert lines(tail, "held") == (), "hidden by hand: nothing is left to decide"


def test_one_that_is_no_longer_listed_is_shown_to_viewers_when_it_is_approved() -> None:
    tail = new_tail()
    decide(tail, 5, "shown")
    assert ids(tail.said()) == ["s-c5"]
    decide(tail, 5, "hidden")
    assert tail.said() == ()


def test_a_line_is_one_in_all_views_until_the_last_of_them_has_dropped_it() -> None:
    tail = new_tail()
    say(tail, 1, asks=True)
    for n in range(10, 10 + KEPT):
        say(tail, n, sampled=False)
    decide(tail, 1, "hidden")
    assert [line.state for line in lines(tail, "questions")] == ["hidden"]
    decide(tail, 1, "shown")
    assert [line.state for line in lines(tail, "questions")] == ["shown"]
    assert ids(tail.said()) == ["s-c1"]
    decide(tail, 10, "hidden")
    assert lines(tail)[0].state == "hidden"
    for n in range(100, 100 + KEPT):
        say(tail, n, sampled=False)
    decide(tail, 10, "shown")
    assert ids(tail.said()) == ["s-c1", "s-c10"]


def test_a_pin_stands_beside_the_lines_and_marks_its_own() -> None:
    tail = new_tail()
    say(tail, 1)
    tail.hear("pin", AT, {"comment": "s-c1", "name": "n", "text": "t1", "by": "op", "was": ""})
    assert tail.pinned == PinView("s-c1", "n", "t1")
    assert [line.is_pinned for line in lines(tail)] == [True]
    tail.hear("pin", AT, {"comment": "", "name": "", "text": "", "by": "op", "was": "s-c1"})
    assert tail.pinned is None
    assert [line.is_pinned for line in lines(tail)] == [False]


def test_standings_and_rules_follow_the_facts() -> None:
    tail = new_tail()
    say(tail, 1)
    muted = {"viewer": "v1", "name": "n", "standing": "muted", "until_ms": AT + 5, "by": "op"}
    tail.hear("standing", AT, muted)
    assert lines(tail)[0].standing == Standing(StandingKind.MUTED, AT + 5)
    assert tail.views(AT + 5)[""].lines[0].standing.kind is StandingKind.FREE
    rules = {"premoderation": True, "slow_s": 5, "links_off": False, "blocked": ["a"], "by": "op"}
    tail.hear("chat_rules", AT, rules)
    assert tail.rules == ChatRules(premoderation=True, slow_s=5, blocked=("a",))


def test_what_authors_have_is_asked_once_and_again_when_they_buy() -> None:
    tail = new_tail()
    say(tail, 1, buyer=True)
    say(tail, 2)
    assert tail.unlabelled() == ["v1"]
    tail.label({"v1": True})
    assert tail.unlabelled() == []
    assert [line.label for line in lines(tail)] == ["unpaid", ""]
    tail.bought("v1")
    tail.bought("v2")
    tail.bought("stranger")
    assert set(tail.unlabelled()) == {"v1", "v2"}
    tail.label({"v1": False, "v2": None})
    assert [line.label for line in lines(tail)] == ["paid", ""]
    for n in range(10, 500):
        say(tail, n)
    tail.bought("v2")
    assert "v2" not in tail.unlabelled(), "their line is gone"
    assert ids(lines(tail, ChatView.BUYERS)) == ["s-c1"]


def test_what_a_buyer_said_before_buying_is_a_buyers_word_too() -> None:
    tail = new_tail()
    for n, viewer in ((1, "v1"), (2, "v2"), (3, "v1")):
        say(tail, n, viewer=viewer)
    say(tail, 4, viewer="v2", buyer=True)
    tail.label({"v2": False})
    assert ids(lines(tail, "buyers")) == ["s-c2", "s-c4"]
    tail.bought("v1")
    tail.label({"v1": True})
    assert ids(lines(tail, "buyers")) == ["s-c1", "s-c2", "s-c3", "s-c4"]
    tail.label({"v1": False, "v2": None})
    assert tail.views(AT)["buyers"].count == 4, "each once"
