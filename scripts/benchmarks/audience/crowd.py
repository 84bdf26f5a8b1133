"""All viewers of one process, and what they tell: a line of JSON every tenth of a second."""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass

from scripts.benchmarks.audience.viewer import Page, Program

TOLD_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes: tokens in turn for a page and a program. `per_s`: how many arrive in a second."""

    host: str
    port: int
    show: str
    tokens: tuple[str, ...]
    per_s: float


class Crowd:
    """Lives until its standard input ends."""

    def __init__(self, party: Party) -> None:
        self._party = party
        self._counts = Counter[str]()
        self._heard = Counter[int]()  # comment → programs that heard it
        self._programs = len(party.tokens) // 2
        kinds = (Page, Program)
        self._viewers = [
            kinds[number % 2](self, party.host, party.port, token, party.show)
            for number, token in enumerate(party.tokens)
        ]

    async def run(self) -> None:
        told = asyncio.create_task(self._tell())
        arriving = asyncio.create_task(self._arrive())
        await asyncio.to_thread(sys.stdin.read)
        for task in (arriving, told):
            task.cancel()
        for viewer in self._viewers:
            viewer.leave()

    def came(self) -> None:
        self._counts["here"] += 1

    def went(self, *, was_in: bool) -> None:
        self._counts["here"] -= was_in
        self._counts["dropped"] += 1

    def turned_away(self) -> None:
        self._counts["turned_away"] += 1

    def read(self, frames: int, size: int) -> None:
        self._counts["frames"] += frames
        self._counts["bytes"] += size

    def wrong(self, what: str) -> None:
        self._counts[what] += 1

    def heard(self, number: int) -> None:
        self._heard[number] += 1

    def _told(self) -> dict[str, float]:
        """`comments`: all that anybody heard; `unheard`: those that some program has not heard."""
        unheard = sum(programs < self._programs for programs in self._heard.values())
        figures = {"cpu_s": time.process_time(), "comments": len(self._heard), "unheard": unheard}
        return figures | self._counts

    async def _arrive(self) -> None:
        began = time.monotonic()
        for number, viewer in enumerate(self._viewers):
            rest_s = began + number / self._party.per_s - time.monotonic()
            await asyncio.sleep(max(0.0, rest_s))
            await viewer.come()

    async def _tell(self) -> None:
        while True:
            print(json.dumps(self._told()), flush=True)
            await asyncio.sleep(TOLD_EVERY_S)
