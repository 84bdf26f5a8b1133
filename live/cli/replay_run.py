"""One run of `live replay`: what is due goes out every quarter of a second, in order, until it is in."""

import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from live.adapters.platforms.base import Said
from live.crowd.client import Answer, Client, Unanswered
from live.features.ingest.forms import BATCH_MAX, ID_MAX, shortened
from live.runtime import random_text

EVERY_S = 0.25
PATIENCE_S = 120.0  # a server that is being started again is back by then
TOLD_EVERY_S = 0.5  # between two looks of the progress line


class StoppedError(Exception):
    """The replay cannot go on; says why."""


def part_of(said: Sequence[Said], begin_s: float, end_s: float) -> list[tuple[int, Said]]:
    """What was said from `begin_s` to `end_s` of the recording, with its place in it."""
    return [
        (index, one)
        for index, one in enumerate(said)
        if begin_s * 1000 <= (one.offset_ms or 0) <= end_s * 1000
    ]


class Replay:
    """Of one recording into one show. Message ids carry the run's own id: what is sent twice because an
    answer was lost is a duplicate, and the same file in another run is not."""

    def __init__(self, client: Client, show_id: str, token: str, speed: float) -> None:
        self._client = client
        self._path = f"/api/v1/shows/{show_id}/ingest/comments"
        self._token = token
        self._speed = speed
        self._run = random_text(6)
        self._told_at = 0.0
        self._shows_progress = sys.stderr.isatty()
        self.total = self.sent = self.accepted = self.duplicates = 0
        self.refused: Counter[str] = Counter()
        self.late_s: list[float] = []

    async def play(self, part: Sequence[tuple[int, Said]], begin_s: float) -> None:
        """As `part_of` found it, from `begin_s` on. Raises StoppedError."""
        self.total = len(part)
        began = time.monotonic() - begin_s / self._speed
        done = 0
        try:
            while done < len(part):
                due_s = (part[done][1].offset_ms or 0) / 1000 / self._speed
                await asyncio.sleep(max(0.0, began + due_s - time.monotonic()))
                batch = self._due(part, done, time.monotonic() - began)
                for platform, comments in _by_platform(batch):
                    await self._send(platform, comments, began)
                done += len(batch)
                self._tell()
                await asyncio.sleep(0 if len(batch) == BATCH_MAX else EVERY_S)
        finally:
            self._client.close()
            if self._shows_progress:
                print(file=sys.stderr)

    def summary(self) -> str:
        """What was sent, and what became of it; how late, from when a comment was due to its answer."""
        late = sorted(self.late_s)
        middle, most = (late[len(late) // 2], late[-1]) if late else (0.0, 0.0)
        refused = "".join(f" {code} {many}" for code, many in sorted(self.refused.items()))
        return (
            f"run {self._run}: sent {self.sent} of {self.total}, accepted {self.accepted},"
            f" duplicates {self.duplicates}, refused {self.refused.total()}"
            f"{f' ({refused.strip()})' if refused else ''}; late {middle:.2f} s (median),"
            f" {most:.2f} s (most)"
        )

    def _due(
        self, part: Sequence[tuple[int, Said]], done: int, now_s: float
    ) -> Sequence[tuple[int, Said]]:
        now_ms = now_s * 1000 * self._speed
        upcoming = itertools.islice(part, done, done + BATCH_MAX)
        due = list(itertools.takewhile(lambda one: (one[1].offset_ms or 0) <= now_ms, upcoming))
        return due or [part[done]]  # the clock may be a hair short of what was slept for

    async def _send(
        self, platform: str, comments: Sequence[tuple[int, Said]], began: float
    ) -> None:
        body = {"platform": platform, "comments": [self._shape(*one) for one in comments]}
        try:
            answer, _ = await self._client.insist(
                "POST", self._path, body,
                token=self._token, patience_s=PATIENCE_S, troubled=self._wait,
            )  # fmt: skip
        except Unanswered as lost:
            raise StoppedError(f"{lost}; gave up after {PATIENCE_S:.0f} s.") from lost
        if not answer.ok:
            raise StoppedError(_why(answer))
        now = time.monotonic()
        self.late_s += [
            now - began - (one.offset_ms or 0) / 1000 / self._speed for _, one in comments
        ]
        self._count(answer, len(comments))

    def _wait(self, why: str) -> None:
        """Whoever started it sees that it is not stuck."""
        print(f"live replay: {why}; trying again for {PATIENCE_S:.0f} s", file=sys.stderr)

    def _count(self, answer: Answer, sent: int) -> None:
        told = answer.json()
        self.sent += sent
        self.accepted += told["accepted"]
        self.duplicates += told["duplicates"]
        self.refused.update(one["code"] for one in told["refused"])

    def _shape(self, index: int, one: Said) -> dict[str, object]:
        fitting = shortened(one)
        assert isinstance(fitting, Said)
        own = f"{self._run}:{one.message_id or index}"
        return {
            "message_id": own if len(own) <= ID_MAX else f"{self._run}:{_digest(own)}",
            "user_id": one.user_id if len(one.user_id) <= ID_MAX else _digest(one.user_id),
            "name": fitting.name,
            "text": fitting.text,
            "tip": fitting.tip,
        }

    def _tell(self) -> None:
        now = time.monotonic()
        if self._shows_progress and now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            late = self.late_s[-1] if self.late_s else 0.0
            line = f"{self.sent} of {self.total} sent, {self.accepted} accepted, {late:.2f} s late"
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _by_platform(
    batch: Sequence[tuple[int, Said]],
) -> Iterator[tuple[str, Sequence[tuple[int, Said]]]]:
    for platform, group in itertools.groupby(batch, key=lambda one: one[1].platform):
        yield platform, list(group)


def _why(answer: Answer) -> str:
    said = answer.json()
    return f"the server said {answer.status} {answer.code}: {said.get('detail', '')}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
