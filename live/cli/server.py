"""uvicorn's server, which lets in many connections at a time.

libuv, on which uvloop stands, accepts one connection per turn of its loop. A turn of a busy process takes ten
milliseconds or more: after a restart ten thousand viewers wait in one line, and buyers behind them. Here the same
line is read a second time in each turn, by us.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import cast

import uvicorn

AT_ONCE = 16  # in one turn: what they ask for takes about as long as a turn may


class Server(uvicorn.Server):
    """On sockets that are given to it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._doors: list[Door] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._doors = [Door(link, self._protocol) for link in sockets or []]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for door in self._doors:
            door.close()
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        """As uvicorn's own `startup` makes them."""
        make = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        state = self.lifespan.state
        return make(config=self.config, server_state=self.server_state, app_state=state)


class Door:
    """Accepts what waits on a listening socket, AT_ONCE in a turn of the loop."""

    def __init__(self, link: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._loop = asyncio.get_running_loop()
        self._link = link.dup()  # the loop watches a descriptor for one reader only
        self._link.setblocking(False)
        self._protocol = protocol
        self._welcomes: set[asyncio.Task[object]] = set()
        self._loop.add_reader(self._link, self._accept)

    def close(self) -> None:
        self._loop.remove_reader(self._link)
        self._link.close()

    def _accept(self) -> None:
        # Taken by the loop itself, gone again, or no descriptor is free: the loop knows what to do.
        with contextlib.suppress(OSError):
            for _ in range(AT_ONCE):
                connection, _ = self._link.accept()
                connection.setblocking(False)
                welcome = self._loop.create_task(self._welcome(connection))
                self._welcomes.add(welcome)
                welcome.add_done_callback(self._welcomes.discard)

    async def _welcome(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it has hung up already
            await self._loop.connect_accepted_socket(self._protocol, connection)
