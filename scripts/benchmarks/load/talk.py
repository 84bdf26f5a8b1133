"""Sockets on which comments are said at a steady rate, and heard: one class, for talkers and listeners."""

import asyncio
import base64
import os
import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import cast

from scripts.benchmarks.load.socket_orders import (
    CLOSE,
    PING,
    PONG,
    TEXT,
    frame_bounds,
    handshake,
    masked,
    proof_of,
)

TICK_S = 0.01
OPENING_S = 60.0
TEXTS = (
    "扣1",
    "想要 A1 蓝色",
    "這個多少錢?",
    "1 1 1",
    "好看好看",
    "主播讲一下尺码吧",
    "a1",
    "已经买了三件",
)


class Socket(asyncio.Protocol):
    """Counts what it hears by kind: `comment`, `said` (a comment of its own was taken), `refused`, `page`."""

    def __init__(self, host: str, path: str, token: str) -> None:
        self.heard: Counter[str] = Counter()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = ""
        self._key = base64.b64encode(os.urandom(16))
        self._handshake = handshake(host, path, token, self._key)
        self._is_open = False
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._handshake)

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = self.closed or str(error or "closed")
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(f"no socket: {self.closed}"))

    def say(self, text: str) -> None:
        words = f'{{"type":"comment","ref":1,"text":"{text}"}}'.encode()
        self._write(masked(TEXT, words, os.urandom(4)))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        data, self._rest = self._rest + data, b""
        at = 0
        if not self._is_open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._rest = data
                return
            if proof_of(self._key) not in data[:end]:
                self.closed = data[:300].decode(errors="replace")
                self.close()
                return
            self._is_open, at = True, end + 4
        while at < len(data):
            start, stop = frame_bounds(data, at)
            if stop > len(data):
                self._rest = data[at:]
                return
            self._hear(data[at] & 0xF, data, start, stop)
            at = stop

    def _hear(self, opcode: int, data: bytes, start: int, stop: int) -> None:
        if opcode == TEXT:
            if not self.ready.done():
                self.ready.set_result(None)
            self.heard[_kind(data[start:stop])] += 1
        elif opcode == PING:
            self._write(masked(PONG, data[start:stop], os.urandom(4)))
        elif opcode == CLOSE:
            self.closed = str(int.from_bytes(data[start : start + 2], "big"))

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)


def _kind(message: bytes) -> str:
    if b'"type":"comment"' in message:
        return "comment"
    if b'"type":"comment_result"' in message:
        return "said" if b'"status":201' in message else "refused"
    return "page" if b'"content"' in message else "other"


async def open_all(host: str, port: int, path: str, tokens: Sequence[str]) -> list[Socket]:
    """One socket for each token, all greeted. Raises RuntimeError."""
    sockets: list[Socket] = []
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(OPENING_S):
        for token in tokens:
            made = partial(Socket, f"{host}:{port}", path, token)
            _, socket = await loop.create_connection(made, host, port)
            sockets.append(socket)
            await socket.ready
    return sockets


async def talk(sockets: Sequence[Socket], rate: float, seconds: float) -> int:
    """So many comments a second in all, by each socket in turn; how many were sent."""
    loop, sent = asyncio.get_running_loop(), 0
    chance = random.Random(rate)
    began = loop.time()
    while (now := loop.time()) - began < seconds:
        due = int((now - began) * rate)
        while sent < due:
            text = TEXTS[int(chance.random() * len(TEXTS))]
            sockets[sent % len(sockets)].say(f"{text} {sent % 97}" if sent % 3 else text)
            sent += 1
        await asyncio.sleep(TICK_S)
    return sent
