"""Pages whose sockets are blocked: the same frame over HTTP, as cheap as a look, and they count as here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2
import pytest

from live.domain.attendance import Picture, Place
from live.hub import Hub
from tests.asking import eventually
from tests.hub.fakes import Bench, House, RedisBench, comment, order, until
from tests.hub.visits import OPERATOR, VIEWER, message, stream

MINE = "<p id=my-order>v1</p>"


@pytest.fixture
def bench(redis_bench: RedisBench) -> Bench:
    return redis_bench


@pytest.fixture(autouse=True)
async def show(bench: Bench) -> None:
    await bench.restart("s", "e1", 0)


class Page:
    """Polls; knows what it has."""

    def __init__(self, http: httpx2.AsyncClient, token: str, screen: str) -> None:
        self._http = http
        self._query = {"screen": screen, "lang": "zh", "token": token}
        self._mark = ""

    async def poll(self, show: str = "s", **query: str) -> httpx2.Response:
        known = {"If-None-Match": self._mark} if self._mark else {}
        answer = await self._http.get(
            f"/shows/{show}/stream", params=self._query | query, headers=known
        )
        self._mark = answer.headers.get("etag", "")
        return answer

    async def until(self, status: int) -> httpx2.Response:
        answers: list[httpx2.Response] = []

        async def has_come() -> bool:
            answers.append(await self.poll())
            return answers[-1].status_code == status

        await eventually(has_come, every_s=0.01)
        return answers[-1]

    async def content(self) -> str:
        """Of the next answer that is news."""
        frame: dict[str, Any] = (await self.until(200)).json()
        assert frame.keys() == {"id", "at", "content"}
        return str(frame["content"])


@pytest.fixture
async def http(server: str) -> AsyncIterator[httpx2.AsyncClient]:
    address = server.replace("ws://", "http://")
    async with httpx2.AsyncClient(base_url=address) as client:
        yield client


@pytest.fixture
def desk(http: httpx2.AsyncClient) -> Page:
    return Page(http, OPERATOR, "control")


@pytest.fixture
def viewer(http: httpx2.AsyncClient) -> Page:
    return Page(http, VIEWER, "viewer")


async def test_a_poll_says_what_a_socket_would(desk: Page, server: str) -> None:
    async with stream(server, "control", OPERATOR) as socket:
        told = await message(socket)
    assert (await desk.poll()).json()["content"] == told["content"]


async def test_nothing_new_is_a_304_until_something_happens(
    desk: Page, house: House, bench: Bench
) -> None:
    first = await desk.poll()
    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"
    again = await desk.poll()
    assert (again.status_code, again.content) == (304, b"")
    house.partials["stock"] = "<b id=stock>8</b>"
    await bench.append("s", [comment("x")])
    assert "<b id=stock>8</b>" in await desk.content()
    assert (await desk.poll()).status_code == 304


async def test_a_viewer_sees_their_own_and_again_when_something_of_theirs_happened(
    viewer: Page, http: httpx2.AsyncClient, house: House, bench: Bench
) -> None:
    assert MINE in await viewer.content()
    other = Page(http, "viewer-v2", "viewer")
    assert "<p id=my-order>v2</p>" in await other.content()
    house.mine = "<p id=my-order>{} has bought</p>"
    await bench.append("s", [order("take", 1, "v1")])
    assert "v1 has bought" in await viewer.content()
    assert (await other.poll()).status_code == 304


async def test_what_a_page_was_answered_is_not_drawn_over_with_what_was_before(
    viewer: Page, http: httpx2.AsyncClient, house: House, bench: Bench
) -> None:
    assert MINE in await viewer.content()
    house.mine = "<p id=my-order>{} waits</p>"  # by their own press: no fact tells of it
    house.partials["stock"] = "<b id=stock>8</b>"
    await bench.append("s", [comment("x")])
    told = await viewer.content()
    assert "<b id=stock>8</b>" in told
    assert "my-order" not in told
    again = Page(http, VIEWER, "viewer")
    assert "v1 waits" in await again.content(), "a page that is opened anew sees how it is"
    assert "v1 waits" in await viewer.content()
    assert [(await page.poll()).status_code for page in (viewer, again)] == [304, 304]


async def test_a_hundred_who_poll_are_drawn_for_once_a_beat(
    http: httpx2.AsyncClient, house: House, hub: Hub
) -> None:
    pages = [Page(http, f"viewer-v{n}", "viewer") for n in range(100)]
    await asyncio.gather(*(page.content() for page in pages))
    beats = hub.stats.beats
    await asyncio.gather(*(page.poll() for page in pages))
    assert len(house.drawn) <= 1 + beats
    await until(lambda: sum(len(change.came) for change in house.told) == 100)


async def test_whoever_polls_is_here_until_they_stop(
    desk: Page, viewer: Page, house: House, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.polling.STAY_S", 0.2)
    await viewer.poll()
    await viewer.poll()
    await until(lambda: any(change.came == ["v1"] for change in house.told))
    await until(lambda: hub.is_idle)  # nobody is left: the room is closed
    await until(lambda: house.told[-1].is_last)
    house.told.clear()
    await desk.poll()
    await until(lambda: hub.is_idle)
    assert [viewer for change in house.told for viewer in change.came] == []
    assert {place for change in house.told for place in change.places or ()} == {Place.CONTROL}


async def test_a_poll_says_of_the_picture_what_a_socket_would(
    viewer: Page, desk: Page, house: House, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.polling.STAY_S", 0.5)

    def told(picture: Picture) -> int:
        places: Mapping[Any, int] = (house.told[-1].places if house.told else None) or {}
        return places.get(picture, 0)

    await desk.poll(picture="on")
    await viewer.poll(picture="on")
    await until(lambda: told(Picture.ON) == 1)
    await viewer.poll(picture="failed")
    await until(lambda: (told(Picture.ON), told(Picture.FAILED)) == (0, 1))
    await until(lambda: hub.is_idle)
    assert house.played == []


async def test_refusals_are_those_of_the_api(
    desk: Page, http: httpx2.AsyncClient, house: House, hub: Hub
) -> None:
    assert (await desk.poll("nowhere")).status_code == 404
    assert (await desk.poll(screen="kitchen")).status_code == 400
    stranger = await Page(http, "wrong", "control").poll()
    assert stranger.status_code == 401
    assert stranger.json()["code"] == "not_signed_in"
    assert stranger.headers["content-type"] == "application/problem+json"
    house.wait_s = 2.5
    hasty = await desk.poll()
    assert (hasty.status_code, hasty.headers["retry-after"]) == (429, "3")
    house.wait_s = 0.0
    house.is_away = True
    away = await desk.poll()
    assert (away.status_code, away.headers["retry-after"]) == (503, "1")
    house.is_away = False
    await hub.stop()
    assert (await desk.poll()).status_code == 503


async def test_what_no_beat_confirms_any_more_is_not_shown_as_news(
    desk: Page, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.hub.polling.STALE_S", 0.2)
    assert (await desk.poll()).status_code == 200
    house.broken_shows.add("s")
    await desk.until(503)
    house.broken_shows.clear()
    await desk.until(200)
