"""The event socket, which OpenAPI has no words for: what is said on it, and why it may be closed."""

from live.hub.close_codes import CloseCode
from live.hub.messages import MESSAGE_MAX
from live.hub.pace import BURST, PER_S

CLOSED_FOR: dict[CloseCode, str] = {
    CloseCode.NORMAL: "the client has hung up",
    CloseCode.BROKEN: "no frames of RFC 6455",
    CloseCode.BINARY: "a binary frame: text only",
    CloseCode.NOT_TEXT: "a text frame that is not UTF-8",
    CloseCode.TOO_BIG: f"messages above {MESSAGE_MAX} bytes",
    CloseCode.INTERNAL: "our fault",
    CloseCode.RESTART: "this process stops, another answers",
    CloseCode.TRY_LATER: "Redis or the database is away; nothing was lost",
    CloseCode.MALFORMED: "several messages that could not be read",
    CloseCode.NOT_SIGNED_IN: "no token in time, or one that is not valid",
    CloseCode.NO_SUCH_SHOW: "there is no such show",
    CloseCode.WRONG_PROTOCOL: "subprotocols were offered, and `live.v1` is not among them",
    CloseCode.SLOW: "did not read",
    CloseCode.SILENT: "answered no ping",
    CloseCode.FLOOD: f"more than {PER_S:.0f} messages a second and {BURST:.0f} at once, pings included",
}


def _closing(code: CloseCode) -> str:
    again = "come again with `since`" if code.reconnect else "do not come again unchanged"
    return f"- {code:d} `{code.reason}`: {CLOSED_FOR[code]}; {again}"


ABOUT = """\
Live events: WebSocket `/api/v1/shows/{show_id}/events?since=<event id>`, JSON text frames
`{id, type, at, data}` of the types hello, reset, show, offer, order, comment, tally, cue and ask. The token
travels as `Authorization`, as the subprotocols `live.v1, bearer.<token>`, or in a first frame
`{"type": "auth", "token": …}`. After a line that broke come back with the last id as `since`, at a random
moment within the `retry_ms` that `hello` told: ten thousand do the same.

Viewers may say there `{"type": "order", "ref", "offer_id", "quantity", "key"}` and
`{"type": "comment", "ref", "text"}`: the answers, of type `order_result` and `comment_result`, have the
`ref`, the `status` and the fields of the HTTP call. `{"type": "ping"}` is answered by `pong`, and what
cannot be read by `{"type": "error", "code", "message"}`.

A foreign origin is refused with 403 before the handshake, too many sockets with 429, a crowd at the door
with 503 and `Retry-After`. Close codes, each with its name as the frame's reason:

""" + "\n".join(_closing(code) for code in sorted(CloseCode) if code is not CloseCode.NORMAL)
