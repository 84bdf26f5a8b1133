"""What this worker saw go away and come back, told once to each show on air: the fact `outage`.

A restart of Redis is told by the worker whose comparison let the show sell again; of anything else each
worker tells what it saw itself, and screens put what overlaps together.
"""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from live.domain.ids import ShowId
from live.errors import Conflict
from live.hotpath.shows import ShowLog

SHORT_MS = 2_000  # nothing that mends itself so soon is worth a mark, but a restart of Redis is


class Outages:
    """Times are Redis's, in ms. Of one worker."""

    def __init__(self, log: ShowLog) -> None:
        self._log = log
        self._well_ms: dict[str, int] = {}  # when each was last found well
        self._missed: set[str] = set()
        self._untold: list[tuple[ShowId, Mapping[str, Any]]] = []

    def missed(self, what: str) -> None:
        """`redis` or `database` did not answer."""
        self._missed.add(what)

    def answered(self, what: str, now_ms: int) -> None:
        """It did, and had done so before."""
        if what not in self._missed:
            self._well_ms[what] = now_ms

    async def mended(
        self, now_ms: int, on_air: Iterable[ShowId], lost: Mapping[ShowId, int]
    ) -> None:
        """All is well. `lost`: shows that could not sell until just now, because Redis did not hold them or
        was restarted, and when they were last heard of. Raises NotNow; what is untold is told next time."""
        shows = list(on_air)
        for what in sorted(self._missed):
            since_ms = self._well_ms.get(what, now_ms)
            if now_ms - since_ms >= SHORT_MS:
                told = [show for show in shows if what != "redis" or show not in lost]
                self._note(told, since_ms, now_ms, what)
        for show in shows:
            if show in lost:
                self._note([show], self._well_ms.get("redis", lost[show]), now_ms, "redis")
        self._missed.clear()
        self._well_ms = dict.fromkeys(("redis", "database"), now_ms)
        while self._untold:
            show, fact = self._untold[0]
            with contextlib.suppress(Conflict):  # it has ended meanwhile, and nobody looks on
                await self._log.append(show, "outage", fact)
            del self._untold[0]

    def _note(self, shows: Iterable[ShowId], since_ms: int, now_ms: int, what: str) -> None:
        fact = {"from_ms": min(since_ms, now_ms), "to_ms": now_ms, "what": what}
        self._untold += [(show, fact) for show in shows]
