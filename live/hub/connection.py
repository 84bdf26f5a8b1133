"""One client: a reader of events, whose place in the log we keep, or a page, which only wants the latest.

Both are bounded. An event client that does not read fast enough is no longer sent live facts; it is
marked lagging, and `resume.py` brings it back from the log at its own speed. A page that has not taken
the last frame skips the next ones and gets everything at once when it is free again.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from live.domain.attendance import Picture
from live.hub.batch import Batch
from live.hub.broker import Position
from live.hub.close_codes import CloseCode
from live.hub.events import Notice
from live.hub.frames import Bundle, Frame
from live.hub.line import Line
from live.hub.pace import Pace
from live.hub.stats import Stats
from live.hub.topics import Audience, Who

# Bytes unread before a client counts as lagging. A thousand clients that never read cost 64 MB at most.
BACKLOG_MAX = 64 * 1024
TOGETHER_BYTES = 8 * 1024  # of frames that go out in one write, the last one beyond


class Client:
    """What both kinds share: who it is, the way to it, and how it ends."""

    __slots__ = ("_pace", "_stats", "ended", "line", "who")

    def __init__(self, who: Who, line: Line, stats: Stats) -> None:
        self.who = who
        self.line = line
        self.ended: asyncio.Future[CloseCode] = asyncio.get_running_loop().create_future()
        self._stats = stats
        self._pace: Pace | None = None

    def limit(self, pace: Pace) -> None:
        """From now on it may not say more than that; nor may it have done so while we asked who it is."""
        self._pace = pace
        if pace.was_exceeded:
            self.end(CloseCode.FLOOD)

    def may_speak(self) -> bool:
        """Counts one message or ping; ends the client, and answers False, if it was one too many."""
        if self._pace is None or self._pace.allows():
            return True
        self.end(CloseCode.FLOOD)
        return False

    def send(self, frame: Frame) -> None:
        self.send_all([frame])

    def send_all(self, frames: Sequence[Frame]) -> None:
        self.line.send_all(frames)
        self._stats.frames += len(frames)
        self._stats.bytes += sum(frame.size for frame in frames)

    def _count(self, sent: Bundle | Frame) -> None:
        self._stats.frames += sent.count
        self._stats.bytes += sent.size

    def end(self, code: CloseCode) -> None:
        """The endpoint will close the socket. The first reason counts."""
        if self.ended.done():
            return
        self.ended.set_result(code)


class EventClient(Client):
    """Reads the log. While it is `live`, it follows the room; otherwise `resume.py` moves it.

    Its position is never behind a live room's, but may be ahead: the log was read past the tail.
    """

    __slots__ = ("follower", "live", "on_lag", "position", "tally_version")

    def __init__(self, who: Who, line: Line, stats: Stats, position: Position) -> None:
        super().__init__(who, line, stats)
        self.position = position
        self.tally_version: object = None
        self.live = False
        self.on_lag: Callable[[], None] = lambda: None
        self.follower: asyncio.Task[None] | None = None  # brings it up to date, while it is not

    def lag(self) -> None:
        """It cannot follow the room any more."""
        if self.live:
            self.live = False
            self.on_lag()

    @property
    def is_full(self) -> bool:
        return self.line.backlog > BACKLOG_MAX

    def deliver(self, batch: Batch, head: Position) -> None:
        """Facts as they arrive; `head` is the room's position after them."""
        if not self.live:
            return
        if self.position.seq < batch.first_seq and batch.is_public_for(self.who):
            self._deliver_shared(batch.shared(), head)
        else:
            self._deliver_own(batch, head)

    def _deliver_shared(self, bundle: Bundle | None, head: Position) -> None:
        """What goes to all alike."""
        if bundle is None or self._send_if_not_full(bundle):
            self.position = head
        else:
            self.lag()

    def _deliver_own(self, batch: Batch, head: Position) -> None:
        """What not everybody may see, or not everybody is to see again."""
        frames: list[Frame] = []
        size = 0
        for notice, frame in self._due(batch):
            if not frames and self.is_full:
                self.lag()
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

    def _send_if_not_full(self, bundle: Bundle) -> bool:
        """A bundle beyond measure is not sent either: from the log it comes in pieces."""
        if bundle.size > BACKLOG_MAX:
            return False
        if not self.line.send_if_free(bundle):
            if self.is_full:
                return False
            self.line.send_all(bundle.frames)
        self._count(bundle)
        return True

    def _due(self, batch: Batch) -> Iterator[tuple[Notice, Frame]]:
        """What it may see and has not seen."""
        for notice in batch.for_(self.who):
            if notice.position.seq > self.position.seq:
                frame = notice.frame_for(self.who)
                if frame is not None:
                    yield notice, frame


class PageClient(Client):
    """Shows the latest state. Starts behind: the page may have been drawn a while ago."""

    __slots__ = ("_stuck_since", "audience", "behind", "personal_due", "picture")

    def __init__(self, who: Who, line: Line, stats: Stats, audience: Audience) -> None:
        super().__init__(who, line, stats)
        self.audience = audience
        self.picture: Picture | None = None  # as it said last
        self.behind = True
        self.personal_due = who.viewer_id is not None
        self._stuck_since: float | None = None

    @property
    def is_free(self) -> bool:
        return self.line.backlog == 0

    def show(self, update: Frame | None, everything: Frame | None, now: float) -> None:
        """`update`: what changed since the last frame, only for who has that one; `everything`: for who
        has not, whatever was missed. Who still has something unread gets neither."""
        frame = everything if self.behind else update
        if frame is None:
            self._note_stuck(now, is_free=self.is_free)
        elif self.line.send_if_free(frame):
            self._count(frame)
            self._stuck_since = None
            self.behind = False
        else:
            self._note_stuck(now, is_free=False)
            self.behind = True

    def _note_stuck(self, now: float, *, is_free: bool) -> None:
        self._stuck_since = None if is_free else self._stuck_since or now

    def stuck_for(self, now: float) -> float:
        """Seconds since it was first found not to read, at beats in a row."""
        return 0.0 if self._stuck_since is None else now - self._stuck_since
