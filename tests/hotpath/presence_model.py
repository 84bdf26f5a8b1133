"""Presence in plain Python: intervals of everyone, and what follows from them."""

from dataclasses import dataclass, field

from live.domain.attendance import Attendance


@dataclass
class PresenceModel:
    """`here`: life of a process → who is in it. Times are Redis's, in ms."""

    gap_ms: int
    state: str = "planned"
    started_ms: int | None = None
    ended_ms: int | None = None
    here: dict[str, set[str]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)  # of those who are here
    stays: list[tuple[str, int, int]] = field(default_factory=list)  # viewer, from, to
    views: int = 0
    known: set[str] = field(default_factory=set)
    peak: int = 0

    def tell(self, process: str, crowd: set[str], at_ms: int) -> None:
        self.here[process] = crowd
        self._settle(at_ms)

    def end(self, process: str, at_ms: int) -> None:
        self.here.pop(process, None)
        self._settle(at_ms)

    def move(self, verb: str, at_ms: int) -> None:
        if verb == "start":
            self.state, self.started_ms = "live", at_ms
        else:
            self.state, self.ended_ms = "ended", at_ms

    def viewers(self) -> int:
        return len(self._all())

    def attendance(self, at_ms: int) -> Attendance:
        stays = [*self.stays, *((v, since, at_ms) for v, since in self.since.items())]
        watch_ms = sum(self._live(to) - self._live(since) for _, since, to in stays)
        return Attendance(self.peak, len(self.known), self.views, watch_ms, self._live(at_ms))

    def _all(self) -> set[str]:
        return set[str]().union(*self.here.values())

    def _settle(self, at_ms: int) -> None:
        counts, now = self.ended_ms is None or at_ms < self.ended_ms, self._all()
        for viewer in self.since.keys() - now:
            self.stays.append((viewer, self.since.pop(viewer), at_ms))
        for viewer in now - self.since.keys():
            last = max((to for v, _, to in self.stays if v == viewer), default=None)
            if counts and (last is None or at_ms - last >= self.gap_ms):
                self.views += 1
            if counts and last is None:
                self.known.add(viewer)
            self.since[viewer] = at_ms
        if counts:
            self.peak = max(self.peak, len(now))

    def _live(self, at_ms: int) -> int:
        if self.started_ms is None or at_ms <= self.started_ms:
            return 0
        return min(at_ms, self.ended_ms or at_ms) - self.started_ms
