"""Who is here is told once in a while, and a Redis that cannot be told costs no page anything."""

import asyncio
from collections.abc import Collection

import pytest

from live.errors import RedisUnavailable
from live.hub import Screen
from live.hub.beat import Beat
from tests.hub.fakes import House, until
from tests.hub.studio import LIST, STOCK, Studio, contents


async def test_presence_is_told_once_in_a_while(studio: Studio, house: House) -> None:
    studio.page(Screen.VIEWER, "v1")
    studio.page(Screen.VIEWER, "v2")
    studio.page(Screen.CONTROL)
    for _ in range(4):
        await studio.beat.once()
    assert house.seen == [{"v1", "v2"}]


async def test_presence_that_cannot_be_told_costs_no_page_a_full_frame(
    studio: Studio, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, line = studio.page(Screen.VIEWER, "v1")

    async def see(show_id: str, viewer_ids: Collection[str]) -> None:
        raise RedisUnavailable

    monkeypatch.setattr(house, "see", see)
    studio.beat = Beat(studio.room, house.ports(), studio.stats, beat_s=0.01)
    beating = asyncio.create_task(studio.beat.run())
    await until(lambda: studio.stats.beats > 3)
    beating.cancel()
    assert not client.behind
    assert contents(line) == [f"{STOCK}\n{LIST}", "<p id=my-order>v1</p>"]


async def test_the_hosts_screen_and_the_overlay_are_missed_and_others_are_not(
    studio: Studio, house: House
) -> None:
    studio.page(Screen.VIEWER, "v1")
    studio.page(Screen.CONTROL)
    await studio.beat.once()
    assert house.attended == []
    studio.page(Screen.HOST)
    studio.beat = Beat(studio.room, house.ports(), studio.stats)
    await studio.beat.once()
    assert house.attended == [{"host"}]
