"""One viewer's socket, as bytes: a page's, or a program's that resumes by id. Light: ten thousand share a core."""

import asyncio
import base64
import os
import random
import re
from abc import ABC, abstractmethod
from typing import Protocol, cast

from scripts.benchmarks.load.socket_orders import CLOSE, PING, PONG, TEXT, frame_bounds, masked

HEAD = 100  # bytes of a frame within which its kind stands
ID = re.compile(rb'^\{"id":"([^"]+)"')
KIND = re.compile(rb'"type":"(\w+)"')
NUMBER = re.compile(rb'"text":"number (\d+)"')
PAGE_SPREAD_S, PAGE_MOST_S = 3.0, 8.0  # as static/js/socket.js has it for the viewer's page
PROGRAM_SPREAD_S = 5.0  # as `retry_ms` of the hello asks
MASK = b"\x00\x00\x00\x00"  # of bytes that are no secret


class Watcher(Protocol):
    """Who counts."""

    def came(self) -> None: ...
    def went(self, *, was_in: bool) -> None: ...
    def turned_away(self) -> None: ...
    def read(self, frames: int, size: int) -> None: ...
    def wrong(self, what: str) -> None: ...
    def heard(self, number: int) -> None: ...


class Viewer(asyncio.Protocol, ABC):
    """`is_in`: has heard everything up to now since it came: a page, all of it; a program, what it had missed."""

    def __init__(self, watcher: Watcher, host: str, port: int, token: str, show: str) -> None:
        self.is_in = False
        self.attempts = 0
        self._watcher = watcher
        self._at = (host, port)
        self._token = token
        self._show = show
        self._is_open = False
        self._is_asked = False  # the handshake was sent
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    async def come(self) -> None:
        """Connects; when that fails, tries again after a time of its own."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self, *self._at)
        except OSError:
            self._again()

    def leave(self) -> None:
        self.attempts = -1
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._is_open, self._rest = False, b""
        key = base64.b64encode(os.urandom(16)).decode()
        host, port = self._at
        self._transport.write(
            f"GET {self.path()} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"{self.sign_in()}\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self.attempts < 0:
            return
        was_in, self.is_in = self.is_in, False
        if self._is_open:
            self._watcher.went(was_in=was_in)
        else:
            self._watcher.turned_away()
        self._again()

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data, self._rest = self._rest + data, b""
        at = 0 if self._is_open else self._opened(data)
        frames = 0
        while at < len(data):
            start, stop = frame_bounds(data, at)
            if stop > len(data):
                self._rest = data[at:]
                break
            self._hear(data, at, start, stop)
            at, frames = stop, frames + 1
        self._watcher.read(frames, len(data) - len(self._rest))

    @abstractmethod
    def path(self) -> str: ...

    @abstractmethod
    def sign_in(self) -> str: ...

    @abstractmethod
    def hear(self, frame: bytes) -> None: ...

    @abstractmethod
    def wait_s(self) -> float: ...

    def settled(self) -> None:
        if not self.is_in:
            self.is_in = True
            self.attempts = 0
            self._watcher.came()

    def _opened(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._rest = data
        elif data.startswith(b"HTTP/1.1 101"):
            self._is_open = True
            return end + 4
        elif self._transport is not None:
            self._transport.abort()
        return len(data)

    def _hear(self, data: bytes, at: int, start: int, stop: int) -> None:
        opcode = data[at] & 0xF
        if opcode == TEXT:
            self.hear(data[start:stop])
        elif opcode == PING and self._transport is not None:
            self._transport.write(masked(PONG, data[start:stop], MASK))
        elif opcode == CLOSE and self._transport is not None:
            self._transport.abort()

    def _again(self) -> None:
        if self.attempts < 0:
            return
        loop = asyncio.get_running_loop()
        loop.call_later(random.random() * self.wait_s(), lambda: loop.create_task(self.come()))
        self.attempts += 1


class Page(Viewer):
    """In state with the first frame that has content: that is all of the page."""

    def path(self) -> str:
        return f"/shows/{self._show}/stream?screen=viewer&lang=zh"

    def sign_in(self) -> str:
        return f"Cookie: viewer={self._token}"

    def wait_s(self) -> float:
        return min(PAGE_MOST_S, PAGE_SPREAD_S * (1 << self.attempts))

    def hear(self, frame: bytes) -> None:
        if not self.is_in and frame.find(b'"content"', 0, HEAD) >= 0:
            self.settled()


class Program(Viewer):
    """Resumes by the last id; in state with the first live tally. Comments are numbered by who posts them."""

    def __init__(self, watcher: Watcher, host: str, port: int, token: str, show: str) -> None:
        super().__init__(watcher, host, port, token, show)
        self._last = b""
        self._numbers = set[int]()

    def path(self) -> str:
        since = f"?since={self._last.decode()}" if self._last else ""
        return f"/api/v1/shows/{self._show}/events{since}"

    def sign_in(self) -> str:
        return f"Authorization: Bearer {self._token}"

    def wait_s(self) -> float:
        return PROGRAM_SPREAD_S

    def hear(self, frame: bytes) -> None:
        told, kind = ID.match(frame), KIND.search(frame, 0, HEAD)
        if told is None or kind is None:
            return
        self._last = told[1]
        if kind[1] == b"tally":
            self.settled()
        elif kind[1] == b"reset":
            self._watcher.wrong("resets")
        elif kind[1] == b"comment" and (found := NUMBER.search(frame)):
            self._count(int(found[1]))

    def _count(self, number: int) -> None:
        if number in self._numbers:
            self._watcher.wrong("doubled")
        else:
            self._numbers.add(number)
            self._watcher.heard(number)
