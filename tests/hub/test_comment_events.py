"""Who hears of a comment, of what became of it, and of a pin."""

import json
from typing import Any

import pytest

from live.domain.events import unpack
from live.hub.batch import Batch
from live.hub.events import Notice, to_notice
from live.hub.topics import Role, Who
from tests.hub.fakes import AT

OPERATOR = Who(Role.OPERATOR, None, "中控")
AUTHOR = Who(Role.VIEWER, "v1", "阿梅")
OTHER = Who(Role.VIEWER, "v2", "小李")
OVERLAY = Who(Role.OVERLAY, None, "overlay")
SAID = {
    "comment": "s-c7",
    "viewer": "v1",
    "name": "阿梅",
    "text": "扣1",
    "words": ["1"],
    "state": "shown",
    "why": "",
    "sampled": True,
    "platform": "",
    "message": "",
}


def notice(kind: str, payload: dict[str, Any], seq: int = 7) -> Notice:
    return to_notice(unpack(f"{seq}-0".encode(), b"", [(kind, AT, payload)])[0], "s", "e1")


def heard(told: Notice, who: Who) -> dict[str, Any] | None:
    frame = told.frame_for(who)
    if frame is None:
        return None
    message: dict[str, Any] = json.loads(frame.text)
    assert message["type"] == "comment"
    data: dict[str, Any] = message["data"]
    return data


def comment(state: str = "shown", why: str = "", *, sampled: bool = True) -> Notice:
    return notice("comment", SAID | {"state": state, "why": why, "sampled": sampled})


def test_one_in_the_sample_goes_to_all_in_one_frame() -> None:
    told = comment()
    assert heard(told, OTHER) == {
        "id": "s-c7",
        "viewer": "v1",
        "name": "阿梅",
        "text": "扣1",
        "platform": "",
        "state": "shown",
    }
    assert told.frame_for(OTHER) is told.frame_for(AUTHOR) is told.frame_for(OVERLAY)
    full = heard(told, OPERATOR)
    assert full is not None
    assert (full["state"], full["why"]) == ("shown", "")


@pytest.mark.parametrize(
    ("state", "why", "sampled", "told"),
    [
        ("shown", "", False, "shown"),
        ("held", "premoderation", False, "held"),
        ("hidden", "word:加微信", False, "shown"),
        ("shadowed", "shadow", False, "shown"),
    ],
)
def test_what_is_not_for_all_goes_to_the_crew_and_to_its_author_who_is_not_told_why(
    state: str, why: str, sampled: bool, told: str
) -> None:
    said = comment(state, why, sampled=sampled)
    assert heard(said, OTHER) is None
    assert heard(said, OVERLAY) is None
    full, own = heard(said, OPERATOR), heard(said, AUTHOR)
    assert full is not None
    assert own is not None
    assert (full["state"], full["why"]) == (state, why)
    assert own["state"] == told
    assert "why" not in own


def decided(state: str, was: str) -> Notice:
    names = ("comment", "viewer", "name", "text", "platform")
    payload = {name: SAID[name] for name in names} | {"state": state, "was": was, "by": "中控"}
    return notice("comment_state", payload)


def test_those_who_may_have_seen_it_hear_that_it_is_hidden_and_its_author_does_not() -> None:
    told = decided("hidden", "shown")
    assert heard(told, OTHER) == {"id": "s-c7", "state": "hidden"}
    assert heard(told, OPERATOR) == {"id": "s-c7", "state": "hidden", "by": "中控"}
    assert heard(told, AUTHOR) is None


def test_nobody_hears_less_or_more_for_who_is_asked_first() -> None:
    batch = Batch([decided("hidden", "shown")])
    assert not batch.is_public_for(AUTHOR)
    assert [one.frame_for(AUTHOR) for one in batch.for_(AUTHOR)] == [None]
    assert batch.is_public_for(OTHER)
    shared = batch.shared()
    assert shared is not None
    [frame] = shared.frames
    assert json.loads(frame.text)["data"] == {"id": "s-c7", "state": "hidden"}
    assert Batch([decided("shown", "hidden")]).is_public_for(AUTHOR), "of an approval all hear"


def test_one_that_was_approved_is_told_with_its_text() -> None:
    told = decided("shown", "held")
    other, own = heard(told, OTHER), heard(told, AUTHOR)
    assert other is not None
    assert other == own
    assert (other["state"], other["text"], other["name"]) == ("shown", "扣1", "阿梅")


def test_one_that_nobody_saw_is_hidden_without_a_word() -> None:
    told = decided("hidden", "held")
    assert heard(told, OTHER) is None
    assert heard(told, AUTHOR) is None
    assert heard(told, OPERATOR) is not None


def test_a_pin_is_for_all_and_says_what_it_says() -> None:
    pin = {"comment": "s-c7", "name": "阿梅", "text": "扣1", "by": "中控", "was": ""}
    assert heard(notice("pin", pin), OTHER) == {
        "id": "s-c7", "pinned": True, "name": "阿梅", "text": "扣1",
    }  # fmt: skip
    off = {"comment": "", "name": "", "text": "", "by": "中控", "was": "s-c7"}
    assert heard(notice("pin", off), OTHER) == {"id": "s-c7", "pinned": False}


@pytest.mark.parametrize("kind", ["standing", "chat_rules", "words"])
def test_viewers_hear_nothing_of_standings_and_rules(kind: str) -> None:
    assert notice(kind, {"viewer": "v1", "standing": "banned"}).frame_for(AUTHOR) is None


def test_a_viewers_share_of_a_flood_is_the_sample_and_their_own() -> None:
    flood = [
        notice("comment", SAID | {"viewer": f"v{n % 50}", "sampled": n % 100 == 0}, n)
        for n in range(2_000)
    ]
    batch = Batch(flood)
    for_viewer = batch.for_(Who(Role.VIEWER, "v7", "x"))
    assert len(for_viewer) == 20 + 40
    assert [n.position.seq for n in for_viewer] == sorted(n.position.seq for n in for_viewer)
    assert len(batch.for_(Who(Role.VIEWER, "v0", "x"))) == 20 + 20, "none of them twice"
    assert len(batch.for_(OPERATOR)) == 2_000
