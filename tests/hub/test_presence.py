"""Who is here is told as changes; and a Redis that cannot be told costs no page anything."""

import asyncio
import logging

import pytest

from live.domain.attendance import Change, Place
from live.errors import RedisUnavailable
from live.hub import Role, Screen, Who
from live.hub import presence as telling
from tests.hub.fakes import House, until
from tests.hub.studio import Studio


@pytest.fixture
def every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always time to say that one is alive."""
    monkeypatch.setattr(telling, "RENEW_S", 0.0)


async def test_what_has_changed_is_told_and_nothing_else(studio: Studio, house: House) -> None:
    one, _ = studio.page(Screen.VIEWER, "v1")
    studio.page(Screen.VIEWER, "v2")
    studio.page(Screen.CONTROL)
    for _ in range(3):
        await studio.presence.once()
    assert [set(change.came) for change in house.told] == [{"v1", "v2"}]
    assert house.told[0].places == {Place.VIEWER: 2, Place.CONTROL: 1}
    studio.room.remove(one)
    await studio.presence.once()
    assert (house.told[1].came, house.told[1].left) == ([], ["v1"])
    assert [change.number for change in house.told] == [0, 1]


async def test_a_viewer_with_two_tabs_comes_once_and_leaves_with_the_last(
    studio: Studio, house: House
) -> None:
    tabs = [studio.page(Screen.VIEWER, "v1")[0] for _ in range(2)]
    await studio.presence.once()
    for tab in tabs:
        studio.room.remove(tab)
        await studio.presence.once()
    assert [(change.came, change.left) for change in house.told] == [
        (["v1"], []),
        ([], []),
        ([], ["v1"]),
    ]
    assert [change.places for change in house.told] == [{Place.VIEWER: 2}, {Place.VIEWER: 1}, {}]


async def test_a_reload_between_two_beats_is_no_change(studio: Studio, house: House) -> None:
    tab, _ = studio.page(Screen.VIEWER, "v1")
    await studio.presence.once()
    studio.room.remove(tab)
    studio.page(Screen.VIEWER, "v1")
    await studio.presence.once()
    assert (house.told[1].came, house.told[1].left) == ([], [])


async def test_one_of_the_crew_at_a_viewers_page_is_a_page_and_no_viewer(
    studio: Studio, house: House
) -> None:
    studio.room.crowd.come(Who(Role.VIEWER, "v1", "", is_crew=True), Place.VIEWER)
    await studio.presence.once()
    assert (house.told[0].came, house.told[0].places) == ([], {Place.VIEWER: 1})


async def test_a_crowd_is_told_in_parts(studio: Studio, house: House) -> None:
    for n in range(2 * telling.CHUNK + 1):
        studio.room.crowd.come(Who(Role.VIEWER, f"v{n}", ""), Place.VIEWER_API)
    await studio.presence.once()
    told = [viewer for change in house.told for viewer in change.came]
    assert len(told) == len(set(told)) == 2 * telling.CHUNK + 1
    assert [len(change.came) for change in house.told] == [telling.CHUNK, telling.CHUNK, 1]


async def test_who_was_taken_for_dead_tells_of_everyone_again_under_another_name(
    studio: Studio, house: House
) -> None:
    gone, _ = studio.page(Screen.VIEWER, "v1")
    studio.page(Screen.VIEWER, "v2")
    await studio.presence.once()
    studio.room.remove(gone)
    studio.page(Screen.VIEWER, "v3")
    house.forgets = 1
    await studio.presence.once()
    before, after = house.told
    assert after.process != before.process
    assert (after.number, after.came, after.back, after.left) == (0, ["v3"], ["v2"], [])


@pytest.mark.usefixtures("every_call")
async def test_nobody_is_forgotten_when_redis_cannot_be_told(
    studio: Studio, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(show_id: str, change: Change) -> bool:
        raise RedisUnavailable

    studio.page(Screen.VIEWER, "v1")
    with monkeypatch.context() as away:
        away.setattr(studio.presence, "_tell", fail)
        with pytest.raises(RedisUnavailable):
            await studio.presence.once()
    await studio.presence.once()
    assert [(change.number, change.came) for change in house.told] == [(0, ["v1"])]


@pytest.mark.usefixtures("every_call")
async def test_a_show_that_redis_does_not_have_is_told_when_it_is_back(
    studio: Studio, house: House
) -> None:
    studio.page(Screen.VIEWER, "v1")
    house.forgets = 4
    for _ in range(3):
        await studio.presence.once()
    assert [change.came for change in house.told] == [["v1"]]


async def test_an_outage_is_said_once_however_many_beats_it_lasts(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        telling, "RENEW_S", 0.05
    )  # between two tries there are beats with nothing to tell
    caplog.set_level(logging.WARNING, "live.hub")
    tried = 0

    async def refuse(show: str, change: Change) -> bool:
        nonlocal tried
        tried += 1
        raise RedisUnavailable

    studio.page(Screen.VIEWER, "v1")
    monkeypatch.setattr(studio.presence, "_tell", refuse)
    studio.presence.start(0.01)
    await until(lambda: tried >= 3)
    studio.presence.task.cancel()
    await asyncio.wait([studio.presence.task])
    assert [one.getMessage() for one in caplog.records] == ["presence cannot be told"]
