"""One connection to Redis for the order path: commands go out packed, replies come back to callbacks.

No task, no future and no lock per call: at the top of a burst they cost more than the call. Everything
else talks through `client.py`. The connection is made at the first call, and anew after it was lost.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import hiredis

from live.errors import RedisUnavailable

Answered = Callable[[Any], None]  # gets the reply, or an Exception

CONNECT_TIMEOUT_S = 1.0
REPLY_TIMEOUT_S = 3.0  # longer than any script; a stopped Redis is noticed after this


class Wire:
    """Replies come in the order of the calls. A call whose reply was lost gets RedisUnavailable: it may
    have run or not."""

    def __init__(self, url: str) -> None:
        self._address = _Address(url)
        self._link: _Link | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._waiting: list[tuple[bytes, Answered]] = []
        self._closed = False

    def call(self, command: bytes, answered: Answered) -> None:
        """Send a packed command; `answered` is called later, once, with the reply or the error."""
        link = self._link
        if link is not None and link.is_up:
            link.send(command, answered)
            return
        self._waiting.append((command, answered))
        if self._connecting is None:
            # In a context of its own: it outlives the request that happened to be the first.
            self._connecting = asyncio.get_running_loop().create_task(
                self._connect(), context=Context()
            )

    async def close(self) -> None:
        self._closed = True
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        if self._link is not None:
            self._link.abort()

    async def _connect(self) -> None:
        link = _Link()
        try:
            if self._closed:
                raise ConnectionError("closed")
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._address.connect(link)
        except (OSError, TimeoutError, hiredis.HiredisError) as error:
            link.abort()
            self._connecting = None
            waiting, self._waiting = self._waiting, []
            for _, answered in waiting:
                answered(_away(error))
            return
        self._connecting = None
        self._link = link
        waiting, self._waiting = self._waiting, []
        for command, answered in waiting:
            link.send(command, answered)


class _Link(asyncio.Protocol):
    """One life of the connection."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._calls: deque[Answered] = deque()
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._replies = 0
        self._seen = 0

    @property
    def is_up(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, command: bytes, answered: Answered) -> None:
        if not self.is_up:
            answered(_away(ConnectionError("the connection was lost")))
            return
        assert self._transport is not None
        self._calls.append(answered)
        self._transport.write(command)
        if self._watch is None:
            self._look_later()

    async def ask(self, *command: Any) -> Any:
        """The reply of one command, while the connection is being made."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.send(hiredis.pack_command(command), future.set_result)
        reply = await future
        if isinstance(reply, Exception):
            raise reply
        return reply

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        try:
            while self._calls:
                reply = self._reader.gets()
                if reply is False:
                    return
                self._replies += 1
                self._calls.popleft()(reply)
        except hiredis.ProtocolError:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._watch is not None:
            self._watch.cancel()
        calls, self._calls = self._calls, deque()
        for answered in calls:
            answered(_away(exc or ConnectionError("the connection was lost")))

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._seen = self._replies
        self._watch = loop.call_later(REPLY_TIMEOUT_S, self._look)

    def _look(self) -> None:
        """Calls are waiting and not one reply came in all that time: the server is as good as gone."""
        self._watch = None
        if self._calls and self._replies == self._seen:
            self.abort()
        elif self._calls:
            self._look_later()


class _Address:
    """Where a `redis://`, `rediss://` or `unix://` address leads, and how one signs in there."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = unquote(parts.path)
        self._is_unix = parts.scheme == "unix"
        self._host, self._port = parts.hostname or "localhost", parts.port or 6379
        self._tls = ssl.create_default_context() if parts.scheme == "rediss" else None
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        named = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        self._db = named.get("db") or ("" if self._is_unix else self._path.strip("/")) or "0"

    async def connect(self, link: _Link) -> None:
        """Raises OSError, TimeoutError, and what the server answered."""
        loop = asyncio.get_running_loop()
        if self._is_unix:
            await loop.create_unix_connection(lambda: link, self._path)
        else:
            await loop.create_connection(lambda: link, self._host, self._port, ssl=self._tls)
        if self._password:
            await link.ask("AUTH", *([self._user] if self._user else []), self._password)
        if self._db != "0":
            await link.ask("SELECT", self._db)


def _away(cause: BaseException) -> RedisUnavailable:
    error = RedisUnavailable()
    error.__cause__ = cause
    return error
