"""The way out to one socket: `send_all` never waits; what has not left yet is the `backlog`, in bytes.

A server whose protocol class puts its transport into the ASGI scope, as the extension
`live.transport`, gets every frame written straight to it: the same bytes for everyone, no task per
socket. On any other server a small task does the sending.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from os import write
from socket import SO_LINGER, SO_SNDBUF, SOL_SOCKET
from struct import pack
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from live.hub import frames
from live.hub.close_codes import CloseCode
from live.hub.frames import Bundle, Frame

EXTENSION = "live.transport"
# A function of the server's: give it who takes the payloads of text frames.
SHORT_WAY = "live.orders"
# A function of the server's: give it who is asked before each ping is answered.
PINGS = "live.pings"
# Bytes of a viewer's in the kernel, which doubles it for its own book-keeping and would else grow it to 4 MB:
# a thousand that never read cost it 64 MB at most, and are found out soon. A viewer's line reads a fiftieth of it
# in a round trip.
KERNEL_MAX = 32 * 1024
LINGER_S = 5.0  # a client that has not read for so long after our close frame is cut off
NO_LINGER = pack("ii", 1, 0)


class Line(Protocol):
    @property
    def backlog(self) -> int:
        """Bytes that were sent here and still wait for the client to read."""

    def send_all(self, frames: Sequence[Frame]) -> None:
        """One write, where the line can."""

    def send_if_free(self, sent: Frame | Bundle) -> bool:
        """All of it if there is no backlog; otherwise False, and nothing is sent."""

    async def close(self, code: CloseCode) -> None:
        """Say goodbye with this code; nothing can be sent afterwards."""


def line_of(websocket: WebSocket, *, is_bounded: bool = False) -> Line:
    """The fastest line that the server offers. The socket must have been accepted. `is_bounded`: what the
    kernel keeps for it too, where we can."""
    transport = websocket.scope.get("extensions", {}).get(EXTENSION)
    if transport is None:
        return TaskLine(websocket)
    if is_bounded:
        with contextlib.suppress(OSError):  # it has hung up already
            transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_SNDBUF, KERNEL_MAX)
    return TransportLine(websocket, transport)


def open_short_way(websocket: WebSocket, take: Callable[[bytes], bool]) -> None:
    """From now on `take` is offered each text first; what it does not want (False) comes the usual way.
    A server that does not know of it has the usual way only."""
    offer = websocket.scope.get("extensions", {}).get(SHORT_WAY)
    if offer is not None:
        offer(take)


def count_pings(websocket: WebSocket, may_speak: Callable[[], bool]) -> None:
    """From now on a ping is answered only if `may_speak` says so, where the server lets us."""
    offer = websocket.scope.get("extensions", {}).get(PINGS)
    if offer is not None:
        offer(may_speak)


def cut(transport: asyncio.Transport) -> None:
    """Closes at once. What waits for somebody who does not read is thrown away, in the kernel too, which would
    go on offering it for minutes."""
    if transport.get_write_buffer_size():
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, NO_LINGER)
    transport.abort()


class TaskLine:
    """Sends through ASGI, frame by frame; the server's `send` waits while its own buffer is full."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._queue: deque[Frame] = deque()
        self._filled = asyncio.Event()
        self._backlog = 0
        self._task = asyncio.create_task(self._run())

    @property
    def backlog(self) -> int:
        return self._backlog

    def send_if_free(self, sent: Frame | Bundle) -> bool:
        if self._backlog:
            return False
        self.send_all(sent.frames)
        return True

    def send_all(self, frames: Sequence[Frame]) -> None:
        self._queue.extend(frames)
        self._backlog += sum(frame.size for frame in frames)
        self._filled.set()

    async def close(self, code: CloseCode) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(LINGER_S):
                await self._websocket.close(code, code.reason)

    async def _run(self) -> None:
        # Starlette raises RuntimeError when the other side has hung up before; the reader hears of it too.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while await self._filled.wait():
                while self._queue:
                    frame = self._queue.popleft()
                    await self._websocket.send_text(frame.text)
                    self._backlog -= frame.size
                self._filled.clear()


class TransportLine:
    """Writes to the transport; its buffer is the queue, and it can be cut when nobody reads."""

    __slots__ = ("_descriptor", "_transport", "_websocket")

    def __init__(self, websocket: WebSocket, transport: asyncio.Transport) -> None:
        self._websocket = websocket
        self._transport = transport
        self._descriptor: int = transport.get_extra_info("socket").fileno()

    @property
    def backlog(self) -> int:
        return self._transport.get_write_buffer_size()

    def send_all(self, frames: Sequence[Frame]) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"".join([frame.packed for frame in frames]))

    def send_if_free(self, sent: Frame | Bundle) -> bool:
        """To the kernel at once, past the transport, which would keep a list of it until later; what the
        kernel does not take goes there, and so does every error. The descriptor is the transport's for
        as long as that is not closing."""
        if self._transport.get_write_buffer_size():
            return False
        if self._transport.is_closing():
            return True
        data = sent.packed
        try:
            taken = write(self._descriptor, data)
        except OSError:
            taken = 0
        if taken < len(data):
            self._transport.write(data[taken:])
        return True

    async def close(self, code: CloseCode) -> None:
        if self._transport.is_closing():
            return
        if self.backlog:  # the server would wait for the buffer to empty, which may be never
            self._transport.write(frames.pack(frames.CLOSE, code.payload))
            asyncio.get_running_loop().call_later(LINGER_S, cut, self._transport)
            return
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.close(code, code.reason)
