"""The server's WebSocket class, with more doors: the hub may write ready-made bytes to the transport, take
a viewer's orders from the frames as they come in, and count pings.

A server without this class still works; frames then go through ASGI, one message at a time.
"""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from live.hub.close_codes import FOUND_BY_SERVER, CloseCode
from live.hub.frames import CLOSE, pack
from live.hub.line import EXTENSION, PINGS, SHORT_WAY, cut
from live.hub.waiting import Gate, Inbox

try:
    from websockets.speedups import apply_mask
except ImportError:  # a wheel without compiled parts
    from websockets.utils import apply_mask

TEXT, CONTINUED = 0x81, 0x00  # first byte: a whole text message; the rest of a message in pieces
MASKED, LENGTH = 0x80, 0x7F  # of the second byte
SHORT_MAX = 125  # bytes of a payload whose length stands in the second byte
MASK = 4  # bytes


class DirectProtocol(WebSocketsSansIOProtocol):
    """Puts them into the scope as the extensions that `live.hub.line` looks for."""

    # The parent has so many attributes that each of its objects would need a dictionary of two kilobytes
    # for itself; those named here lie in the object. One that it does not know any more takes nothing away.
    __slots__ = (
        *(
            "_is_whole",
            "_may_speak",
            "_take",
            "app",
            "app_state",
            "asgi_version",
            "client",
            "close_sent",
        ),
        *("close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type"),
        *("default_headers", "disconnected", "frames", "handshake_complete", "handshake_initiated"),
        *("initial_response", "last_ping_rtt", "logger", "loop", "pending_ping_payload"),
        *("ping_interval", "ping_sent_at", "ping_timeout", "ping_timer", "pong_timer", "queue"),
        *("read_paused", "request", "response", "root_path", "scheme", "scope", "server"),
        *("tasks", "transport", "writable"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Inbox()
        self.writable = Gate()
        self.writable.set()
        self._take: Callable[[bytes], bool] | None = None
        self._may_speak: Callable[[], bool] | None = None
        self._is_whole = False  # all that came so far ends with the end of a message

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, object] = self.scope["extensions"]  # type: ignore[assignment]
            extensions[EXTENSION] = self.transport
            extensions[SHORT_WAY] = self._open_short_way
            extensions[PINGS] = self._count_pings

    def start_keepalive(self) -> None:
        """The handshake is over, and nobody will ask what was said in it."""
        super().start_keepalive()
        self.request.headers.clear()  # the parser holds on to the request itself
        del self.request, self.response

    async def send(self, message: Any) -> None:
        """A refusal in HTTP's words ends the handshake, too: the parent would say in the log, for each of a
        crowd, that we have forgotten it."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        """A line that died: what waits for it will never be read, and would keep the socket for ever."""
        if self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.SILENT})
        self.transport.write(pack(CLOSE, CloseCode.SILENT.payload))
        self.close_sent = True
        cut(self.transport)

    def handle_parser_exception(self) -> None:
        """What came is no WebSocket: closed by our name for it, in the place of the parser's sentence."""
        found, written = self.conn.close_sent, self.conn.data_to_send()
        code = next((one for one in FOUND_BY_SERVER if found and one == found.code), None)
        if found and code:
            theirs, ours = pack(CLOSE, found.serialize()), pack(CLOSE, code.payload)
            written = [ours if one == theirs else one for one in written]
        self.transport.write(b"".join(written))
        super().handle_parser_exception()

    def send_receive_event_to_app(self) -> None:
        """A text that is not UTF-8 ends the socket here: the parent would log each, with a traceback."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.send_close(CloseCode.NOT_TEXT)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets go of all that leads back here. Else everyone who has gone would stay, with what was unread,
        until the collector looks at everything, which it does but rarely."""
        super().connection_lost(exc)
        self._take = self._may_speak = None
        self.conn.parser.close()
        if hasattr(self, "scope"):
            self.scope["extensions"].clear()

    def _open_short_way(self, take: Callable[[bytes], bool]) -> None:
        if not self.disconnected:
            self._take = take

    def _count_pings(self, may_speak: Callable[[], bool]) -> None:
        if not self.disconnected:
            self._may_speak = may_speak

    def handle_ping(self) -> None:
        if self._may_speak is None or self._may_speak():
            super().handle_ping()
        else:
            self.conn.data_to_send()  # the answer, which is not sent

    def data_received(self, data: bytes) -> None:
        if self._is_whole and self._take is not None and not self.close_sent:
            data = data[self._taken(self._take, data) :]
            if not data:
                return
        if self.handshake_complete:
            # Once a message came in pieces we have lost count, and the usual way takes them all.
            self._is_whole = self._is_whole and ends_whole(data)
        else:
            self._is_whole = data.endswith(b"\r\n\r\n")
        super().data_received(data)

    @staticmethod
    def _taken(take: Callable[[bytes], bool], data: bytes) -> int:
        """How many of the first bytes were messages that `take` took."""
        done = 0
        while (frame := _frame(data, done)) is not None:
            start, end = frame
            if data[done] != TEXT or not data[done + 1] & MASKED:
                break
            if not take(apply_mask(data[start:end], data[start - MASK : start])):
                break
            done = end
        return done


def _frame(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` begins and ends; None if the frame is not all there."""
    if len(data) < at + 2:
        return None
    second = data[at + 1]
    size, start = second & LENGTH, at + 2
    if size > SHORT_MAX:
        width = 2 if size == SHORT_MAX + 1 else 8
        size = int.from_bytes(data[start : start + width])
        start += width
    start += MASK if second & MASKED else 0
    end = start + size
    return (start, end) if end <= len(data) else None


def ends_whole(data: bytes) -> bool:
    """True if `data`, which begins with a frame, holds whole messages of one frame each, and nothing more."""
    at = 0
    while at < len(data):
        frame = _frame(data, at)
        is_last = data[at] & MASKED  # FIN has the same place in the first byte
        if frame is None or not is_last or data[at] & 0x0F == CONTINUED:
            return False
        at = frame[1]
    return True
