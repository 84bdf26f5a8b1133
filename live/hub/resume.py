"""Bringing an event client up to date: from the room's memory, else from the log, else by a reset.

The client is a cursor: it is moved along the log as fast as it reads, so nothing is queued for it. When
it has reached the room, it turns live in the same breath, and there is neither gap nor double.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from live.errors import NotNow
from live.hub import frames
from live.hub.breath import Breath
from live.hub.broker import Broker
from live.hub.close_codes import CloseCode
from live.hub.connection import EventClient
from live.hub.events import Notice, to_notice
from live.hub.ports import Ports
from live.hub.registry import Room
from live.hub.stats import Stats

logger = logging.getLogger(__name__)

SLOW_S = 5.0  # of no reading at all while we have more to say; then the close code SLOW
GLANCE_S = 0.02  # how often a full line is looked at again
RETRY_MS = 5_000  # told to programs: after a lost line come back at a random moment within so long
SNAPSHOTS_AT_ONCE = 16  # a storm of resets must not become a storm of queries


class SlowClientError(Exception):
    """The client did not read for SLOW_S seconds."""


class Resume:
    def __init__(
        self, broker: Broker, ports: Ports, stats: Stats, *, slow_s: float = SLOW_S
    ) -> None:
        self._broker = broker
        self._ports = ports
        self._stats = stats
        self._slow_s = slow_s
        self._snapshots = asyncio.Semaphore(SNAPSHOTS_AT_ONCE)

    def follow(self, client: EventClient, room: Room, *, greet: bool) -> None:
        """From now on: bring the client up to date, and again whenever it lags; `greet` it if it is
        new here. While it keeps up it costs no task."""
        client.on_lag = partial(self._start, client, room)
        self._start(client, room, partial(self._greet, client, room, new=greet))

    def let_go(self, client: EventClient) -> None:
        """It has left: nothing of ours leads to it any more."""
        client.on_lag = _nothing
        if client.follower is not None:
            client.follower.cancel()

    def _start(
        self, client: EventClient, room: Room, first: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        client.follower = asyncio.create_task(self._run(client, room, first))

    async def _run(
        self, client: EventClient, room: Room, first: Callable[[], Awaitable[None]] | None
    ) -> None:
        try:
            if first is not None:
                await first()
            await self._catch_up(client, room)
        except SlowClientError:
            client.end(CloseCode.SLOW)
        except NotNow:
            client.end(CloseCode.TRY_LATER)
        except Exception:
            logger.exception(
                "a client could not be brought up to date", extra={"show": room.show_id}
            )
            client.end(CloseCode.INTERNAL)

    async def _greet(self, client: EventClient, room: Room, *, new: bool) -> None:
        if new:
            await self._send_all(client, room, "hello")
        else:  # the id is where the client is, not where we are: a line lost now loses nothing
            at_ms = self._ports.now_ms()
            client.send(
                frames.event(client.position, "hello", at_ms, _greeting(client, room, at_ms))
            )

    async def _send_all(self, client: EventClient, room: Room, kind: str) -> None:
        """A frame with everything; the client goes on from the position before it was taken."""
        position = room.position
        async with self._snapshots:
            state = await self._ports.snapshot(room.show_id, position, client.who)
        await self._room_to_send(client)
        at_ms = self._ports.now_ms()
        data = _greeting(client, room, at_ms) | {"snapshot": state}
        client.send(frames.event(position, kind, at_ms, data))
        client.position = position
        client.tally_version = None

    async def _catch_up(self, client: EventClient, room: Room) -> None:
        while True:
            missed = room.after(client.position)
            if missed is None:
                missed = await self._look_up(client, room)
            if missed is None:
                self._stats.resets += 1
                await self._send_all(client, room, "reset")
            elif not missed and client.position.is_at_or_after(room.position):
                break  # the log may have led us past the room, which will follow in a moment
            await self._replay(client, missed or ())
        client.follower, client.live = None, True

    async def _look_up(self, client: EventClient, room: Room) -> list[Notice] | None:
        """Read by one for all who wait; from then on the room has it."""
        epoch = client.position.epoch
        if epoch != room.position.epoch:
            return None
        async with room.reading:
            missed = room.after(client.position)
            if missed is None:
                facts = await self._broker.history(room.show_id, client.position)
                if facts is None:
                    return None
                missed = [to_notice(fact, room.show_id, epoch) for fact in facts]
                room.remember(missed)
        return missed

    async def _replay(self, client: EventClient, missed: Sequence[Notice]) -> None:
        breath = Breath()
        for notice in missed:
            frame = notice.frame_for(client.who)
            if frame is not None:
                await self._room_to_send(client)
                client.send(frame)
                await breath.take()
            client.position = notice.position

    async def _room_to_send(self, client: EventClient) -> None:
        """Wait until the client has read some. Raises SlowClientError when it reads nothing at all."""
        waited, least = 0.0, client.line.backlog
        while client.is_full:
            await asyncio.sleep(GLANCE_S)
            waited += GLANCE_S
            if client.line.backlog < least:
                waited, least = 0.0, client.line.backlog
            if waited >= self._slow_s:
                raise SlowClientError


def _nothing() -> None:
    return


def _greeting(client: EventClient, room: Room, at_ms: int) -> dict[str, object]:
    return {
        "show": room.show_id,
        "epoch": room.position.epoch,
        "seq": room.position.seq,
        "server_time": frames.at(at_ms),
        "role": client.who.role,
        "viewer": client.who.viewer_id,
        "retry_ms": RETRY_MS,
    }
