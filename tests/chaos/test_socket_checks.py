"""A gap, a repeat or an untruth on a socket is found in a hand-made history."""

from collections.abc import Callable

import pytest

from tests.chaos.story import EPOCH, OFFER, Story, broken, clean

Spoil = Callable[[Story], None]


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
