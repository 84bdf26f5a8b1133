"""Clients of a real server: both doors, and what comes through them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from live.hub.close_codes import CloseCode
from tests.asking import PATIENCE_S

OPERATOR, VIEWER = "operator", "viewer-v1"


@asynccontextmanager
async def events(
    server: str, token: str = OPERATOR, since: str | None = None
) -> AsyncIterator[ClientConnection]:
    query = "" if since is None else f"?since={since}"
    url = f"{server}/api/v1/shows/s/events{query}"
    offered = [Subprotocol("live.v1"), Subprotocol(f"bearer.{token}")]
    # Reads ahead without end: behind a full queue the answer to its own close would wait ten seconds.
    async with connect(url, subprotocols=offered, compression=None, max_queue=None) as client:
        yield client


@asynccontextmanager
async def stream(server: str, screen: str, token: str) -> AsyncIterator[ClientConnection]:
    async with connect(f"{server}/shows/s/stream?screen={screen}&lang=zh&token={token}") as client:
        yield client


async def message(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        read: dict[str, Any] = json.loads(await client.recv())
    return read


async def next_of(client: ClientConnection, kind: str) -> dict[str, Any]:
    while (read := await message(client))["type"] != kind:
        pass
    return read


async def close_code(client: ClientConnection) -> int | None:
    with contextlib.suppress(ConnectionClosed):
        async with asyncio.timeout(PATIENCE_S):
            async for _ in client:
                pass
    for code in set(CloseCode) - {CloseCode.NORMAL}:
        assert client.close_code != code or client.close_reason == code.reason
    return client.close_code
