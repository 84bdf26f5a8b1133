"""The hub of one process: built by `runtime` with a broker and the ports, started with the app."""

import asyncio
import contextlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from live.hub.beat import BEAT_S, Beat
from live.hub.broker import Broker
from live.hub.close_codes import CloseCode
from live.hub.endpoint import Endpoint
from live.hub.lag import LoopLag
from live.hub.polling import Polling
from live.hub.ports import Ports
from live.hub.presence import Presence
from live.hub.registry import Registry, Room
from live.hub.resume import SLOW_S, Resume
from live.hub.standing import RECHECK_S
from live.hub.stats import Stats

STOP_S = 1.0  # for the close frames to be written; whoever does not read them is cut by the server


class Hub:
    """Everything live leaves through here. `beat_s`: how often screens and numbers are refreshed;
    `slow_s`: how long a client of the API may read nothing while there is more to say;
    `recheck_s`: how often staff are asked again whether they may look; `is_limited`: one socket may not
    say more than `pace.py` allows; `lag`: where it is kept how late the loop is."""

    def __init__(
        self,
        broker: Broker,
        ports: Ports,
        *,
        beat_s: float = BEAT_S,
        slow_s: float = SLOW_S,
        recheck_s: float = RECHECK_S,
        is_limited: bool = True,
        lag: LoopLag | None = None,
    ) -> None:
        self.stats = Stats()
        self.lag = lag or LoopLag()
        self._broker = broker
        self._ports = ports
        self._beat_s = beat_s
        self._beats: dict[str, asyncio.Task[None]] = {}
        self._presences: dict[str, Presence] = {}
        self._farewells: set[asyncio.Task[None]] = set()
        self._tail: asyncio.Task[None] | None = None
        self._lag: asyncio.Task[None] | None = None
        self._registry = Registry(
            broker, self.stats, ports.heard, opened=self._open_room, closed=self._close_room
        )
        resume = Resume(broker, ports, self.stats, slow_s=slow_s)
        self._endpoint = Endpoint(
            self._registry, resume, ports, self.stats, recheck_s=recheck_s, is_limited=is_limited
        )
        self._polling = Polling(self._registry, ports)

    async def start(self) -> None:
        """Begin to follow the logs. Redis need not be there yet."""
        self._tail = asyncio.create_task(self._broker.run(self._registry), name="hub tail")
        self._lag = asyncio.create_task(self.lag.run(), name="loop lag")

    async def stop(self) -> None:
        """Let nobody in, tell everyone to come back in a moment (RESTART), and end the tasks."""
        self._endpoint.is_closed = self._polling.is_closed = True
        for room in list(self._registry.rooms.values()):
            for client in room.clients():
                client.end(CloseCode.RESTART)
            for visitor in room.all_visitors():
                self._registry.leave(room, visitor)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._registry.empty.wait(), STOP_S)
        if self._farewells:
            await asyncio.wait(self._farewells, timeout=STOP_S)
        tasks = [
            *self._beats.values(),
            *self._farewells,
            *(p.task for p in self._presences.values()),
            *(task for task in (self._tail, self._lag) if task is not None),
        ]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        self._beats.clear()
        self._presences.clear()
        self._tail = self._lag = None

    @property
    def is_running(self) -> bool:
        """For `/readyz`: the tail is alive (it may still be waiting for Redis)."""
        return self._tail is not None and not self._tail.done()

    @property
    def is_idle(self) -> bool:
        """Nobody is here, by whichever way."""
        return not self._registry.rooms

    def clients(self) -> dict[str, int]:
        """Sockets of this process by screen; API sockets count as `events`."""
        return self._registry.counts()

    async def events_endpoint(self, websocket: WebSocket) -> None:
        """`/api/v1/shows/{id}/events?since=`."""
        await self._endpoint.events(websocket)

    async def stream_endpoint(self, websocket: WebSocket) -> None:
        """`/shows/{id}/stream?screen=&lang=&view=`."""
        await self._endpoint.stream(websocket)

    async def poll_endpoint(self, request: Request) -> Response:
        """The same address over plain HTTP, for pages whose sockets are blocked."""
        return await self._polling.answer(request)

    def _open_room(self, room: Room) -> None:
        beat = Beat(room, self._ports, self.stats, self._beat_s)
        self._beats[room.show_id] = asyncio.create_task(beat.run(), name=f"beat {room.show_id}")
        presence = Presence(room.show_id, room.crowd, self._ports.tell_presence)
        presence.start(self._beat_s)
        self._presences[room.show_id] = presence

    def _close_room(self, room: Room) -> None:
        task = self._beats.pop(room.show_id, None)
        if task is not None:
            task.cancel()
        presence = self._presences.pop(room.show_id, None)
        if presence is not None:
            farewell = asyncio.create_task(presence.end(), name=f"farewell {room.show_id}")
            self._farewells.add(farewell)
            farewell.add_done_callback(self._farewells.discard)
