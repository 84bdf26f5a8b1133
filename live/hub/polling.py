"""The stream without a socket: what the page should show now, as one frame, for networks that block sockets.

`GET` at the stream's own address, with the same sign-in. A visitor who polls keeps the room open, so that
the beat draws for them as for everyone: a poll is looking it up, and mostly a 304. Only what a viewer alone
sees is drawn for them, when something of theirs has happened.
"""

import asyncio
import time

from starlette.requests import Request
from starlette.responses import Response

from live.errors import LiveError, Malformed, NotFound, NotNow, NotSignedIn, TooFast
from live.hub import frames
from live.hub.doors import has_show, refusal
from live.hub.messages import PICTURES
from live.hub.pictures import see
from live.hub.ports import Ports
from live.hub.registry import Registry, Room
from live.hub.topics import Audience, Who, audience_of
from live.hub.visitor import Drawn, Visitor, mark_of

STAY_S = 7.0  # three polls of a page: who is silent for longer has left
STALE_S = 5.0  # a drawing that no beat has confirmed for so long is not news


class Polling:
    def __init__(self, registry: Registry, ports: Ports) -> None:
        self.is_closed = False  # from `stop` on nobody is let in
        self._registry = registry
        self._ports = ports

    async def answer(self, request: Request) -> Response:
        """200 with a frame, 304 when the page has it already, or a problem as the API would say it."""
        try:
            return await self._answer(request)
        except LiveError as error:
            return refusal(error, self._ports)

    async def _answer(self, request: Request) -> Response:
        if self.is_closed:
            raise NotNow
        wait_s = self._ports.wait_s(request, "poll")
        if wait_s > 0:
            raise TooFast(wait_s)
        show_id = request.path_params["id"]
        if not await has_show(show_id, self._registry, self._ports):
            raise NotFound("There is no such show.")
        asked = [request.query_params.get(name, "") for name in ("screen", "lang", "view")]
        audience = audience_of(*asked)
        if audience is None:
            raise Malformed("There is no such screen.")
        who = await self._ports.authenticate_page(request, show_id, audience.screen)
        if who is None:
            raise NotSignedIn
        room = await self._registry.room_of(show_id)
        visitor = self._note(room, who, audience)
        if picture := PICTURES.get(request.query_params.get("picture", "")):
            await see(room, visitor, picture, self._ports)
        return await self._show(request, room, visitor)

    def _note(self, room: Room, who: Who, audience: Audience) -> Visitor:
        """They are here, for STAY_S from now."""
        visitor = room.note(who, audience, time.monotonic() + STAY_S)
        if not visitor.is_watched:
            visitor.is_watched = True
            self._look_after(room, visitor)
        return visitor

    def _look_after(self, room: Room, visitor: Visitor) -> None:
        rest_s = visitor.until - time.monotonic()
        if rest_s > 0:
            loop = asyncio.get_running_loop()
            loop.call_later(rest_s, self._look_after, room, visitor)
        else:
            self._registry.leave(room, visitor)

    async def _show(self, request: Request, room: Room, visitor: Visitor) -> Response:
        position = room.position
        drawn = await self._drawn(room, visitor.audience)
        known = request.headers.get("if-none-match", "").strip('"')
        is_known = known[len(drawn.mark) :] == visitor.own_mark
        is_new = await self._draw_own(room, visitor, again=not is_known)
        mark = drawn.mark + visitor.own_mark
        headers = {"ETag": f'"{mark}"', "Cache-Control": "private, no-cache"}
        if known == mark and not is_new:
            return Response(status_code=304, headers=headers)
        # What it has of its own may be newer than our drawing: what they have done there was answered there.
        partials = {**drawn.partials, **visitor.own} if is_new else drawn.partials
        frame = frames.page(position, self._ports.now_ms(), partials)
        return Response(frame.payload, headers=headers, media_type="application/json")

    async def _drawn(self, room: Room, audience: Audience) -> Drawn:
        """As the beat has drawn it; drawn here for the first one to ask. Raises NotNow."""
        drawn = room.drawn.get(audience)
        if drawn is None:
            async with room.drawing:
                drawn = room.drawn.get(audience)
                if drawn is None:
                    partials = await self._ports.present(room.show_id, room.position, audience)
                    drawn = room.drawn.setdefault(audience, Drawn(partials, time.monotonic()))
        if time.monotonic() - drawn.at > STALE_S:
            raise NotNow
        return drawn

    async def _draw_own(self, room: Room, visitor: Visitor, *, again: bool) -> bool:
        """Whether it was drawn. `again`: the page has another drawing, or none yet."""
        viewer_id = visitor.who.viewer_id
        if viewer_id is None or not (visitor.personal_due or again):
            return False
        visitor.personal_due = (
            False  # before drawing: a fact that arrives meanwhile makes it due again
        )
        try:
            visitor.own = await self._ports.present_personal(
                room.show_id, room.position, viewer_id, visitor.audience.lang
            )
        except BaseException:
            visitor.personal_due = True
            raise
        visitor.own_mark = mark_of(visitor.own)
        return True
