"""Leads the processes of the crowd: hands each its share, starts all at once, collects their records."""

import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from live.crowd.purchase import Purchase
from scripts.crowd.operator import NotPossible
from scripts.crowd.options import Options
from scripts.crowd.records import Heard, unpack

ROOT = Path(__file__).resolve().parents[2]
JOIN_TIMEOUT_S = 60.0
LINE_MAX = 2**24  # bytes; a job holds its wishes on one line


@dataclass(slots=True)
class Stand:
    """Where the crowd stands, summed over its processes."""

    sent: int = 0
    settled: int = 0
    watching: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Yield:
    """What all processes saw."""

    purchases: list[Purchase] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)


class Crew:
    """The processes, from `start` over `go` to `collect`."""

    def __init__(self, options: Options, wishes: list[Purchase], on_news: Callable[[], None]):
        self.stand = Stand()
        self._options = options
        self._wishes = wishes
        self._on_news = on_news
        self._folder = tempfile.TemporaryDirectory(prefix="crowd-")
        self._parts: list[asyncio.subprocess.Process] = []
        self._last: dict[int, dict[str, Any]] = {}

    async def start(self, show_id: str, offer_id: str) -> None:
        """Starts the processes; returns when every viewer has signed up and every socket stands."""
        for number in range(self._options.processes):
            part = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "scripts.crowd.part",
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LINE_MAX,
            )
            self._parts.append(part)
            job = self._job(number, show_id, offer_id)
            await self._write(part, json.dumps(job))
        await asyncio.gather(*(self._until(n, "ready") for n in range(len(self._parts))))

    async def go(self) -> None:
        """The burst, until the last order is settled and the last event heard."""
        await asyncio.gather(*(self._write(part, "go") for part in self._parts))
        await asyncio.gather(*(self._until(n, "done") for n in range(len(self._parts))))

    def collect(self) -> Yield:
        """The records of all."""
        seen = Yield()
        for number in range(len(self._parts)):
            records = json.loads(self._file(number).read_bytes())
            purchases, heard = unpack(records)
            seen.purchases += purchases
            seen.heard += heard
            seen.troubles.update(records["troubles"])
            seen.comments.update(records["comments"])
        return seen

    async def stop(self) -> None:
        """Ends what still runs, and forgets the files."""
        for part in self._parts:
            if part.returncode is None:
                part.terminate()
            await part.wait()
        self._folder.cleanup()

    def _job(self, number: int, show_id: str, offer_id: str) -> dict[str, object]:
        options, parts = self._options, self._options.processes
        viewers = options.viewers // parts + (number < options.viewers % parts)
        mine = [asdict(w) for w in self._wishes if int(w.buyer) % parts == number]
        return {
            "base_url": options.base_url,
            "show_id": show_id,
            "offer_id": offer_id,
            "hold_s": options.hold_s,
            "viewers": viewers,
            "wishes": mine,
            "connections": max(options.connections // parts, 1),
            "comments_per_s": options.comments_per_s / parts,
            "join_timeout_s": JOIN_TIMEOUT_S,
            "records": str(self._file(number)),
        }

    def _file(self, number: int) -> Path:
        return Path(self._folder.name) / f"part-{number}.json"

    async def _write(self, part: asyncio.subprocess.Process, line: str) -> None:
        assert part.stdin is not None
        part.stdin.write(line.encode() + b"\n")
        await part.stdin.drain()

    async def _until(self, number: int, wanted: str) -> None:
        out = self._parts[number].stdout
        assert out is not None
        while line := await out.readline():
            news = json.loads(line)
            if news["is"] == wanted:
                return
            self._last[number] = news
            self._sum_up()
        raise NotPossible("A process of the crowd ended early; its own words are above.")

    def _sum_up(self) -> None:
        stand = Stand()
        for news in self._last.values():
            stand.sent += news["sent"]
            stand.settled += news["settled"]
            stand.watching += news["watching"]
            stand.outcomes.update(news["outcomes"])
            stand.troubles.update(news["troubles"])
        self.stand = stand
        self._on_news()
