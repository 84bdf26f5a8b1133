"""The server on a socket that it is given: many connections at once, and none after it has stopped."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from live.cli.server import AT_ONCE, Server
from tests.asking import eventually

ASK = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def home(request: Request) -> Response:
    return PlainTextResponse("here")


@pytest.fixture
async def link() -> AsyncIterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        yield listening


async def test_all_who_wait_are_let_in_and_nobody_after_the_end(link: socket.socket) -> None:
    address = link.getsockname()
    loop = asyncio.get_running_loop()
    waiting = [socket.create_connection(address) for _ in range(8 * AT_ONCE)]
    for one in waiting:
        one.sendall(ASK)
        one.setblocking(False)
    app = Starlette(routes=[Route("/", home)])
    server = Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[link]))
    for one in waiting:
        said = b""
        while part := await loop.sock_recv(one, 4096):
            said += part
        assert said.endswith(b"here")
        one.close()

    gone = socket.create_connection(address)
    gone.close()  # before it was let in: nobody's trouble
    server.should_exit = True
    await serving

    async def is_refused() -> bool:
        try:
            await asyncio.open_connection(*address)
        except ConnectionRefusedError:
            return True
        return False

    await eventually(is_refused)
