"""A Starlette endpoint and a loop over its sockets: python -m scripts.peers.fanout.starlette_loop PORT"""

import asyncio
import contextlib
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from scripts.peers.fanout import rounds

clients: set[WebSocket] = set()


async def stay(websocket: WebSocket) -> None:
    await websocket.accept()
    clients.add(websocket)
    try:
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass
    finally:
        clients.discard(websocket)


async def send(text: str) -> None:
    for client in list(clients):
        with contextlib.suppress(RuntimeError):  # it has just left
            await client.send_text(text)


async def main() -> None:
    config = uvicorn.Config(
        Starlette(routes=[WebSocketRoute("/", stay)]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        lifespan="off",
        backlog=4096,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await rounds.run(send)
    server.should_exit = True
    server.force_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(main())
