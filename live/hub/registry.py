"""Who is here: one `Room` per show that has clients in this process, opened and closed with them."""

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from itertools import islice

from live.domain.attendance import Picture, Place
from live.domain.events import Fact
from live.hub.batch import Batch
from live.hub.breath import Breath
from live.hub.broker import HISTORY_MAX, NOWHERE, Broker, Position
from live.hub.connection import Client, EventClient, PageClient
from live.hub.events import Notice, to_notice
from live.hub.presence import Crowd
from live.hub.standing import Doubt
from live.hub.stats import Stats
from live.hub.topics import EVENTS, Audience, Role, Screen, Who
from live.hub.visitor import Drawn, Visitor

logger = logging.getLogger(__name__)

# Facts kept here per show: a reconnect is served without Redis, even 10,000 at once. After a restart of this
# process the first one to ask has them read again, for all.
RECENT_MAX = HISTORY_MAX
RANK = {screen: place for place, screen in enumerate(Screen)}


class Room:
    """One show's clients, its latest facts, and its position in the log."""

    def __init__(self, show_id: str, position: Position) -> None:
        self.show_id = show_id
        self.position = position
        self.events: set[EventClient] = set()
        self.pages: defaultdict[Audience, set[PageClient]] = defaultdict(set)
        self._pages_of: defaultdict[str | None, set[PageClient]] = defaultdict(set)
        self.visitors: defaultdict[Audience, dict[str | None, Visitor]] = defaultdict(dict)
        self.drawn: dict[Audience, Drawn] = {}  # what the pages show, as of the last beat
        self.drawing = asyncio.Lock()  # of what no beat has drawn yet
        self.is_stale = True  # facts have arrived since the pages were last drawn
        self.reading = asyncio.Lock()  # of what is older than what is kept here
        self.crowd = Crowd()
        self.doubt = Doubt()  # whether all of the house may still look
        self._recent: deque[Notice] = deque(maxlen=RECENT_MAX)

    def clients(self) -> list[Client]:
        return [*self.events, *self.all_pages()]

    def all_pages(self) -> list[PageClient]:
        return [page for group in self.pages.values() for page in group]

    def audiences(self) -> list[Audience]:
        """For whom screens are drawn, pages with a socket and visitors without: the crew before the crowd."""
        return sorted({*self.pages, *self.visitors}, key=lambda one: (RANK[one.screen], *one[1:]))

    def all_visitors(self) -> list[Visitor]:
        return [one for group in self.visitors.values() for one in group.values()]

    @property
    def is_empty(self) -> bool:
        return not (self.events or self.pages or self.visitors)

    def note(self, who: Who, audience: Audience, until: float) -> Visitor:
        """Somebody without a socket is here until then (monotonic)."""
        known = self.visitors[audience].get(who.viewer_id)
        if known is None:
            known = Visitor(who, audience, until, personal_due=who.viewer_id is not None)
            self.visitors[audience][who.viewer_id] = known
            self.crowd.come(who, place_of(known))
        known.until = until
        return known

    def add(self, client: Client) -> None:
        self.crowd.come(client.who, place_of(client))
        if isinstance(client, EventClient):
            self.events.add(client)
        elif isinstance(client, PageClient):
            self.pages[client.audience].add(client)
            self._pages_of[client.who.viewer_id].add(client)

    def see(self, page: PageClient | Visitor, picture: Picture | None) -> None:
        """What a viewer's page says of its picture; None: it says nothing any more."""
        if page.picture is picture:
            return
        if page.picture is not None:
            self.crowd.see(page.picture, -1)
        page.picture = picture
        if picture is not None:
            self.crowd.see(picture, 1)

    def remove(self, client: Client | Visitor) -> None:
        if isinstance(client, Visitor) and not self._is_noted(client):
            return  # gone before its time was over, as when the process stops
        self.crowd.go(client.who, place_of(client))
        if isinstance(client, EventClient):
            self.events.discard(client)
        elif isinstance(client, PageClient):
            self._remove_page(client)
        elif isinstance(client, Visitor):
            self.see(client, None)
            self.visitors[client.audience].pop(client.who.viewer_id, None)
            if not self.visitors[client.audience]:
                del self.visitors[client.audience]

    def _remove_page(self, page: PageClient) -> None:
        self.see(page, None)
        self.pages[page.audience].discard(page)
        if not self.pages[page.audience]:
            del self.pages[page.audience]
        self._pages_of[page.who.viewer_id].discard(page)
        if not self._pages_of[page.who.viewer_id]:
            del self._pages_of[page.who.viewer_id]

    def _is_noted(self, visitor: Visitor) -> bool:
        noted = self.visitors.get(visitor.audience, {})
        return noted.get(visitor.who.viewer_id) is visitor

    def after(self, position: Position) -> list[Notice] | None:
        """The notices after a position, from memory; None when it does not reach that far."""
        missed = self.position.seq - position.seq
        if position.epoch != self.position.epoch or not 0 <= missed <= len(self._recent):
            return None
        return list(islice(self._recent, len(self._recent) - missed, None))

    def remember(self, notices: Sequence[Notice]) -> None:
        """Consecutive notices as the log has them; those that come right before what is kept are kept, too."""
        before = self.position.seq - len(self._recent)  # the last fact that is not kept
        older = [one for one in notices if one.position.seq <= before]
        if older and older[-1].position == Position(self.position.epoch, before):
            free = RECENT_MAX - len(self._recent)
            self._recent.extendleft(reversed(older[-free:] if free else []))

    def publish(self, facts: Sequence[Fact], position: Position) -> Batch:
        """Consecutive facts right after the room's position. The pages are due; `deliver` the rest."""
        batch = Batch([self._notice(fact, position.epoch) for fact in facts])
        self._recent.extend(batch.notices)
        self.position = position
        self.is_stale = True
        for fact in facts:
            if fact.order is not None:
                self._mark_personal(fact.order.buyer)
            elif fact.kind == "comment_state" and _is_told_to_author(fact):
                self._mark_personal(str(fact.payload["viewer"]))
            elif fact.kind == "extend":
                self._mark_personal(str(fact.payload["buyer"]))
            elif fact.kind in ("devices", "show"):
                self.doubt.raise_()
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
            client.lag()
        for page in self.all_pages():
            page.behind = True
            page.personal_due = page.who.viewer_id is not None
        for visitor in self.all_visitors():
            visitor.personal_due = visitor.who.viewer_id is not None

    def _notice(self, fact: Fact, epoch: str) -> Notice:
        try:
            return to_notice(fact, self.show_id, epoch)
        except (KeyError, TypeError):
            logger.exception("a fact lacks what its kind promises", extra={"kind": fact.kind})
            return Notice(Position(epoch, fact.seq), fact.at_ms, None)

    def _mark_personal(self, buyer: str) -> None:
        for page in self._pages_of.get(buyer, ()):
            page.personal_due = True
        for group in self.visitors.values():
            if (visitor := group.get(buyer)) is not None:
                visitor.personal_due = True


def _is_told_to_author(fact: Fact) -> bool:
    """A comment waits no more, or again. Of anything else its author is not to notice so much as a frame."""
    return "viewer" in fact.payload and "held" in (fact.payload["was"], fact.payload["state"])


def place_of(client: Client | Visitor) -> Place:
    if client.who.is_obs:
        return Place.OBS
    if isinstance(client, PageClient | Visitor):
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

    def leave(self, room: Room, client: Client | Visitor) -> None:
        room.remove(client)
        if room.is_empty and self.rooms.get(room.show_id) is room:
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
