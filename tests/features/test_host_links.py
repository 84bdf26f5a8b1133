"""The host's tablet: a code lets one device into one show's host screen, until it is shown out."""

import asyncio
import re
from datetime import timedelta

import httpx2
import pytest

from live.domain.access import Role
from live.errors import Conflict
from live.features.hosts import actions as hosts
from live.features.hosts.actions.links import DEVICE_LIVES, LINK_LIVES
from live.runtime import Runtime
from live.store.rooms import list_rooms
from live.web.devices import device_name
from live.web.words import translate
from tests.asking import NOBODY, Api, done, refused
from tests.factories import make_offer, make_room, make_show, make_viewer, signed_in

IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)


@pytest.fixture
async def show(api: Api) -> str:
    return await make_show(api)


async def code(api: Api, show: str) -> tuple[str, str]:
    """(id, path) of a new link."""
    answer = await api.post(f"/shows/{show}/host-links")
    assert answer.status_code == 201
    return done(answer)["id"], "/h/" + done(answer)["url"].rpartition("/h/")[2]


async def opened(api: Api, path: str) -> dict[str, str]:
    """The headers of a tablet that has the link open."""
    api.client.cookies.clear()  # a browser of its own
    page = await api.send("GET", path, token=NOBODY)
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    seed = re.search(r"seed=([^;]+)", page.headers.get("set-cookie", ""))
    assert csrf
    assert seed
    api.client.cookies.clear()
    return {"cookie": f"seed={seed[1]}", "x-csrf-token": csrf[1], "user-agent": IPAD}


async def scan(api: Api, path: str) -> httpx2.Response:
    """What the tablet gets when its user presses the button."""
    headers = await opened(api, path)
    return await api.send("POST", path, token=NOBODY, headers=headers)


async def tablet(api: Api, show: str) -> tuple[str, dict[str, str]]:
    """A device that has come in: its link's id, and its headers."""
    link, path = await code(api, show)
    answer = await scan(api, path)
    assert answer.status_code == 303
    api.client.cookies.clear()
    cookie = re.search(r"host=([^;]+)", answer.headers["set-cookie"])
    assert cookie
    return link, {"cookie": f"host={cookie[1]}"}


async def look(api: Api, path: str, headers: dict[str, str]) -> httpx2.Response:
    api.client.cookies.clear()
    return await api.send("GET", path, token=NOBODY, headers=headers)


async def test_a_device_sees_the_host_screen_of_its_show_and_nothing_else(
    api: Api, show: str
) -> None:
    other = await make_show(api)
    _, headers = await tablet(api, show)
    assert (await look(api, f"/shows/{show}/host", headers)).status_code == 200
    for path in (f"/shows/{show}/control", f"/shows/{show}/setup", f"/shows/{show}/summary"):
        assert (await look(api, path, headers)).status_code == 403
    refused(await look(api, f"/api/v1/shows/{show}/orders", headers), 403, "forbidden")
    assert (await look(api, f"/shows/{other}/host", headers)).status_code == 401
    refused(await look(api, f"/api/v1/shows/{other}/tally", headers), 401, "not_signed_in")
    home = await look(api, "/", headers)
    assert (home.status_code, home.headers["location"]) == (303, "/sign-in")
    assert (await look(api, "/sign-in", headers)).status_code == 200  # a person may use it, too


async def test_a_device_has_its_role_in_the_rehearsals_of_its_show_too(api: Api) -> None:
    show, other = await make_show(api, live=False), await make_show(api, live=False)
    _, device = await tablet(api, show)
    for one, status in ((show, 200), (other, 401)):
        await make_offer(api, one, push=False)
        rehearsal = done(await api.post(f"/shows/{one}/rehearse"))["id"]
        done(await api.post(f"/shows/{rehearsal}/start"))
        assert (await look(api, f"/shows/{rehearsal}/host", device)).status_code == status
        assert (await look(api, f"/shows/{rehearsal}/control", device)).status_code != 200


async def test_a_device_reads_cues_of_its_show_only(api: Api, show: str) -> None:
    other = await make_show(api)
    _, headers = await tablet(api, show)
    page = await look(api, f"/shows/{show}/host", headers)
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    seed = re.search(r"seed=([^;]+)", page.headers["set-cookie"])
    assert csrf
    assert seed
    own = {"cookie": f"{headers['cookie']}; seed={seed[1]}", "x-csrf-token": csrf[1]}
    for where, status in ((show, 200), (other, 401)):
        cue = done(await api.post(f"/shows/{where}/cues", {"text": "念限购"}))["id"]
        path = f"/api/v1/shows/{where}/cues/{cue}/ack"
        answer = await api.send("POST", path, token=NOBODY, headers=own)
        assert answer.status_code == status
    assert done(await api.get(f"/shows/{show}/cues"))["cues"] == []
    assert len(done(await api.get(f"/shows/{other}/cues"))["cues"]) == 1


async def test_a_code_works_once_however_many_use_it_at_once(api: Api, show: str) -> None:
    _, path = await code(api, show)
    for _ in range(2):
        assert (await api.send("GET", path, token=NOBODY)).status_code == 200  # looking is free
    tablets = [await opened(api, path) for _ in range(5)]
    answers = await asyncio.gather(
        *(api.send("POST", path, token=NOBODY, headers=headers) for headers in tablets)
    )
    api.client.cookies.clear()
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409]
    assert (await api.send("GET", path, token=NOBODY)).status_code == 409
    assert len(done(await api.get(f"/shows/{show}/host-links"))["devices"]) == 1


async def test_a_device_is_on_the_list_until_it_is_shown_out(api: Api, show: str) -> None:
    link, headers = await tablet(api, show)
    [device] = done(await api.get(f"/shows/{show}/host-links"))["devices"]
    assert (device["id"], device["device"], device["by"]) == (link, "iPad · Safari", "bot")
    for _ in range(2):
        assert done(await api.post(f"/shows/{show}/host-links/{link}/revoke"))["revoked_at"]
    gone = await look(api, f"/shows/{show}/host", headers)
    assert gone.status_code == 401
    assert "已断开" in gone.text or "disconnected" in gone.text
    assert done(await api.get(f"/shows/{show}/host-links"))["devices"] == []


async def test_a_wrong_a_revoked_and_a_late_code_say_what_to_do(
    api: Api, runtime: Runtime, show: str
) -> None:
    link, path = await code(api, show)
    done(await api.post(f"/shows/{show}/host-links/{link}/revoke"))
    revoked = await api.send("GET", path, token=NOBODY)
    wrong = await api.send("GET", "/h/nothing", token=NOBODY)
    assert (revoked.status_code, wrong.status_code) == (409, 404)
    assert "text/html" in wrong.headers["content-type"]

    now = runtime.clock.now()
    _, path = await code(api, show)
    token = path.rpartition("/")[2]
    for late in (LINK_LIVES, DEVICE_LIVES):
        with pytest.raises(Conflict) as refusal:
            await hosts.find_link(token, db=runtime.db, now=now + late + timedelta(minutes=1))
        assert refusal.value.code == "link_expired"


async def test_only_the_crew_makes_and_revokes_codes(api: Api, runtime: Runtime) -> None:
    room = await make_room(runtime, "小南的直播间")
    show, other = await make_show(api, room_id=room), await make_show(api)
    link, _ = await code(api, show)
    viewer = await make_viewer(api)
    host = await signed_in(api, runtime, {room: Role.HOST})
    for path in ("host-links", f"host-links/{link}/revoke"):
        refused(await api.post(f"/shows/{show}/{path}", token=viewer.token), 403, "forbidden")
        refused(await api.post(f"/shows/{show}/{path}", token=NOBODY), 401, "not_signed_in")
        refused(
            await api.post(f"/shows/{show}/{path}", token=NOBODY, headers=host), 403, "forbidden"
        )
    refused(await api.post(f"/shows/{other}/host-links/{link}/revoke"), 404, "not_found")
    refused(await api.post(f"/shows/{show}/host-links/none/revoke"), 404, "not_found")


async def test_whoever_is_signed_in_keeps_the_code_for_another_device(
    api: Api, runtime: Runtime
) -> None:
    room = await make_room(runtime, "小南的直播间")
    show = await make_show(api, room_id=room)
    _, path = await code(api, show)
    host = await signed_in(api, runtime, {room: Role.HOST})
    answer = await look(api, path, host)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/shows/{show}/host")
    assert (await scan(api, path)).status_code == 303


async def test_a_show_that_is_over_gives_no_codes_and_lets_nobody_in(api: Api, show: str) -> None:
    _, path = await code(api, show)
    tablet = await opened(api, path)
    done(await api.post(f"/shows/{show}/end"))
    refused(await api.post(f"/shows/{show}/host-links"), 409, "ended")
    assert (await api.send("POST", path, token=NOBODY, headers=tablet)).status_code == 409
    assert done(await api.get(f"/shows/{show}/host-links"))["devices"] == []


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (IPAD, "iPad · Safari"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) Chrome/126.0 Safari/537.36", "Android · Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Windows · Edge"),
        ("curl/8.0", "?"),
        ("", "?"),
    ],
)
def test_a_device_is_called_by_what_its_browser_says(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


@pytest.mark.parametrize(("host", "is_near"), [("127.0.0.1:8000", True), ("10.0.0.5:8000", False)])
async def test_an_address_that_no_phone_can_open_is_called_so(
    api: Api, runtime: Runtime, host: str, is_near: bool
) -> None:
    show = await make_show(api)
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    page = await api.send(
        "GET", f"/shows/{show}/setup", token=NOBODY, headers=headers | {"host": host}
    )
    assert page.status_code == 200
    assert (translate("en", "setup.address_near") in page.text) == is_near
