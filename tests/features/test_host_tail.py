"""What one process keeps of cues and questions: all that wait, and the last that are over."""

from datetime import UTC, datetime, timedelta

from live.features.screens.presenters.host_tail import DONE_KEPT, HostTail

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_nothing_that_waits_is_lost_among_what_is_over() -> None:
    tail = HostTail()
    for n in range(40):
        at = AT + timedelta(seconds=n)
        tail.hear("cue", at, {"cue": f"q{n}", "text": str(n), "by": "中控"})
        if n % 4:
            tail.hear("cue_ack", at, {"cue": f"q{n}"})
    side = tail.side()
    assert [int(cue.text) for cue in side.open_cues] == list(range(0, 40, 4))
    assert len(side.cues) - len(side.open_cues) <= DONE_KEPT + 1
    assert side.acked is not None
    assert side.acked.text == "39"
    assert not tail.side(is_over=True).open_cues


def test_a_question_sent_over_again_comes_last_and_waits_again() -> None:
    tail = HostTail()
    for comment in ("a", "b"):
        tail.hear("ask", AT, {"comment": comment, "name": "n", "text": comment, "by": "中控"})
    tail.hear("ask_done", AT, {"comment": "a"})
    tail.hear("ask_drop", AT, {"comment": "a"})  # too late
    answered = tail.side().answered
    assert answered is not None
    assert answered.dropped_at is None
    tail.hear("ask", AT, {"comment": "a", "name": "n", "text": "a", "by": "中控"})
    assert [ask.comment for ask in tail.side().open_asks] == ["b", "a"]


def test_what_is_said_of_an_unknown_cue_is_passed_by() -> None:
    tail = HostTail()
    for kind in ("cue_seen", "cue_ack", "cue_drop"):
        tail.hear(kind, AT, {"cue": "q9"})
    tail.hear("ask_done", AT, {"comment": "c9"})
    assert not tail.side().cues
    assert not tail.side().asks
