"""The audience of a rehearsal: hundreds of viewers on sockets who talk, and order when a sale opens.

Open loop: each order has its moment before the first is sent, and its wait is counted from there. Of most viewers
nothing is read but that frames come; the first few read everything, and tell all what is on sale.
"""

import asyncio
import random
import time
from datetime import UTC, datetime
from typing import Any

from live.crowd.client import Client, Unanswered
from live.crowd.voices import new_manner, says
from live.crowd.watcher import Watcher
from live.crowd.wishes import Wishes
from live.domain.crowd import COMMENTS_PER_S_MAX, VIEWERS_MAX, Job, Seen

COME_PER_S = 100  # viewers; a link that is shared does not bring all at once
READERS = 3  # one would do, and two may be on their way back
CONNECTIONS = 64
CALM_SHARE = 0.4  # of the comments, while nothing is on sale


class Audience:
    """`run` until its time is over or it is cancelled; `seen` is what it has met with so far."""

    def __init__(self, job: Job, chance: random.Random) -> None:
        self.seen = Seen()
        self._job = job
        self._chance = chance
        self._client = Client(job.base_url, connections=CONNECTIONS)
        self._wishes = Wishes(job, self._client, self.seen, chance)
        self._guests = list(job.guests)[:VIEWERS_MAX]
        self._watchers: list[Watcher] = []
        self._said: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Viewers come, and stay until the end."""
        try:
            async with asyncio.timeout(self._job.length_s), asyncio.TaskGroup() as group:
                group.create_task(self._talk())
                for number, (_, token) in enumerate(self._guests):
                    watcher = Watcher(
                        self._job.base_url,
                        self._job.show_id,
                        token,
                        self._hear if number < READERS else None,
                        hears_tallies=number < READERS,
                        entry=self._job.entry,
                    )
                    self._watchers.append(watcher)
                    group.create_task(watcher.run())
                    await asyncio.sleep(1 / COME_PER_S)
        except TimeoutError:
            pass
        finally:
            self._wishes.leave()
            for task in self._said:
                task.cancel()
            self._client.close()

    def look_around(self) -> Seen:
        """`seen`, with who is there now."""
        seen = self.seen
        seen.watching = sum(watcher.here.is_set() for watcher in self._watchers)
        seen.most_watching = max(seen.most_watching, seen.watching)
        seen.breaks = sum(max(watcher.joins - 1, 0) for watcher in self._watchers)
        return seen

    def _hear(self, event: dict[str, Any]) -> None:
        kind, data = event.get("type"), event.get("data") or {}
        if kind == "tally":
            now = datetime.fromtimestamp(time.time(), UTC)
            self._wishes.shown(datetime.fromisoformat(data["as_of"]), now)
        elif kind == "offer":
            self._wishes.look_at(data)
        for offer in _offers_in(event):
            self._wishes.look_at(offer)

    async def _talk(self) -> None:
        """At the crowd's own rate, or as they talked in the earlier show."""
        began = time.monotonic()
        while True:
            rate = self._talk_rate(int(time.monotonic() - began))
            await asyncio.sleep(self._chance.expovariate(rate) if rate > 1 else 1.0)
            if 0 < rate <= 1 and self._chance.random() > rate:
                continue
            here = [n for n, watcher in enumerate(self._watchers) if watcher.here.is_set()]
            if rate and here:
                _, token = self._guests[self._chance.choice(here)]
                task = asyncio.create_task(self._say(token))
                self._said.add(task)
                task.add_done_callback(self._said.discard)

    def _talk_rate(self, second: int) -> float:
        """Comments a second."""
        job = self._job
        if job.talk:
            rate = job.talk[second % len(job.talk)] * job.times
        else:
            rate = job.comments_per_s * (1.0 if self._wishes.is_selling else CALM_SHARE)
        return min(rate, COMMENTS_PER_S_MAX)

    async def _say(self, token: str) -> None:
        text = says(new_manner(), is_selling=self._wishes.is_selling)
        path = f"/api/v1/shows/{self._job.show_id}/comments"
        try:
            answer = await self._client.request("POST", path, {"text": text}, token=token)
        except Unanswered:
            return
        if answer.ok:
            self.seen.comments += 1
        else:
            self.seen.comments_refused += 1


def _offers_in(event: dict[str, Any]) -> list[dict[str, Any]]:
    """Of `hello` and `reset`: all that is on sale as one comes in."""
    if event.get("type") not in ("hello", "reset"):
        return []
    offers: list[dict[str, Any]] = event["data"]["snapshot"]["offers"]
    return offers
