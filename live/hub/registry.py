"""Who is here: one `Room` per show that has clients in this process, opened and closed with them."""

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from itertools import islice

from live.domain.attendance import Place
from live.domain.events import Fact
from live.hub.breath import Breath
from live.hub.broker import NOWHERE, Broker, Position
from live.hub.connection import Client, EventClient, PageClient
from live.hub.events import Batch, Notice, to_notice
from live.hub.presence import Crowd
from live.hub.stats import Stats
from live.hub.topics import EVENTS, Audience, Role

logger = logging.getLogger(__name__)

# Facts kept here per show: a reconnect after a hiccup is served without Redis, even 10,000 at once.
RECENT_MAX = 2_000


class Room:
    """One show's clients, its latest facts, and its position in the log."""

    def __init__(self, show_id: str, position: Position) -> None:
        self.show_id = show_id
        self.position = position
        self.events: set[EventClient] = set()
        self.pages: defaultdict[Audience, set[PageClient]] = defaultdict(set)
        self._pages_of: defaultdict[str | None, set[PageClient]] = defaultdict(set)
        self.is_stale = True  # facts have arrived since the pages were last drawn
        self.crowd = Crowd()
        self._recent: deque[Notice] = deque(maxlen=RECENT_MAX)

    def clients(self) -> list[Client]:
        return [*self.events, *self.all_pages()]

    def all_pages(self) -> list[PageClient]:
        return [page for group in self.pages.values() for page in group]

    def add(self, client: Client) -> None:
        self.crowd.come(client.who, place_of(client))
        if isinstance(client, EventClient):
            self.events.add(client)
        elif isinstance(client, PageClient):
            self.pages[client.audience].add(client)
            self._pages_of[client.who.viewer_id].add(client)

    def remove(self, client: Client) -> None:
        self.crowd.go(client.who, place_of(client))
        if isinstance(client, EventClient):
            self.events.discard(client)
        elif isinstance(client, PageClient):
            self.pages[client.audience].discard(client)
            if not self.pages[client.audience]:
                del self.pages[client.audience]
            self._pages_of[client.who.viewer_id].discard(client)
            if not self._pages_of[client.who.viewer_id]:
                del self._pages_of[client.who.viewer_id]

    def after(self, position: Position) -> list[Notice] | None:
        """The notices after a position, from memory; None when it does not reach that far."""
        missed = self.position.seq - position.seq
        if position.epoch != self.position.epoch or not 0 <= missed <= len(self._recent):
            return None
        return list(islice(self._recent, len(self._recent) - missed, None))

    def publish(self, facts: Sequence[Fact], position: Position) -> Batch:
        """Consecutive facts right after the room's position. The pages are due; `deliver` the rest."""
        batch = Batch([self._notice(fact, position.epoch) for fact in facts])
        self._recent.extend(batch.notices)
        self.position = position
        self.is_stale = True
        for fact in facts:
            if fact.order is not None:
                self._mark_personal(fact.order.buyer)
        return batch

    async def deliver(self, batch: Batch) -> None:
        """To everybody whom it concerns. Where that is a crowd others run in between: a client that has
        come, gone or moved on meanwhile knows its own place."""
        position, breath = self.position, Breath()
        for client in list(self.events):
            client.deliver(batch, position)
            await breath.take()

    def restart(self, position: Position) -> None:
        """The thread was cut: everyone starts anew from a snapshot."""
        self._recent.clear()
        self.position = position
        self.is_stale = True
        for client in self.events:
            client.position = NOWHERE
            client.lagging.set()
        for page in self.all_pages():
            page.behind = True
            page.personal_due = page.who.viewer_id is not None

    def _notice(self, fact: Fact, epoch: str) -> Notice:
        try:
            return to_notice(fact, self.show_id, epoch)
        except (KeyError, TypeError):
            logger.exception("a fact lacks what its kind promises", extra={"kind": fact.kind})
            return Notice(Position(epoch, fact.seq), fact.at_ms, None)

    def _mark_personal(self, buyer: str) -> None:
        for page in self._pages_of.get(buyer, ()):
            page.personal_due = True


def place_of(client: Client) -> Place:
    if isinstance(client, PageClient):
        return Place(client.audience.screen.value)
    return Place.VIEWER_API if client.who.role is Role.VIEWER else Place.STAFF_API


class Registry:
    """The rooms of this process; hears from the broker (it is a `Listener`)."""

    def __init__(
        self,
        broker: Broker,
        stats: Stats,
        heard: Callable[[str, Position, Sequence[Fact]], None],
        *,
        opened: Callable[[Room], None],
        closed: Callable[[Room], None],
    ) -> None:
        self.rooms: dict[str, Room] = {}
        self._broker = broker
        self._stats = stats
        self._heard = heard
        self._opened = opened
        self._closed = closed
        self._opening = asyncio.Lock()
        self.empty = asyncio.Event()
        self.empty.set()

    async def room_of(self, show_id: str) -> Room:
        """The show's room, opened if need be; add a client at once. Raises NotNow without a log."""
        async with self._opening:
            room = self.rooms.get(show_id)
            if room is None:
                room = Room(show_id, await self._broker.watch(show_id))
                self.rooms[show_id] = room
                self.empty.clear()
                self._opened(room)
            return room

    def leave(self, room: Room, client: Client) -> None:
        room.remove(client)
        if not room.events and not room.pages and self.rooms.get(room.show_id) is room:
            del self.rooms[room.show_id]
            self._broker.forget(room.show_id)
            self._closed(room)
            if not self.rooms:
                self.empty.set()

    async def facts(self, show_id: str, position: Position, facts: Sequence[Fact]) -> None:
        self._stats.facts += len(facts)
        room = self.rooms.get(show_id)
        if room is not None:
            batch = room.publish(facts, position)
            self._heard(show_id, position, facts)
            await room.deliver(batch)

    def lost(self, show_id: str, position: Position) -> None:
        logger.warning("a show's log was cut; its clients are reset", extra={"show": show_id})
        room = self.rooms.get(show_id)
        if room is not None:
            room.restart(position)

    def counts(self) -> dict[str, int]:
        """Clients per screen; the API sockets count as `events`."""
        counts = Counter({EVENTS: sum(len(room.events) for room in self.rooms.values())})
        for room in self.rooms.values():
            for audience, group in room.pages.items():
                counts[audience.screen.value] += len(group)
        return dict(counts)
