"""The list of shows: in the order in which the crew needs them, a page at a time."""

import re
from datetime import timedelta

import pytest

from live.domain.access import Role
from live.features.screens.routes.home import PAGE
from live.runtime import Runtime
from live.store.rooms import list_rooms
from live.store.shows import Show
from live.web.words import translate
from tests.asking import NOBODY, Api, done
from tests.factories import make_show, signed_in


async def room_of(runtime: Runtime) -> str:
    async with runtime.db.read() as session:
        return (await list_rooms(session))[0].id


async def home(api: Api, runtime: Runtime, query: str = "") -> str:
    headers = await signed_in(api, runtime, {await room_of(runtime): Role.OPERATOR})
    return (await api.send("GET", f"/{query}", token=NOBODY, headers=headers)).text


def listed(page: str) -> list[str]:
    return re.findall(r'<a class="name"[^>]*>([^<]*)</a>', page)


async def test_what_is_on_air_leads_then_what_is_due_then_what_is_over(
    api: Api, runtime: Runtime
) -> None:
    soon = runtime.clock.now() + timedelta(days=1)
    late = soon + timedelta(days=1)
    await make_show(api, title="on air")
    await make_show(api, live=False, title="later", starts_at=late.isoformat())
    await make_show(api, live=False, title="soon", starts_at=soon.isoformat())
    await make_show(api, live=False, title="some day")
    for title in ("first over", "last over"):
        done(await api.post(f"/shows/{await make_show(api, title=title)}/end"))
    told = listed(await home(api, runtime))
    assert told == ["on air", "soon", "later", "some day", "last over", "first over"]


@pytest.mark.parametrize(
    "query",
    ["", "?page=1", "?page=0", "?page=-1", "?page=x", "?page=%C2%B2", f"?page={'9' * 5000}"],
)
async def test_the_list_begins_with_its_first_page(api: Api, runtime: Runtime, query: str) -> None:
    await many(runtime, PAGE + 1)
    page = await home(api, runtime, query)
    assert listed(page) == [f"T{n}" for n in range(PAGE, 0, -1)]
    assert translate("en", "home.older") in page
    assert translate("en", "home.newest") not in page
    assert translate("en", "home.count", n=PAGE + 1) in page


@pytest.mark.parametrize("query", ["?page=2", "?page=3", "?page=999999"])
async def test_the_last_page_has_what_is_left(api: Api, runtime: Runtime, query: str) -> None:
    await many(runtime, PAGE + 1)
    page = await home(api, runtime, query)
    assert listed(page) == ["T0"]
    assert translate("en", "home.older") not in page
    assert translate("en", "home.newest") in page


async def many(runtime: Runtime, count: int) -> None:
    now, room = runtime.clock.now(), await room_of(runtime)
    async with runtime.db.write() as session:
        for n in range(count):
            at = now + timedelta(seconds=n)
            session.add(
                Show(id=f"s{n:09}", slug=f"s{n}", room_id=room, title=f"T{n}", currency="CNY", created_at=at)
            )  # fmt: skip


async def test_a_planned_show_that_nobody_wants_leaves_the_list_and_can_be_had_back(
    api: Api, runtime: Runtime
) -> None:
    await make_show(api, live=False, title="kept")
    mistake = await make_show(api, live=False, title="mistake")
    headers = await signed_in(api, runtime, {await room_of(runtime): Role.OPERATOR})

    async def press(verb: str, show: str) -> tuple[int, str]:
        path = f"/shows/{show}/{verb}"
        answer = await api.send(
            "POST", path, token=NOBODY, headers=headers | {"HX-Request": "true"}
        )
        return answer.status_code, answer.text

    status, text = await press("put-away", mistake)
    assert (status, f'id="show-{mistake}" hx-swap-oob="delete"' in text) == (200, True)
    assert translate("en", "home.count", n=1) in text
    assert listed(await home(api, runtime)) == ["kept"]
    assert (await press("bring-back", mistake))[0] == 204
    assert listed(await home(api, runtime)) == ["mistake", "kept"]
    await press("put-away", mistake)
    done(await api.post(f"/shows/{mistake}/start"))  # whoever has its address may still run it
    assert listed(await home(api, runtime)) == ["mistake", "kept"]
    for verb in ("put-away", "bring-back"):
        assert (await press(verb, mistake))[0] == 409
    assert listed(await home(api, runtime)) == ["mistake", "kept"]
