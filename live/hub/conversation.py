"""One socket's side of the talk: reads messages, answers them, and counts what it cannot read."""

from collections.abc import Awaitable, Callable

from starlette.types import Message as AsgiMessage
from starlette.websockets import WebSocket

from live.domain.ids import show_of
from live.errors import (
    Forbidden,
    LiveError,
    Malformed,
    NotFound,
    TooLarge,
)
from live.hub import frames
from live.hub.close_codes import FOUND_BY_SERVER, CloseCode
from live.hub.connection import Client
from live.hub.messages import (
    MESSAGE_MAX,
    Auth,
    Message,
    Ping,
    PlaceOrder,
    PostComment,
    Seen,
    UnreadableMessageError,
    parse,
)
from live.hub.pictures import see
from live.hub.ports import Ports, Reply
from live.hub.registry import Room
from live.hub.topics import Role

STRIKES_MAX = 3  # unreadable messages; the last one closes
BACKTALK_MAX = 256 * 1024  # bytes of answers unread: a client that only talks is closed as slow


class Conversation:
    """`may_trade`: orders and comments are taken (the API socket); a page's socket only pings, and says whether
    its picture plays."""

    def __init__(self, room: Room, client: Client, ports: Ports, *, may_trade: bool) -> None:
        self._room = room
        self._client = client
        self._ports = ports
        self._may_trade = may_trade
        self._strikes: dict[CloseCode, int] = {}

    async def listen(self, websocket: WebSocket) -> None:
        """Until the client hangs up, or has been told to go."""
        while not self._client.ended.done():
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                self._client.end(_reason(message.get("code")))
                return
            if not self._client.may_speak():
                return
            await self._hear(message)
            if self._client.line.backlog > BACKTALK_MAX:
                self._client.end(CloseCode.SLOW)

    async def _hear(self, message: AsgiMessage) -> None:
        text = message.get("text")
        if text is None:
            self._client.end(CloseCode.BINARY)
        elif len(text) > MESSAGE_MAX or len(text.encode()) > MESSAGE_MAX:
            self._complain(
                TooLarge.code, f"A message has at most {MESSAGE_MAX} bytes.", CloseCode.TOO_BIG, 2
            )
        else:
            await self._understand(text)

    async def _understand(self, text: str) -> None:
        try:
            message = parse(text)
        except UnreadableMessageError as error:
            self._complain(Malformed.code, str(error), CloseCode.MALFORMED, STRIKES_MAX)
        else:
            await self._answer(message)

    async def _answer(self, message: Message) -> None:
        match message:
            case Ping():
                self._client.send(frames.pong(self._ports.now_ms()))
            case Seen(picture=picture):
                await see(self._room, self._client, picture, self._ports)
            case PlaceOrder(ref=ref):
                await self._act("order_result", ref, lambda: self._place(message))
            case PostComment(ref=ref):
                await self._act("comment_result", ref, lambda: self._comment(message))
            case Auth():
                self._complain(
                    Malformed.code, "You are signed in already.", CloseCode.MALFORMED, STRIKES_MAX
                )

    async def _act(self, kind: str, ref: str | int, act: Callable[[], Awaitable[Reply]]) -> None:
        try:
            self._only_viewers()
            reply = await act()
        except LiveError as error:
            reply = Reply(error.status, self._ports.problem(error))
        self._client.send(frames.result(kind, ref, reply.status, reply.body))

    async def _place(self, order: PlaceOrder) -> Reply:
        if show_of(order.offer_id) != self._room.show_id:
            raise NotFound("There is no such offer in this show.")
        return await self._ports.place_order(
            self._room.show_id, self._client.who, order.offer_id, order.quantity, order.key
        )

    async def _comment(self, comment: PostComment) -> Reply:
        return await self._ports.post_comment(self._room.show_id, self._client.who, comment.text)

    def _only_viewers(self) -> None:
        if not self._may_trade or self._client.who.role is not Role.VIEWER:
            raise Forbidden

    def _complain(self, code: str, message: str, close_code: CloseCode, allowed: int) -> None:
        self._client.send(frames.error(code, message))
        self._strikes[close_code] = self._strikes.get(close_code, 0) + 1
        if self._strikes[close_code] >= allowed:
            self._client.end(close_code)


def _reason(code: int | None) -> CloseCode:
    """The client's leaving, unless the server has found a fault."""
    return next((one for one in FOUND_BY_SERVER if one == code), CloseCode.NORMAL)
