"""A room's shows are for those who work in it."""

import pytest
from sqlmodel import delete

from live.domain.access import Role
from live.features.accounts.actions import create_token
from live.runtime import Runtime
from live.store.rooms import Room, list_rooms
from live.store.shows import find_show
from live.web.words import translate
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.factories import make_room, make_show, signed_in


async def room_of(runtime: Runtime, show: str) -> str:
    async with runtime.db.read() as session:
        found = await find_show(session, show)
    assert found is not None
    return found.room_id


@pytest.fixture
async def x(runtime: Runtime) -> str:
    return await make_room(runtime, "X")


@pytest.fixture
async def y(runtime: Runtime) -> str:
    return await make_room(runtime, "Y")


async def test_the_list_shows_only_the_rooms_in_which_one_works(
    api: Api, runtime: Runtime, x: str, y: str
) -> None:
    z = await make_room(runtime, "Z")
    for room in (x, y, z):
        await make_show(api, title=f"夜场 {room}.", room_id=room)
    bound = await create_token(
        runtime.db, role="host", name="h", now=runtime.clock.now(), room_id=x
    )

    async def seen(headers: dict[str, str]) -> set[str]:
        page = await api.send("GET", "/", token=NOBODY, headers=headers)
        return {room for room in (x, y, z) if f"夜场 {room}." in page.text}

    assert await seen(await signed_in(api, runtime, {x: Role.OWNER})) == {x}
    assert await seen(await signed_in(api, runtime, {x: Role.HOST, y: Role.OPERATOR})) == {x, y}
    assert await seen({"authorization": f"Bearer {bound}"}) == {x}
    assert await seen({"authorization": f"Bearer {api.operator}"}) == {x, y, z}


async def test_a_show_is_made_where_one_is_operator_not_where_one_is_host(
    api: Api, runtime: Runtime, x: str, y: str
) -> None:
    headers = await signed_in(api, runtime, {x: Role.HOST, y: Role.OPERATOR})
    show = done(await api.post("/shows", {"title": "T"}, token=NOBODY, headers=headers))["id"]
    assert await room_of(runtime, show) == y
    form = {"title": "T", "currency": "CNY", "room_id": y}
    made = await api.send("POST", "/shows", token=NOBODY, headers=headers, data=form)
    assert made.status_code == 303
    assert await room_of(runtime, made.headers["location"].split("/")[2]) == y
    named = {"title": "T", "room_id": x}
    refused(await api.post("/shows", named, token=NOBODY, headers=headers), 403, "forbidden")
    hosts = await signed_in(api, runtime, {x: Role.HOST})
    refused(await api.post("/shows", {"title": "T"}, token=NOBODY, headers=hosts), 403, "forbidden")


async def test_one_of_several_rooms_may_be_named(
    api: Api, runtime: Runtime, x: str, y: str
) -> None:
    headers = await signed_in(api, runtime, {x: Role.OPERATOR, y: Role.OWNER})
    for body, room in (({}, x), ({"room_id": x}, x), ({"room_id": y}, y), ({"room_id": None}, x)):
        made = await api.post("/shows", {"title": "T"} | body, token=NOBODY, headers=headers)
        assert await room_of(runtime, done(made)["id"]) == room
    nowhere = {"title": "T", "room_id": "nowhere"}
    answer = await api.post("/shows", nowhere, token=NOBODY, headers=headers)
    assert wrong_fields(answer) == {"room_id"}
    assert f"{x}, {y}" in answer.text
    bound = await create_token(
        runtime.db, role="operator", name="b", now=runtime.clock.now(), room_id=y
    )
    refused(await api.post("/shows", {"title": "T", "room_id": x}, token=bound), 403, "forbidden")
    assert await room_of(runtime, await make_show(api, live=False, room_id=y)) == y


async def test_the_form_asks_for_a_room_only_when_there_are_several(
    api: Api, runtime: Runtime, x: str, y: str
) -> None:
    async def page(roles: dict[str, Role]) -> str:
        headers = await signed_in(api, runtime, roles)
        return (await api.send("GET", "/", token=NOBODY, headers=headers)).text

    assert 'name="room_id"' in await page({x: Role.OPERATOR, y: Role.OWNER})
    assert 'name="room_id"' not in await page({x: Role.OPERATOR, y: Role.HOST})
    hosts = await page({x: Role.HOST})
    assert 'action="/shows"' not in hosts
    assert translate("en", "home.none_for_host") in hosts  # where shows will come from


async def test_the_list_leads_a_host_to_the_hosts_screen(
    api: Api, runtime: Runtime, x: str, y: str
) -> None:
    here, there = await make_show(api, room_id=x), await make_show(api, room_id=y)
    headers = await signed_in(api, runtime, {x: Role.HOST, y: Role.OPERATOR})
    page = (await api.send("GET", "/", token=NOBODY, headers=headers)).text
    assert f"/shows/{here}/host" in page
    assert f"/shows/{here}/control" not in page
    assert f"/shows/{there}/control" in page


async def test_a_house_without_a_room_gets_its_first_one(api: Api, runtime: Runtime) -> None:
    async with runtime.db.write() as session:
        await session.exec(delete(Room))
    show = done(await api.post("/shows", {"title": "T"}))["id"]
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    assert await room_of(runtime, show) == room.id
