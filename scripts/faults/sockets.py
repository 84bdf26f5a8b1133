"""One event socket that stays: signs in, comes back by id after every break, orders over itself."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

JOIN_S = 5.0
PING_S = 4.0  # a socket on a stopped process is left after so long
BACK_S = (0.05, 0.4)

Event = dict[str, Any]


class NotConnected(Exception):
    """There is no socket at the moment: nothing was sent."""


class EventSocket:
    """`hear` gets every parsed event in order, and `{"type": "joined", "since"}` before each stretch."""

    def __init__(self, url: str, show: str, token: str, hear: Callable[[Event], None]) -> None:
        self._url = f"ws{url.removeprefix('http')}/api/v1/shows/{show}/events"
        self._token = token
        self._hear = hear
        self.here = asyncio.Event()  # greeted: it may trade
        self._last_id = ""
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, asyncio.Future[Event]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with connect(
                    self._url + (f"?since={quote(self._last_id)}" if self._last_id else ""),
                    compression=None,
                    open_timeout=JOIN_S,
                    close_timeout=0.5,
                    ping_interval=PING_S,
                    ping_timeout=PING_S,
                    max_size=2**22,
                    proxy=None,
                ) as socket:
                    await self._listen(socket)
            except (OSError, TimeoutError, EOFError, InvalidHandshake, WebSocketException):
                self._hear({"type": "broken"})
            finally:
                self._leave()
            await asyncio.sleep(random.uniform(*BACK_S))

    async def order(self, ref: str, timeout_s: float, **wish: Any) -> Event | None:
        """The `order_result`; None when none came. Raises NotConnected."""
        socket = self._socket
        if socket is None:
            raise NotConnected
        answer: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = answer
        try:
            async with asyncio.timeout(timeout_s):
                await socket.send(json.dumps({"type": "order", "ref": ref, **wish}))
                return await answer
        except (OSError, TimeoutError, WebSocketException):
            return None
        finally:
            self._waiting.pop(ref, None)

    async def _listen(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "auth", "token": self._token}))
        self._hear({"type": "joined", "since": self._last_id})
        async for frame in socket:
            event = json.loads(frame)
            if event["type"] == "order_result":
                waiting = self._waiting.get(event["ref"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(event)
                continue
            self._socket = socket
            self.here.set()
            if event.get("id") and event["type"] != "tally":
                self._last_id = event["id"]
            self._hear(event)

    def _leave(self) -> None:
        self._socket = None
        self.here.clear()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the socket broke"))
