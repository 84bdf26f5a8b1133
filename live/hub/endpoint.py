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
from live.hub.farewells import Farewells
from live.hub.line import Line, count_pings, line_of, open_short_way
from live.hub.messages import MESSAGE_MAX, Auth, UnreadableMessageError, parse
from live.hub.pace import Pace
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
        if await endpoint.refuses(websocket):
            return
        try:
            await door(endpoint, websocket)
        except WebSocketDisconnect as left:  # while we were still asking who it is
            endpoint.farewells.left(websocket, left.code)
        except (TurnedAwayError, LiveError) as error:
            code = _code_of(error)
            endpoint.farewells.closed(websocket, code)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await websocket.close(code, code.reason)

    return guard


class Endpoint:
    def __init__(
        self,
        registry: Registry,
        resume: Resume,
        ports: Ports,
        stats: Stats,
        *,
        recheck_s: float,
        is_limited: bool,
    ) -> None:
        self.ports = ports
        self.farewells = Farewells(stats)
        self.is_closed = False  # from `stop` on nobody is let in
        self._registry = registry
        self._resume = resume
        self._stats = stats
        self._recheck_s = recheck_s
        self._is_limited = is_limited
        self._turnstile = Turnstile()

    async def refuses(self, websocket: WebSocket) -> bool:
        """True if it was answered before the handshake, and that was all. Otherwise it is their turn."""
        if self.is_closed:
            await websocket.close()
            return True
        if not self.ports.origin_allowed(websocket):
            self.farewells.refused(websocket, "wrong_origin")
            await websocket.close()
            return True
        try:
            await self._let_in(websocket)
        except LiveError as error:  # they had better come later
            self.farewells.refused(websocket, error.code)
            await _turn_away(websocket, refusal(error, self.ports))
            return True
        return False

    async def _let_in(self, websocket: WebSocket) -> None:
        """Returns when it is their turn. Raises TooFast, NotNow."""
        wait_s = self.ports.wait_s(websocket, "socket")
        if wait_s > 0:
            raise TooFast(wait_s)
        await self._turnstile.enter()

    @guarded
    async def events(self, websocket: WebSocket) -> None:
        """`/api/v1/shows/{id}/events?since=`: hello, then every fact once and in order."""
        show_id = websocket.path_params["id"]
        token = _bearer(websocket)
        await _accept(websocket)
        pace = self._pace_of(websocket)
        if token is None:
            token = await _first_frame_token(websocket, pace)
        ask = partial(self.ports.authenticate_api, token, show_id)
        who = await ask()
        if who is None:
            await websocket.send_text(frames.error(NotSignedIn.code, NotSignedIn.message).text)
            raise TurnedAwayError(CloseCode.NOT_SIGNED_IN)
        await self._check_show(show_id)
        await self._attend_events(websocket, show_id, who, ask, pace)

    @guarded
    async def stream(self, websocket: WebSocket) -> None:
        """`/shows/{id}/stream?screen=&lang=&view=`: partials, at every beat the ones that changed."""
        show_id = websocket.path_params["id"]
        asked = [websocket.query_params.get(name, "") for name in ("screen", "lang", "view")]
        await _accept(websocket)
        pace = self._pace_of(websocket)
        await self._check_show(show_id)
        audience = audience_of(*asked)
        if audience is None:
            raise TurnedAwayError(CloseCode.MALFORMED)
        ask = partial(self.ports.authenticate_page, websocket, show_id, audience.screen)
        who = await ask()
        if who is None:
            raise TurnedAwayError(CloseCode.NOT_SIGNED_IN)
        room = await self._registry.room_of(show_id)
        client = PageClient(who, _line_to(who, websocket), self._stats, audience)
        room.add(client)
        await self._attend(websocket, room, client, ask, pace, may_trade=False)

    def _pace_of(self, websocket: WebSocket) -> Pace | None:
        """What it may say, from the first word on: also while we look who it is."""
        if not self._is_limited:
            return None
        pace = Pace()
        count_pings(websocket, pace.allows)
        return pace

    async def _check_show(self, show_id: str) -> None:
        if not await has_show(show_id, self._registry, self.ports):
            raise TurnedAwayError(CloseCode.NO_SUCH_SHOW)

    async def _attend_events(
        self, websocket: WebSocket, show_id: str, who: Who, ask: Ask, pace: Pace | None
    ) -> None:
        since = websocket.query_params.get("since")
        room = await self._registry.room_of(show_id)
        position = room.position if since is None else parse_position(since)
        client = EventClient(who, _line_to(who, websocket), self._stats, position)
        room.add(client)
        if who.role is Role.VIEWER:
            open_short_way(websocket, ShortWay(show_id, client, self.ports).take)
        self._resume.follow(client, room, greet=since is None)
        try:
            await self._attend(websocket, room, client, ask, pace, may_trade=True)
        finally:
            self._resume.let_go(client)

    async def _attend(
        self, websocket: WebSocket, room: Room, client: Client, ask: Ask, pace: Pace | None,
        *, may_trade: bool,
    ) -> None:  # fmt: skip
        """Until the client hangs up or is ended; then it is gone from the room and the line is closed."""
        asking = None
        if client.who.role is not Role.VIEWER:
            asking = asyncio.create_task(keep_asking(client, ask, self._recheck_s, room.doubt))
        else:  # nobody will ask again; a kilobyte or two, ten thousand times
            websocket.scope["headers"].clear()
        if pace is not None:
            client.limit(pace)
            count_pings(websocket, client.may_speak)
        conversation = Conversation(room, client, self.ports, may_trade=may_trade)
        try:
            await _listen(conversation, client, websocket)
        finally:
            if asking is not None:
                asking.cancel()
            self._registry.leave(room, client)
            client.end(CloseCode.RESTART)
            self.farewells.closed(websocket, client.ended.result(), client.who)
            await client.line.close(client.ended.result())


async def _listen(conversation: Conversation, client: Client, websocket: WebSocket) -> None:
    """Until the client hangs up or is ended. In the socket's own task: one more for each has its price."""
    task = asyncio.current_task()
    is_listening = True

    def cut(_: object) -> None:
        if is_listening and task is not None:
            task.cancel()

    client.ended.add_done_callback(cut)
    try:
        await conversation.listen(websocket)
        client.end(CloseCode.NORMAL)
    except asyncio.CancelledError:
        if not client.ended.done() or task is None or task.uncancel():
            raise
    except Exception:
        logger.exception("a socket failed")
        client.end(CloseCode.INTERNAL)
    finally:
        is_listening = False


def _code_of(error: TurnedAwayError | LiveError) -> CloseCode:
    """With which one says why a socket is closed that was opened only to say it."""
    if isinstance(error, TurnedAwayError):
        return error.code
    return CloseCode.TRY_LATER if isinstance(error, NotNow) else CloseCode.NOT_SIGNED_IN


def _line_to(who: Who, websocket: WebSocket) -> Line:
    """The crew are few, and read more in a rush than anybody."""
    return line_of(websocket, is_bounded=who.role not in STAFF)


async def _accept(websocket: WebSocket) -> None:
    """With our subprotocol, or without one. Raises TurnedAwayError when others were offered, and not ours."""
    offered = websocket.scope.get("subprotocols", ())
    await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
    if any(one != SUBPROTOCOL and not one.startswith(BEARER) for one in offered) and (
        SUBPROTOCOL not in offered
    ):
        raise TurnedAwayError(CloseCode.WRONG_PROTOCOL)


def _bearer(websocket: WebSocket) -> str | None:
    """The token that came with the handshake: in the subprotocols, or as the HTTP header."""
    for offer in websocket.scope.get("subprotocols", ()):
        if offer.startswith(BEARER):
            return str(offer.removeprefix(BEARER))
    scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


async def _first_frame_token(websocket: WebSocket, pace: Pace | None) -> str:
    """The token in the first message. Until then pings count as ever: nobody has to sign in to flood us."""
    code, is_waiting = CloseCode.NOT_SIGNED_IN, True
    patience = asyncio.timeout(AUTH_S)

    def may_speak() -> bool:
        nonlocal code, is_waiting
        if pace is None or pace.allows():
            return True
        if is_waiting:
            code, is_waiting = CloseCode.FLOOD, False
            patience.reschedule(0.0)  # at once
        return False

    count_pings(websocket, may_speak)
    try:
        async with patience:
            text = (await websocket.receive_text())[: MESSAGE_MAX + 1]
        message = parse(text)
    except (TimeoutError, UnreadableMessageError, KeyError) as error:
        raise TurnedAwayError(code) from error
    finally:
        is_waiting = False
    if not isinstance(message, Auth):
        raise TurnedAwayError(CloseCode.NOT_SIGNED_IN)
    return message.token


async def _turn_away(websocket: WebSocket, response: Response) -> None:
    """Before the handshake, as HTTP would; a server that cannot say it answers 403."""
    if "websocket.http.response" not in websocket.scope.get("extensions", {}):
        await websocket.close()
        return
    await websocket.send_denial_response(response)
