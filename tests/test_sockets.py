"""What the hub asks of the features, through real sockets of the whole application."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from live.cli.direct import DirectProtocol
from live.domain.access import Role as CrewRole
from live.features.accounts.actions import (
    create_account,
    create_token,
    ensure_default_room,
    set_role,
    sign_in,
    sign_out,
)
from live.hub import Role, Screen
from live.runtime import Runtime
from live.sockets import Sockets
from live.store.accounts import Account
from live.store.rooms import Room
from live.web.rate_limits import RATES, Rate, RateLimits
from tests.asking import Api, done, eventually, refused
from tests.engines import listening
from tests.factories import make_offer, make_order, make_show, make_viewer

EMAIL, PASSWORD = "lin@shop.example", "correct horse battery"


@pytest.fixture
async def server(app: Starlette) -> AsyncIterator[str]:
    """The application behind a real server; the value is `ws://…`."""
    config = uvicorn.Config(
        app, ws=DirectProtocol, log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    async with listening(config) as address:
        yield f"ws://{address}"


@contextlib.asynccontextmanager
async def events(server: str, show: str, token: str) -> AsyncIterator[ClientConnection]:
    offered = [Subprotocol("live.v1"), Subprotocol(f"bearer.{token}")]
    url = f"{server}/api/v1/shows/{show}/events"
    async with connect(url, subprotocols=offered, compression=None) as client:
        yield client


async def next_of(client: ClientConnection, *kinds: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while (read := json.loads(await client.recv()))["type"] not in kinds:
            pass
    found: dict[str, Any] = read
    return found


def slow_down(runtime: Runtime, **rates: Rate) -> None:
    """From now on these rates count."""
    runtime.limits = RateLimits({**RATES, **rates})


async def test_a_host_hears_what_is_said_but_not_who_bought(
    server: str, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    viewer = await make_viewer(api)
    host = await create_token(runtime.db, role="host", name="h", now=runtime.clock.now())
    async with (
        events(server, show, host) as on_stage,
        events(server, show, api.operator) as at_desk,
    ):
        await next_of(on_stage, "hello")
        await next_of(at_desk, "hello")
        order = await make_order(api, offer, viewer)
        done(await api.post(f"/shows/{show}/comments", {"text": "扣1"}, token=viewer.token))
        assert (await next_of(at_desk, "order", "comment"))["data"]["id"] == order
        assert (await next_of(on_stage, "order", "comment"))["type"] == "comment"


async def test_comments_are_counted_together_whichever_door_they_come_through(
    server: str, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    viewer, other = await make_viewer(api), await make_viewer(api)
    path, said = f"/shows/{show}/comments", {"text": "扣1"}
    slow_down(runtime, comment=Rate(2, 0.001))
    async with events(server, show, viewer.token) as client:
        done(await api.post(path, said, token=viewer.token))
        answers = []
        for ref in range(2):
            await client.send(json.dumps({"type": "comment", "ref": ref, **said}))
            answers.append(await next_of(client, "comment_result"))
    assert [answer["status"] for answer in answers] == [201, 429]
    over_http = await api.post(path, said, token=viewer.token)
    problem = refused(over_http, 429, "too_fast")
    over_socket = answers[1]
    assert over_socket.pop("retry_after_s") == int(over_http.headers["retry-after"])
    assert over_socket == problem | {"type": "comment_result", "ref": 1}
    done(await api.post(path, said, token=other.token))


async def test_another_shows_offer_is_refused_like_everything_else(server: str, api: Api) -> None:
    show, elsewhere = await make_show(api), await make_show(api)
    offer = await make_offer(api, elsewhere)
    viewer = await make_viewer(api)
    async with events(server, show, viewer.token) as client:
        answers = []
        for named in (offer, f"{show}-onothing"):
            order = {"type": "order", "ref": "r", "offer_id": named, "quantity": 1, "key": "k"}
            await client.send(json.dumps(order))
            answers.append(await next_of(client, "order_result"))
    assert [(answer["status"], answer["code"]) for answer in answers] == [(404, "not_found")] * 2
    assert answers[0].keys() == answers[1].keys() >= {"ref", "title", "detail"}


async def test_new_sockets_of_one_address_are_counted(
    server: str, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    slow_down(runtime, socket=Rate(2, 0.001))
    async with events(server, show, api.operator), events(server, show, api.operator):
        for path in (f"/api/v1/shows/{show}/events", f"/shows/{show}/stream?screen=viewer&lang=zh"):
            with pytest.raises(InvalidStatus) as turned_away:
                await connect(server + path)
            assert turned_away.value.response.status_code == 429
            assert int(turned_away.value.response.headers["retry-after"]) > 0


# Staff are asked again while their socket is open


def page_of(app: Starlette, login: str, viewer: str = "", query: str = "") -> WebSocket:
    scope = {
        "type": "websocket",
        "app": app,
        "scheme": "ws",
        "path": "/",
        "query_string": query.encode(),
        "headers": [(b"cookie", f"login={login}; viewer={viewer}".encode())],
    }

    async def nothing(*_: object) -> Any:
        raise AssertionError

    return WebSocket(scope, nothing, nothing)


async def sign_in_operator(runtime: Runtime) -> tuple[Account, Room, str]:
    """A new operator, the default room, and their login."""
    now = runtime.clock.now()
    async with runtime.db.write() as session:
        room = await ensure_default_room(session, now)
    account = await create_account(
        runtime.db, email=EMAIL, name="Lin", password=PASSWORD, room_id=room.id,
        role=CrewRole.OPERATOR, now=now,
    )  # fmt: skip
    login = await sign_in(
        runtime.db, runtime.limits,
        email=EMAIL, password=PASSWORD, sender="x", old_token="", now=now,
    )  # fmt: skip
    assert login
    return account, room, login


async def test_one_of_the_crew_who_looks_at_the_viewers_page_is_no_audience(
    app: Starlette, runtime: Runtime, api: Api
) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    _, _, login = await sign_in_operator(runtime)
    sockets = Sockets(runtime, app.state.boards, app.state.door)
    for carried, is_crew in ((login, True), ("", False), ("forged", False)):
        page = page_of(app, carried, viewer.token)
        who = await sockets.authenticate_page(page, show, Screen.VIEWER)
        assert who is not None
        assert (who.role, who.viewer_id, who.is_crew) == (Role.VIEWER, viewer.id, is_crew)


async def test_who_is_here_and_was_here_is_in_the_tally(server: str, api: Api) -> None:
    show, one, two = await make_show(api), await make_viewer(api), await make_viewer(api)

    async def tally_has(**figures: int) -> None:
        async def is_so() -> bool:
            tally = done(await api.get(f"/shows/{show}/tally"))
            return all({**tally, **tally["pages"]}[name] == n for name, n in figures.items())

        await eventually(is_so)

    async with events(server, show, one.token), events(server, show, one.token):
        async with events(server, show, two.token), events(server, show, api.operator):
            await tally_has(viewers=2, viewer_api=3, staff_api=1)
        await tally_has(viewers=1, viewer_api=2, staff_api=0)
    await tally_has(viewers=0, viewer_api=0, peak_viewers=2, unique_viewers=2, views=2)
    async with events(server, show, two.token):
        await tally_has(viewers=1, peak_viewers=2, unique_viewers=2, views=2)


async def test_a_mute_that_runs_out_is_drawn_though_nothing_else_happens(
    server: str, api: Api, runtime: Runtime
) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    done(await api.post(f"/shows/{show}/comments", {"text": "扣1"}, token=viewer.token))
    _, _, login = await sign_in_operator(runtime)
    page = f"{server}/shows/{show}/stream?screen=control&lang=zh"
    async with (
        connect(page, additional_headers={"Cookie": f"login={login}"}) as desk,
        asyncio.timeout(20),
    ):

        async def has_drawn(standing: str) -> None:
            mark = f'data-standing="{standing}"'
            while mark not in json.loads(await desk.recv()).get("content", ""):
                pass

        await has_drawn("")
        done(await api.post(f"/shows/{show}/viewers/{viewer.id}/mute", {"seconds": 2}))
        await has_drawn("muted")
        await has_drawn("")


@pytest.mark.parametrize("end", ["sign_out", "role", "account"])
async def test_the_same_page_is_told_no_once_its_login_may_no_longer_look(
    app: Starlette, runtime: Runtime, api: Api, end: str
) -> None:
    show = await make_show(api)
    account, room, login = await sign_in_operator(runtime)
    sockets = Sockets(runtime, app.state.boards, app.state.door)
    page = page_of(app, login)

    async def role(screen: Screen) -> Role | None:
        who = await sockets.authenticate_page(page, show, screen)
        return who.role if who else None

    assert await role(Screen.CONTROL) is await role(Screen.HOST) is Role.OPERATOR
    if end == "sign_out":
        await sign_out(runtime.db, login, runtime.clock.now())
    elif end == "account":
        async with runtime.db.write() as session:
            account.is_active = False
            session.add(account)
    else:
        await set_role(
            runtime.db,
            account_id=account.id,
            room_id=room.id,
            role=CrewRole.HOST,
            now=runtime.clock.now(),
            actor="",
        )
    assert await role(Screen.CONTROL) is None
    assert await role(Screen.HOST) is (Role.HOST if end == "role" else None)
