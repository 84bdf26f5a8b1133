"""The two doors: `events` for programs (every fact, in order) and `stream` for pages (the latest state).

Each checks where the request comes from, how often, and who it is, then stays until the client leaves
or is told to.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial, wraps

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from live.errors import LiveError, NotNow, NotSignedIn, TooFast
from live.hub import frames
from live.hub.broker import parse_position
from live.hub.close_codes import CloseCode
from live.hub.connection import Client, EventClient, PageClient
from live.hub.conversation import Conversation
from live.hub.doors import has_show, refusal
from live.hub.line import line_of, open_short_way
from live.hub.messages import MESSAGE_MAX, Auth, UnreadableMessageError, parse
from live.hub.ports import Ports
from live.hub.registry import Registry, Room
from live.hub.resume import Resume
from live.hub.short_way import ShortWay
from live.hub.standing import Ask, keep_asking
from live.hub.stats import Stats
from live.hub.topics import STAFF, Role, Who, audience_of
from live.hub.turnstile import Turnstile

logger = logging.getLogger(__name__)

SUBPROTOCOL = "live.v1"
BEARER = "bearer."  # a client offers SUBPROTOCOL and BEARER + its token; we accept the former
AUTH_S = 5.0  # for the first frame, when no header has said who it is


class TurnedAwayError(Exception):
    """The socket is closed with this code before it was let in."""

    def __init__(self, code: CloseCode) -> None:
        self.code = code
        super().__init__(code.name)


Door = Callable[["Endpoint", WebSocket], Awaitable[None]]


def guarded(door: Door) -> Door:
    """Foreign origins are refused with HTTP 403, too many with 429; what comes later is a close code."""

    @wraps(door)
    async def guard(endpoint: "Endpoint", websocket: WebSocket) -> None:
        if endpoint.is_closed or not endpoint.ports.origin_allowed(websocket):
            await websocket.close()
            return
        try:
            await endpoint.let_in(websocket)
        except LiveError as error:
            await _turn_away(websocket, refusal(error, endpoint.ports))
            return
        try:
            await door(endpoint, websocket)
        except TurnedAwayError as turned:
            await _hang_up(websocket, turned.code)
        except NotNow:
            await _hang_up(websocket, CloseCode.TRY_LATER)
        except LiveError:
            await _hang_up(websocket, CloseCode.NOT_SIGNED_IN)
        except WebSocketDisconnect:
            return  # it left while we were still asking who it is

    return guard


class Endpoint:
    def __init__(
        self, registry: Registry, resume: Resume, ports: Ports, stats: Stats, *, recheck_s: float
    ) -> None:
        self.ports = ports
        self.is_closed = False  # from `stop` on nobody is let in
        self._registry = registry
        self._resume = resume
        self._stats = stats
        self._recheck_s = recheck_s
        self._turnstile = Turnstile()

    async def let_in(self, websocket: WebSocket) -> None:
        """Returns when it is their turn. Raises TooFast, NotNow: they had better come later."""
        wait_s = self.ports.wait_s(websocket, "socket")
        if wait_s > 0:
            raise TooFast(wait_s)
        await self._turnstile.enter()

    @guarded
    async def events(self, websocket: WebSocket) -> None:
        """`/api/v1/shows/{id}/events?since=`: hello, then every fact once and in order."""
        show_id = websocket.path_params["id"]
        token = _bearer(websocket)
        offered = SUBPROTOCOL in websocket.scope.get("subprotocols", ())
        await websocket.accept(SUBPROTOCOL if offered else None)
        if token is None:
            token = await _first_frame_token(websocket)
        ask = partial(self.ports.authenticate_api, token, show_id)
        who = await ask()
        if who is None:
            await websocket.send_text(frames.error(NotSignedIn.code, NotSignedIn.message).text)
            raise TurnedAwayError(CloseCode.NOT_SIGNED_IN)
        await self._check_show(show_id)
        await self._attend_events(websocket, show_id, who, ask)

    @guarded
    async def stream(self, websocket: WebSocket) -> None:
        """`/shows/{id}/stream?screen=&lang=&view=`: partials, at every beat the ones that changed."""
        show_id = websocket.path_params["id"]
        asked = [websocket.query_params.get(name, "") for name in ("screen", "lang", "view")]
        await websocket.accept()
        await self._check_show(show_id)
        audience = audience_of(*asked)
        if audience is None:
            raise TurnedAwayError(CloseCode.MALFORMED)
        ask = partial(self.ports.authenticate_page, websocket, show_id, audience.screen)
        who = await ask()
        if who is None:
            raise TurnedAwayError(CloseCode.NOT_SIGNED_IN)
        room = await self._registry.room_of(show_id)
        client = PageClient(who, line_of(websocket), self._stats, audience)
        room.add(client)
        await self._attend(websocket, room, client, ask, may_trade=False)

    async def _check_show(self, show_id: str) -> None:
        if not await has_show(show_id, self._registry, self.ports):
            raise TurnedAwayError(CloseCode.NO_SUCH_SHOW)

    async def _attend_events(self, websocket: WebSocket, show_id: str, who: Who, ask: Ask) -> None:
        since = websocket.query_params.get("since")
        room = await self._registry.room_of(show_id)
        position = room.position if since is None else parse_position(since)
        client = EventClient(who, line_of(websocket), self._stats, position)
        room.add(client)
        if who.role is Role.VIEWER:
            open_short_way(websocket, ShortWay(show_id, client, self.ports).take)
        follower = asyncio.create_task(self._resume.run(client, room, greet=since is None))
        try:
            await self._attend(websocket, room, client, ask, may_trade=True)
        finally:
            follower.cancel()

    async def _attend(
        self, websocket: WebSocket, room: Room, client: Client, ask: Ask, *, may_trade: bool
    ) -> None:
        """Until the client hangs up or is ended; then it is gone from the room and the line is closed."""
        conversation = Conversation(room.show_id, client, self.ports, may_trade=may_trade)
        tasks = [asyncio.create_task(_listen(conversation, client, websocket))]
        if client.who.role in STAFF:
            tasks.append(asyncio.create_task(keep_asking(client, ask, self._recheck_s)))
        try:
            await asyncio.wait({client.ended})
        finally:
            for task in tasks:
                task.cancel()
            self._registry.leave(room, client)
            client.end(CloseCode.RESTART)
            await client.line.close(client.ended.result())


async def _listen(conversation: Conversation, client: Client, websocket: WebSocket) -> None:
    try:
        await conversation.listen(websocket)
        client.end(CloseCode.NORMAL)
    except Exception:
        logger.exception("a socket failed")
        client.end(CloseCode.INTERNAL)


def _bearer(websocket: WebSocket) -> str | None:
    """The token that came with the handshake: in the subprotocols, or as the HTTP header."""
    for offer in websocket.scope.get("subprotocols", ()):
        if offer.startswith(BEARER):
            return str(offer.removeprefix(BEARER))
    scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


async def _first_frame_token(websocket: WebSocket) -> str:
    try:
        async with asyncio.timeout(AUTH_S):
            text = (await websocket.receive_text())[: MESSAGE_MAX + 1]
        message = parse(text)
    except (TimeoutError, UnreadableMessageError, KeyError) as error:
        raise TurnedAwayError(CloseCode.NOT_SIGNED_IN) from error
    if not isinstance(message, Auth):
        raise TurnedAwayError(CloseCode.NOT_SIGNED_IN)
    return message.token


async def _turn_away(websocket: WebSocket, response: Response) -> None:
    """Before the handshake, as HTTP would; a server that cannot say it answers 403."""
    if "websocket.http.response" not in websocket.scope.get("extensions", {}):
        await websocket.close()
        return
    await websocket.send_denial_response(response)


async def _hang_up(websocket: WebSocket, code: CloseCode) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await websocket.close(code)
