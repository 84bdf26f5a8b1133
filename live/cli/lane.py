"""The order lane: the server's HTTP class, with a short way for the one request that comes in a burst.

A plain `POST /api/v1/offers/…/orders` that lies whole in the buffer goes straight to the door
(`features/orders/door.py`) and is answered from its callback: no task, no ASGI messages. Whatever is
unusual in the least (a cookie, a token not seen before, a body of another shape, a request in pieces)
takes the usual way through ASGI, which says everything that there is to say. So the lane refuses nothing
itself, and a server without it answers the same.
"""

import re
import secrets
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from live.domain.offer import LIMIT_MAX
from live.domain.order import KEY_MAX
from live.domain.outcomes import Outcome, Refused, Taken
from live.errors import LiveError
from live.features.orders.actions import Door
from live.features.orders.presenters import refused_bytes, taken_bytes
from live.web.errors import PROBLEM, Unexpected, note_fault, problem
from live.web.security import REQUEST_ID, standing_headers

BEGIN = b"POST /api/v1/offers/"
SIZE_MAX = 8 * 1024  # bytes of the whole request
# All of a plain order, in one look: RFC 9110 5.1 and 5.5, strictly, each header that matters once. Headers
# that change how the request is framed, answered or trusted make it unusual, as does one in odd letters.
ORDER = re.compile(
    rb"""
    POST\ /api/v1/offers/([A-Za-z0-9_-]{1,64})/orders\ HTTP/1\.1\r\n
    (?:
        (?(2)(?!)) [Aa]uthorization:     [\ \t]* [Bb]earer\ + ([!-~]++)       [\ \t]*\r\n
      | (?(3)(?!)) [Ii]dempotency-[Kk]ey: [\ \t]* ([!-~]{1,%d}+)             [\ \t]*\r\n
      | (?(4)(?!)) [Cc]ontent-[Ll]ength:  [\ \t]* ([0-9]{1,4}+)              [\ \t]*\r\n
      | (?(5)(?!)) [Xx]-[Rr]equest-[Ii][Dd]: [\ \t]* ([!-~]*+)               [\ \t]*\r\n
      | (?(6)(?!)) [Xx]-[Ff]orwarded-[Pp]roto: [\ \t]* ([A-Za-z]*+)          [\ \t]*\r\n
      | (?(7)(?!)) [Hh]ost: ([\t -~]*+)                                    \r\n
      | (?! (?i: host | authorization | idempotency-key | content-length | x-request-id | x-forwarded-proto
                | connection | cookie | expect | te | trailer | transfer-encoding | upgrade ) : )
        [!#$%%&'*+\-.^_`|~0-9A-Za-z]++ : [\t -~\x80-\xff]*+ \r\n
    )++
    \r\n
    (\s* \{ \s* "quantity" \s* : \s* ([1-9][0-9]{0,3}) \s* \} \s*)
    """
    % KEY_MAX,
    re.VERBOSE,
)


class Asked(NamedTuple):
    """One order as it came over the wire."""

    offer_id: str
    token: str
    key: str
    quantity: int
    request_id: str
    is_secure: bool


def read(data: bytes) -> Asked | None:
    """The plain order that `data` is, all of it; None for anything else."""
    found = ORDER.fullmatch(data) if len(data) <= SIZE_MAX else None
    if found is None:
        return None
    offer_id, token, key, length, request_id, scheme, _, body, quantity = found.groups()
    if token is None or key is None or length is None or int(length) != len(body):
        return None
    if int(quantity) > LIMIT_MAX:
        return None
    return Asked(
        offer_id.decode(),
        token.decode(),
        key.decode(),
        int(quantity),
        request_id.decode() if request_id else "",
        scheme is not None and scheme.lower() == b"https",
    )


class Desk:
    """What all connections of one server share: the door, and the parts of answers that never change."""

    def __init__(self, app: Starlette, *, is_secure: bool) -> None:
        self._app = app
        self._door: Door | None = None
        plain, secure = (
            b"".join(b"%b: %b\r\n" % header for header in standing_headers(is_secure=s))
            for s in (False, True)
        )
        self._standing = {True: secure, False: secure if is_secure else plain}
        self._prefix = secrets.token_hex(4).encode()
        self._count = 0
        self._default_headers: list[tuple[bytes, bytes]] = []
        self._heads: dict[tuple[bytes, bool], bytes] = {}

    @property
    def door(self) -> Door | None:
        """None before the application has started."""
        if self._door is None:
            self._door = getattr(self._app.state, "door", None)
        return self._door

    def answer(
        self, asked: Asked, outcome: Outcome | Exception, default: list[tuple[bytes, bytes]]
    ) -> bytes:
        """The whole HTTP answer. `default` are the server's own headers: the date."""
        if default is not self._default_headers:
            self._default_headers = default
            self._heads.clear()
        request_id = self._request_id(asked.request_id)
        if type(outcome) is Taken:
            head, body = self._head(TAKEN, asked.is_secure), taken_bytes(outcome)
        elif type(outcome) is Refused:
            head, body = self._head(REFUSED, asked.is_secure), refused_bytes(outcome)
        else:
            first, body = _error(outcome, request_id)
            head = self._head(first, asked.is_secure)
        return b"%b%b\r\ncontent-length: %d\r\n\r\n%b" % (head, request_id, len(body), body)

    def _request_id(self, given: str) -> bytes:
        if given and REQUEST_ID.fullmatch(given):
            return given.encode()
        self._count += 1
        return b"%b%08x" % (self._prefix, self._count)

    def _head(self, first: bytes, is_secure: bool) -> bytes:
        """All up to the request's id; made once a second, when the date changes."""
        head = self._heads.get((first, is_secure))
        if head is None:
            default = b"".join(b"%b: %b\r\n" % header for header in self._default_headers)
            head = b"%b%b%bx-request-id: " % (first, default, self._standing[is_secure])
            self._heads[first, is_secure] = head
        return head


TAKEN = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n"
REFUSED = b"HTTP/1.1 409 Conflict\r\ncontent-type: %b\r\n" % PROBLEM.encode()


def _error(cause: object, request_id: bytes) -> tuple[bytes, bytes]:
    error = cause if isinstance(cause, LiveError) else Unexpected()
    note_fault(error, "the order lane", cause if isinstance(cause, Exception) else None)
    response = problem(error, request_id=request_id.decode())
    lines = [b"HTTP/1.1 %d %b" % (error.status, HTTPStatus(error.status).phrase.encode())]
    lines += [b"%b: %b" % h for h in response.raw_headers if h[0] != b"content-length"]
    return b"\r\n".join(lines) + b"\r\n", bytes(response.body)


class OrderLane(HttpToolsProtocol):
    """One connection. `desk` is set on the subclass that `lane_of` makes."""

    desk: Desk

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked: Asked | None = None  # the order that is being decided
        self._held = b""  # what came meanwhile
        self._is_parsing = False
        self._is_leaving = False
        self._answered_at = 0.0

    def data_received(self, data: bytes) -> None:
        if self._asked is not None:
            self._held += data
            self.flow.pause_reading()
        elif not (data.startswith(BEGIN) and self._is_free() and self._order(data)):
            super().data_received(data)

    def _is_free(self) -> bool:
        is_answered = self.cycle is None or self.cycle.response_complete
        return is_answered and not (self._is_parsing or self.pipeline or self.flow.write_paused)

    def _order(self, data: bytes) -> bool:
        """False if it is not for the lane."""
        asked, door = read(data), self.desk.door
        if asked is None or door is None:
            return False
        viewer = door.viewer(asked.token)
        if viewer is None:
            return False
        try:
            door.order(viewer, asked.offer_id, asked.quantity, asked.key, self._answered)
        except LiveError:
            return False
        self._asked = asked
        return True

    def _answered(self, outcome: Outcome | Exception) -> None:
        asked, self._asked = self._asked, None
        assert asked is not None
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.transport.write(self.desk.answer(asked, outcome, self.server_state.default_headers))
        self._answered_at = self.loop.time()
        if self._is_leaving:
            self.transport.close()
        elif self._held:
            data, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(data)
        elif self.timeout_keep_alive_task is None:
            self._arm(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Orders do not rewind the timer, for that costs; it looks again when it goes off."""
        rest_s = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if self._asked is not None or rest_s > 0:
            self._arm(max(rest_s, 1.0))
        else:
            super().timeout_keep_alive_handler()

    def _arm(self, delay_s: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            delay_s, self.timeout_keep_alive_handler
        )

    def shutdown(self) -> None:
        if self._asked is None:
            super().shutdown()
        else:
            self._is_leaving = True

    def handle_websocket_upgrade(self) -> None:
        """From now on the other protocol has the connection, and nobody tells us when it is lost."""
        super().handle_websocket_upgrade()
        del self.parser  # it leads back here, which would keep both

    def on_message_begin(self) -> None:
        self._is_parsing = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._is_parsing = False
        super().on_message_complete()


def lane_of(app: Starlette, *, is_secure: bool) -> type[OrderLane]:
    """The HTTP class for uvicorn, serving `app`."""
    return type("OrderLane", (OrderLane,), {"desk": Desk(app, is_secure=is_secure)})
