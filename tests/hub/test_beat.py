"""Screens: only what changed, drawn once for all; whoever falls behind gets everything at once."""

import asyncio
import json
from collections.abc import Mapping

import pytest

from live.errors import RedisUnavailable
from live.hub import Audience, Position, Role, Sample, Screen, Who
from live.hub.beat import Beat
from live.hub.close_codes import CloseCode
from live.hub.connection import EventClient
from tests.hub.fakes import FakeLine, House, until
from tests.hub.studio import LIST, STOCK, Studio, contents


async def test_a_new_page_gets_all_partials_and_then_only_those_that_changed(
    studio: Studio, house: House
) -> None:
    _, line = studio.page()
    await studio.beat.once()
    house.partials["stock"] = "<b id=stock>8</b>"
    studio.happen(("take", "v1"))
    await studio.beat.once()
    assert contents(line) == [f"{STOCK}\n{LIST}", "<b id=stock>8</b>"]
    assert line.messages()[1]["id"] == "e1:1"


async def test_without_news_nothing_is_drawn_or_sent(studio: Studio, house: House) -> None:
    _, line = studio.page()
    for _ in range(5):
        await studio.beat.once()
    assert len(house.drawn) == 1
    studio.happen(("take", "v1"))  # drawn again, but it looks the same
    await studio.beat.once()
    assert len(house.drawn) == 2
    house.version += 1  # the numbers moved without a fact
    await studio.beat.once()
    assert len(house.drawn) == 3
    assert len(line.frames) == 1


async def test_a_fact_that_arrives_while_the_numbers_are_read_is_drawn_by_the_next_beat(
    studio: Studio, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, line = studio.page()
    await studio.beat.once()
    read, arrivals = house.sample, [[("take", "v1")]]

    async def sample(show_id: str, since: Position) -> Sample:
        told = await read(show_id, since)  # as of now: what happens next is not in it
        if arrivals:
            studio.happen(*arrivals.pop())
        return told

    monkeypatch.setattr(house, "sample", sample)
    studio.beat = Beat(studio.room, house.ports(), studio.stats)
    await studio.beat.once()
    house.partials["stock"] = "<b id=stock>8</b>"
    await studio.beat.once()
    assert contents(line)[-1] == "<b id=stock>8</b>"


async def test_what_is_drawn_is_asked_for_as_of_the_last_fact_that_was_heard(
    studio: Studio, house: House
) -> None:
    studio.page()
    studio.page(Screen.VIEWER, "v1")
    studio.happen(("take", "v1"))
    await studio.beat.once()
    assert house.asked_since == [Position("e1", 1)] * 4  # numbers, two screens, one buyer


async def test_one_drawing_and_the_same_bytes_serve_everyone_of_an_audience(
    studio: Studio, house: House
) -> None:
    lines = [studio.page()[1] for _ in range(3)]
    _, host = studio.page(Screen.HOST)
    await studio.beat.once()
    assert house.drawn == [("control", "zh"), ("host", "zh")]
    assert lines[0].frames[0] is lines[1].frames[0] is lines[2].frames[0]
    assert len(host.frames) == 1


async def test_a_page_that_falls_behind_gets_one_full_frame_when_it_is_free(
    studio: Studio, house: House
) -> None:
    client, line = studio.page()
    _, other = studio.page()
    await studio.beat.once()
    line.reads = False
    line.unread = 1
    for left in (8, 7, 6):
        house.partials["stock"] = f"<b id=stock>{left}</b>"
        studio.happen(("take", "v1"))
        await studio.beat.once()
    assert client.behind
    assert len(line.frames) == 1
    line.reads, line.unread = True, 0
    await studio.beat.once()
    assert contents(line)[1:] == [f"<b id=stock>6</b>\n{LIST}"]
    assert len(other.frames) == 4
    house.partials["list"] = "<i id=list>1</i>"
    studio.happen(("take", "v1"))
    await studio.beat.once()
    assert contents(line)[2:] == ["<i id=list>1</i>"]


async def test_a_page_that_never_reads_is_closed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.beat.PATIENCE_S", 0.05)
    client, line = studio.page()
    await studio.beat.once()
    line.unread = 1
    await studio.beat.once()
    await asyncio.sleep(0.06)
    await studio.beat.once()
    assert client.ended.result() is CloseCode.SLOW


async def test_only_the_buyers_own_page_is_told_of_an_order(studio: Studio) -> None:
    _, mine = studio.page(Screen.VIEWER, "v1")
    _, theirs = studio.page(Screen.VIEWER, "v2")
    await studio.beat.once()
    assert contents(mine)[1:] == ["<p id=my-order>v1</p>"]
    assert contents(theirs)[1:] == ["<p id=my-order>v2</p>"]
    studio.happen(("take", "v1"), ("take", "v3"))
    await studio.beat.once()
    assert contents(mine)[2:] == ["<p id=my-order>v1</p>"]
    assert contents(theirs)[2:] == []


async def test_the_tally_is_sent_when_it_changed_and_without_money_to_viewers(
    studio: Studio, house: House
) -> None:
    studio.happen(("take", "v1"))
    lines = []
    for who in (Who(Role.OPERATOR, None, ""), Who(Role.VIEWER, "v9", "")):
        lines.append(FakeLine())
        client = EventClient(who, lines[-1], studio.stats, studio.room.position)
        client.live = True
        studio.room.add(client)
    for _ in range(3):
        await studio.beat.once()
    await asyncio.sleep(0.11)
    house.version = 1
    await studio.beat.once()
    staff, viewer = (line.messages() for line in lines)
    assert [message["data"] for message in staff] == [
        {"orders": 0, "gmv": 100},
        {"orders": 1, "gmv": 100},
    ]
    assert [message["data"] for message in viewer] == [{"viewers": 0}, {"viewers": 1}]
    assert {message["id"] for message in staff} == {"e1:1"}


async def test_a_client_that_lags_gets_no_tally_whose_id_it_has_not_reached(studio: Studio) -> None:
    line = FakeLine()
    studio.room.add(
        EventClient(Who(Role.OPERATOR, None, ""), line, studio.stats, Position("e1", 0))
    )
    studio.happen(("take", "v1"))
    await studio.beat.once()
    assert line.frames == []


async def test_a_beat_outlives_what_a_show_throws_at_it(
    studio: Studio, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, line = studio.page()
    house.broken_shows.add("s")
    beating = asyncio.create_task(studio.beat.run())
    await until(lambda: studio.stats.beat_failures > 2)
    house.broken_shows.clear()
    await until(lambda: len(line.frames) == 1)
    beating.cancel()
    assert "a beat failed" in caplog.text


async def test_a_screen_that_cannot_be_drawn_does_not_darken_the_others(
    studio: Studio,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, control = studio.page(Screen.CONTROL)
    _, host = studio.page(Screen.HOST)
    draw, broken = house.present, [Screen.CONTROL]

    async def present(show_id: str, since: Position, audience: Audience) -> Mapping[str, str]:
        if audience.screen in broken:
            raise ValueError("a template with a fault")
        return await draw(show_id, since, audience)

    monkeypatch.setattr(house, "present", present)
    studio.beat = Beat(studio.room, house.ports(), studio.stats)
    await studio.beat.once()
    await studio.beat.once()
    assert (len(control.frames), len(host.frames)) == (0, 1)
    assert caplog.text.count("a screen was not drawn") == 1  # not at every beat
    assert "a template with a fault" in caplog.text
    broken.clear()
    await studio.beat.once()
    assert (len(control.frames), len(host.frames)) == (1, 1)
    broken.append(Screen.CONTROL)
    studio.happen(("take", "v1"))
    await studio.beat.once()
    assert caplog.text.count("a screen was not drawn") == 2


async def test_a_store_that_is_away_is_a_line_in_the_log_and_no_traceback(
    studio: Studio,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    studio.page()

    async def present(show_id: str, since: Position, audience: Audience) -> Mapping[str, str]:
        raise RedisUnavailable

    monkeypatch.setattr(house, "present", present)
    studio.beat = Beat(studio.room, house.ports(), studio.stats)
    await studio.beat.once()
    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("WARNING", None)


async def test_after_a_cut_every_page_is_drawn_anew(studio: Studio) -> None:
    _, line = studio.page()
    await studio.beat.once()
    studio.room.restart(Position("e2", 40))
    await studio.beat.once()
    assert contents(line)[1:] == [f"{STOCK}\n{LIST}"]
    assert json.loads(line.frames[1].text)["id"] == "e2:40"


async def test_a_beat_that_broke_off_in_the_middle_leaves_nobody_with_half(
    studio: Studio, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.beat.BEAT_MAX_S", 0.05)
    monkeypatch.setattr("live.hub.beat.CHUNK", 1)
    lines = [studio.page()[1] for _ in range(3)]
    await studio.beat.once()
    house.partials["stock"] = "<b id=stock>8</b>"
    studio.happen(("take", "v1"))
    draw, hanging = house.present, asyncio.Event()

    async def present(show_id: str, since: Position, audience: Audience) -> Mapping[str, str]:
        if not hanging.is_set():
            hanging.set()
            await asyncio.sleep(10)
        return await draw(show_id, since, audience)

    monkeypatch.setattr(house, "present", present)
    studio.beat = Beat(studio.room, house.ports(), studio.stats, beat_s=0.01)
    beating = asyncio.create_task(studio.beat.run())
    await until(lambda: all(len(line.frames) == 2 for line in lines))
    beating.cancel()
    assert {contents(line)[1] for line in lines} == {f"<b id=stock>8</b>\n{LIST}"}
