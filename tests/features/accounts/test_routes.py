from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from live.domain.access import Permission, Role
from live.features.accounts import actions
from live.features.accounts.routes import routes
from live.web.errors import Boundary, exception_handlers
from live.web.security import Guard
from live.web.tokens import Signer
from tests.features.accounts.conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.usefixtures("quick_hashes", "pages")


async def push(request: Request) -> Any:
    actor = await actions.require(request, Permission.OFFER_PUSH, request.query_params.get("room"))
    return JSONResponse({"name": actor.name})


async def ensure(request: Request) -> Any:
    runtime = request.app.state.runtime
    async with runtime.db.write() as session:
        room = await actions.ensure_default_room(session, runtime.clock.now())
    await actions.create_account(
        runtime.db, email=EMAIL, name="Lin", password=PASSWORD, room_id=room.id,
        role=Role.OPERATOR, now=runtime.clock.now(),
    )  # fmt: skip
    role = request.query_params.get("token_role", "operator")
    token = await actions.create_token(runtime.db, role=role, name="bot", now=runtime.clock.now())
    return JSONResponse({"token": token, "room": room.id})


@pytest.fixture
def client(runtime: SimpleNamespace) -> Any:
    own = [Route("/push", push), Route("/api/v1/push", push), Route("/api/v1/setup", ensure)]
    app = Starlette(
        routes=[*routes, *own],
        middleware=[Middleware(Guard, secret="s" * 32), Middleware(Boundary)],
        exception_handlers=exception_handlers(),
    )
    app.state.runtime = runtime
    with TestClient(app, follow_redirects=False) as client:
        yield client


def sign_in(
    client: TestClient, *, password: str = PASSWORD, next_path: str = "/shows/x", **headers: Any
) -> Any:
    token = client.get("/sign-in").text.split("|")[4].removesuffix("</form>")
    fields = {"csrf_token": token, "email": EMAIL, "password": password, "next": next_path}
    return client.post("/sign-in", data=fields, headers=headers)


def test_signing_in_opens_the_doors_and_signing_out_closes_them(client: TestClient) -> None:
    room = client.get("/api/v1/setup").json()["room"]
    assert client.get("/push").headers["location"] == "/sign-in?next=/push"
    signed_in = sign_in(client)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/shows/x")
    assert "HttpOnly" in signed_in.headers["set-cookie"]
    assert client.get(f"/push?room={room}").json() == {"name": "Lin"}
    assert client.get("/push?room=other").status_code == 403
    assert client.get("/sign-in?next=/shows/y").headers["location"] == "/shows/y"
    kept = client.cookies["login"]
    assert client.post("/sign-out").status_code == 403
    token = Signer("s" * 32, "csrf").sign(f"login:{kept}")  # as a page of that login has it
    assert client.post("/sign-out", data={"csrf_token": token}).headers["location"] == "/sign-in"
    client.cookies.set("login", kept)
    assert client.get("/push").status_code == 303


def test_a_wrong_password_shows_the_form_again_without_the_password(client: TestClient) -> None:
    client.get("/api/v1/setup")
    again = sign_in(client, password="wrong <b>")
    assert again.status_code == 401
    assert "login" not in client.cookies
    assert again.text.startswith(f"<form>wrong|{EMAIL}|/shows/x|")
    assert "&lt;b&gt;" not in again.text


def test_guessing_is_slowed_down(client: TestClient) -> None:
    client.get("/api/v1/setup")
    answers = [sign_in(client, password="wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    refused = sign_in(client)
    assert refused.status_code == 429
    assert refused.text.startswith(f"<form>wait|{EMAIL}|/shows/x|")  # nothing typed is thrown away
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_off_the_site(client: TestClient, path: str) -> None:
    client.get("/api/v1/setup")
    assert sign_in(client, next_path=path).headers["location"] == "/"


def test_another_site_cannot_sign_anyone_in(client: TestClient) -> None:
    client.get("/api/v1/setup")
    assert sign_in(client, origin="https://evil.example").status_code == 403


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("operator", 200), ("host", 403), ("viewer", 403)]
)
def test_the_api_asks_the_tokens_role(client: TestClient, role: Any, status: int) -> None:
    token = client.get(f"/api/v1/setup?token_role={role}").json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    assert client.get("/api/v1/push", headers=headers).status_code == status


def test_the_api_tells_strangers_from_viewers(client: TestClient, runtime: SimpleNamespace) -> None:
    assert client.get("/api/v1/push").status_code == 401
    assert client.get("/api/v1/push", headers={"authorization": "Bearer lk_x"}).status_code == 401
    viewer = runtime.viewer_tokens.make("v1", "Lin", runtime.clock.now().timestamp(), 60)
    headers = {"authorization": f"Bearer {viewer}"}
    assert client.get("/api/v1/push", headers=headers).status_code == 403
