"""Asking the application, and what must be true of its answers."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
from starlette.applications import Starlette

API = "/api/v1"
NOBODY = ""
PATIENCE_S = 20.0  # on a machine that does other things besides


class Api:
    """Speaks as the operator unless a call names another `token`."""

    def __init__(self, client: httpx2.AsyncClient, operator: str) -> None:
        self.client = client
        self.operator = operator

    async def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> httpx2.Response:
        token = self.operator if token is None else token
        sent = {"authorization": f"Bearer {token}"} if token else {}
        if key is not None:
            sent["idempotency-key"] = key
        return await self.client.request(method, path, headers=sent | (headers or {}), **request)

    async def get(self, path: str, **request: Any) -> httpx2.Response:
        return await self.send("GET", API + path, **request)

    async def post(self, path: str, json: Any = None, **request: Any) -> httpx2.Response:
        if json is not None:
            request["json"] = json
        return await self.send("POST", API + path, **request)

    async def put(self, path: str, json: Any, **request: Any) -> httpx2.Response:
        return await self.send("PUT", API + path, json=json, **request)

    async def patch(self, path: str, json: Any, **request: Any) -> httpx2.Response:
        return await self.send("PATCH", API + path, json=json, **request)

    async def offer(self, offer_id: str) -> dict[str, Any]:
        return done(await self.get(f"/offers/{offer_id}", token=NOBODY))

    async def audit(self, show_id: str) -> dict[str, Any]:
        return done(await self.get(f"/shows/{show_id}/audit"))


@contextlib.asynccontextmanager
async def connected(app: Starlette, operator: str) -> AsyncIterator[Api]:
    """A client without a network between."""
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://live.test", timeout=30
    ) as client:
        yield Api(client, operator)


def done(response: httpx2.Response) -> dict[str, Any]:
    """The answer of a call that must succeed."""
    assert response.is_success, f"{response.status_code} {response.text}"
    found: dict[str, Any] = response.json()
    return found


def refused(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a call that must be refused just so."""
    assert response.status_code == status, f"{response.status_code} {response.text}"
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:live:problem:{code}"
    return problem


def wrong_fields(response: httpx2.Response) -> set[str]:
    """The fields that a 422 names."""
    return {error["field"] for error in refused(response, 422, "invalid")["errors"]}


async def eventually(check: Callable[[], Awaitable[Any]], *, every_s: float = 0.02) -> None:
    """Waits until `check` answers something true; how long that takes is not what tests are about."""
    began = time.monotonic()
    while not await check():
        assert time.monotonic() - began < PATIENCE_S, "it did not come true"
        await asyncio.sleep(every_s)
