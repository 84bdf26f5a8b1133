"""One client: a reader of events, whose place in the log we keep, or a page, which only wants the latest.

Both are bounded. An event client that does not read fast enough is no longer sent live facts; it is
marked lagging, and `resume.py` brings it back from the log at its own speed. A page that has not taken
the last frame skips the next ones and gets everything at once when it is free again.
"""

import asyncio
from collections.abc import Iterator, Sequence

from live.hub.broker import Position
from live.hub.close_codes import CloseCode
from live.hub.events import Batch, Notice
from live.hub.frames import Frame
from live.hub.line import Line
from live.hub.stats import Stats
from live.hub.topics import Audience, Who

# Bytes unread before a client counts as lagging. A thousand clients that never read cost 64 MB at most.
BACKLOG_MAX = 64 * 1024
TOGETHER_BYTES = 8 * 1024  # of frames that go out in one write, the last one beyond


class Client:
    """What both kinds share: who it is, the way to it, and how it ends."""

    def __init__(self, who: Who, line: Line, stats: Stats) -> None:
        self.who = who
        self.line = line
        self.ended: asyncio.Future[CloseCode] = asyncio.get_running_loop().create_future()
        self._stats = stats

    def send(self, frame: Frame) -> None:
        self.send_all([frame])

    def send_all(self, frames: Sequence[Frame]) -> None:
        self.line.send_all(frames)
        self._stats.frames += len(frames)
        self._stats.bytes += sum(frame.size for frame in frames)

    def end(self, code: CloseCode) -> None:
        """The endpoint will close the socket. The first reason counts."""
        if self.ended.done():
            return
        self._stats.slow_closed += code is CloseCode.SLOW
        self.ended.set_result(code)


class EventClient(Client):
    """Reads the log. While it is `live`, it follows the room; otherwise `resume.py` moves it.

    Its position is never behind a live room's, but may be ahead: the log was read past the tail.
    """

    def __init__(self, who: Who, line: Line, stats: Stats, position: Position) -> None:
        super().__init__(who, line, stats)
        self.position = position
        self.tally_version: object = None
        self.lagging = asyncio.Event()
        self.lagging.set()

    @property
    def live(self) -> bool:
        return not self.lagging.is_set()

    @property
    def is_full(self) -> bool:
        return self.line.backlog > BACKLOG_MAX

    def deliver(self, batch: Batch, head: Position) -> None:
        """Facts as they arrive; `head` is the room's position after them."""
        if not self.live:
            return
        frames: list[Frame] = []
        size = 0
        for notice, frame in self._due(batch):
            if not frames and self.is_full:
                self.lagging.set()
                return
            frames.append(frame)
            size += frame.size
            self.position = notice.position
            if size > TOGETHER_BYTES:
                self.send_all(frames)
                frames, size = [], 0
        if frames:
            self.send_all(frames)
        if head.seq > self.position.seq:
            self.position = head

    def _due(self, batch: Batch) -> Iterator[tuple[Notice, Frame]]:
        """What it may see and has not seen."""
        for notice in batch.for_(self.who):
            if notice.position.seq > self.position.seq:
                frame = notice.frame_for(self.who)
                if frame is not None:
                    yield notice, frame


class PageClient(Client):
    """Shows the latest state. Starts behind: the page may have been drawn a while ago."""

    def __init__(self, who: Who, line: Line, stats: Stats, audience: Audience) -> None:
        super().__init__(who, line, stats)
        self.audience = audience
        self.behind = True
        self.personal_due = who.viewer_id is not None
        self._stuck_since: float | None = None

    @property
    def is_free(self) -> bool:
        return self.line.backlog == 0

    def update(self, frame: Frame) -> None:
        """What changed since the last frame; only for a client that has that one."""
        if self.is_free:
            self.send(frame)
        else:
            self.behind = True

    def refresh(self, frame: Frame) -> None:
        """All partials: whatever was missed no longer matters."""
        self.send(frame)
        self.behind = False

    def stuck_for(self, now: float) -> float:
        """Seconds since it was first found not to read, at beats in a row."""
        if self.is_free:
            self._stuck_since = None
            return 0.0
        self._stuck_since = self._stuck_since or now
        return now - self._stuck_since
