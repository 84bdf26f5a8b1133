"""Who is in a room of this process (`Crowd`), and telling Redis of it as changes (`Presence`).

A task of its own beside the beat: a screen that cannot be drawn must not make its viewers look gone.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from live.domain.attendance import Change, Picture, Place
from live.errors import NotNow
from live.hub.topics import Who

logger = logging.getLogger(__name__)

RENEW_S = 1.0  # a process that says nothing for three times as long is taken for dead
CHUNK = 100  # viewers in one call: Redis is blocked for less than a millisecond

Tell = Callable[[str, Change], Awaitable[bool]]


class Crowd:
    """A viewer with three tabs is one viewer, and three open pages.

    Whoever comes, by whichever way, goes once for each time that they came.
    """

    def __init__(self) -> None:
        self.places: Counter[Place | Picture] = Counter()
        self.viewers: Counter[str] = Counter()  # viewer → how often they are here
        self.changed: set[str] = set()  # viewers who have come or gone since they were told of
        self.has_news = False

    def come(self, who: Who, place: Place) -> None:
        self._move(who, place, 1)

    def go(self, who: Who, place: Place) -> None:
        self._move(who, place, -1)

    def see(self, picture: Picture, step: int) -> None:
        """One more page says so of its picture, or one less."""
        self.has_news = True
        self.places[picture] += step

    def _move(self, who: Who, place: Place, step: int) -> None:
        self.has_news = True
        self.places[place] += step
        if who.viewer_id is None or who.is_crew:
            return
        self.viewers[who.viewer_id] += step
        if self.viewers[who.viewer_id] <= 0:
            del self.viewers[who.viewer_id]
        self.changed.add(who.viewer_id)


class Presence:
    """Tells of one room's crowd. Each life of it has a name: one that Redis takes for dead, or may not have
    heard all of, begins anew under another."""

    def __init__(self, show_id: str, crowd: Crowd, tell: Tell) -> None:
        self._show_id = show_id
        self._crowd = crowd
        self._tell = tell
        self._told: set[str] = set()
        # They were told of in an earlier life, and have been here since.
        self._known: set[str] = set()
        self._is_sure = True  # Redis has answered every call of this life
        self._next_at = 0.0
        self._is_failing = False
        self._be_born()

    def start(self, every_s: float) -> None:
        self.task = asyncio.create_task(self._run(every_s), name=f"presence {self._show_id}")

    async def _run(self, every_s: float) -> None:
        while True:
            try:
                if await self.once():
                    self._is_failing = False
            except Exception as error:
                if not self._is_failing:
                    is_away = isinstance(error, NotNow)
                    where = {"show": self._show_id, "cause": getattr(error, "code", "bug")}
                    logger.warning("presence cannot be told", exc_info=not is_away, extra=where)
                self._is_failing = True
            await asyncio.sleep(every_s)

    async def once(self) -> bool:
        """Tell what has changed, or that this process is alive, if either is due; False: nothing was.
        Raises NotNow."""
        now = time.monotonic()
        if now < self._next_at and not self._crowd.has_news:
            return False
        self._next_at = now + RENEW_S
        if not await self._tell_all():
            # Another False: there is no such show now. All is told when it is back.
            await self._tell_all()
        return True

    async def end(self) -> None:
        """Nobody is here any more."""
        while not self.task.done():  # on Python 3.11 `wait_for` may swallow a cancellation
            self.task.cancel()
            await asyncio.wait([self.task], timeout=0.5)
        with contextlib.suppress(NotNow):  # then the lease runs out
            await self._tell(self._show_id, Change(self._name, self._number, is_last=True))

    async def _tell_all(self) -> bool:
        if not self._is_sure:
            self._begin_anew()
        crowd = self._crowd
        is_more = True
        while is_more:
            crowd.has_news = False
            change = self._next()
            self._is_sure = False
            if not await self._tell(self._show_id, change):
                return False
            self._is_sure = True
            self._number += 1
            self._told.update(change.came, change.back)
            self._told.difference_update(change.left)
            is_more = bool(crowd.changed)
        return True

    def _next(self) -> Change:
        """The next of what is to be told; it is counted as told by the caller, or never."""
        crowd = self._crowd
        came: list[str] = []
        back: list[str] = []
        left: list[str] = []
        for _ in range(min(CHUNK, len(crowd.changed))):
            viewer = crowd.changed.pop()
            if viewer in crowd.viewers:
                if viewer not in self._told:
                    (back if viewer in self._known else came).append(viewer)
            elif viewer in self._told:
                left.append(viewer)
        places = {place: n for place, n in crowd.places.items() if n}
        return Change(self._name, self._number, came, back, left, places)

    def _begin_anew(self) -> None:
        self._known = (self._known | self._told) & self._crowd.viewers.keys()
        self._told = set()
        self._crowd.changed = set(self._crowd.viewers)
        self._be_born()

    def _be_born(self) -> None:
        self._name, self._number = secrets.token_hex(6), 0
        self._is_sure = True
