"""One process of the crowd: `python -m scripts.crowd.part`, led over stdin and stdout by `crew.py`.

In: one JSON line with the job, then the line `go`. Out: JSON lines, `ready`, `progress` twice a second,
`done` with the file in which the records are.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

from live.crowd.buyer import Shop, buy, finish, resolve
from live.crowd.client import Client, Unanswered
from live.crowd.purchase import UNRESOLVED, Purchase
from live.crowd.watcher import Watcher
from scripts.crowd.records import Heard, pack

AT_ONCE = 50  # viewers that sign up or connect at the same moment
SAY_EVERY_S = 0.5
LISTEN_ON_S = 2.0  # for the last events after the last order
CATCH_UP_MAX_S = 20.0  # for sockets that broke: a resume is owed everything, but not at once
LINES = ("扣1", "想要", "A1", "这个颜色好看", "还有货吗", "多少钱", "已下单", "主播再讲一下尺寸")


class Part:
    """Its share of the viewers and of the wishes."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.client = Client(job["base_url"], connections=job["connections"])
        self.shop = Shop(self.client, job["offer_id"], job["hold_s"], {})
        self.wishes = [Purchase(**wish) for wish in job["wishes"]]
        self.heard: dict[str, Heard] = {}
        self.watchers: list[Watcher] = []
        self.sockets: list[asyncio.Task[None]] = []
        self.sent = 0
        self.comments: Counter[str] = Counter()
        self.seen_ids: dict[str, set[str]] = {}

    async def prepare(self) -> None:
        """Signs the buyers up, and puts the first of them on sockets."""
        gate = asyncio.Semaphore(AT_ONCE)
        numbers = list(dict.fromkeys(wish.buyer for wish in self.wishes))
        numbers += [f"+{n}" for n in range(self.job["viewers"] - len(numbers))]

        async def sign_up(number: str) -> tuple[str, str, str]:
            async with gate:
                name = {"display_name": f"看客{number}"}
                said = await self.client.call("POST", "/api/v1/viewers", name)
                return number, str(said["id"]), str(said["token"])

        named = await asyncio.gather(*(sign_up(number) for number in numbers))
        viewer_of = {number: viewer for number, viewer, _ in named}
        self.shop.tokens = {viewer: token for _, viewer, token in named}
        for wish in self.wishes:
            wish.buyer = viewer_of[wish.buyer]
        for _, viewer, token in named[: self.job["viewers"]]:
            self._seat(viewer, token)
        for batch in range(0, len(self.watchers), AT_ONCE):
            some = self.watchers[batch : batch + AT_ONCE]
            self.sockets += [asyncio.create_task(watcher.run()) for watcher in some]
            await asyncio.gather(*(self._arrived(watcher) for watcher in some))

    async def burst(self) -> None:
        """Open loop: each wish starts at its own moment, whatever became of those before it."""
        self.shop.started = time.monotonic()
        chatter = asyncio.create_task(self._chatter())
        buying: list[asyncio.Task[None]] = []
        for wish in self.wishes:
            wait_s = wish.intended_s - self.shop.now_s
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self.sent += 1
            buying.append(asyncio.create_task(self._whole(wish)))
        await asyncio.gather(*buying)
        chatter.cancel()
        for wish in [w for w in self.wishes if w.outcome == UNRESOLVED]:
            await resolve(self.shop, wish)

    async def close(self) -> dict[str, Any]:
        """Stops listening and hands over what was seen."""
        await self._catch_up(time.monotonic() + CATCH_UP_MAX_S)
        await asyncio.sleep(LISTEN_ON_S)
        for socket in self.sockets:
            socket.cancel()
        await asyncio.gather(*self.sockets, return_exceptions=True)
        self.client.close()
        for watcher, heard in zip(self.watchers, self.heard.values(), strict=True):
            heard.joins, heard.breaks = watcher.joins, watcher.breaks
            heard.frames += watcher.tallies
        return pack(self.wishes, list(self.heard.values())) | {
            "troubles": dict(self.client.troubles),
            "comments": dict(self.comments),
        }

    def progress(self) -> dict[str, object]:
        """Where it stands, for the display."""
        outcomes = Counter(w.outcome for w in self.wishes if w.answered_s >= 0)
        return {
            "sent": self.sent,
            "outcomes": outcomes,
            "settled": sum(bool(w.end) for w in self.wishes),
            "watching": sum(w.here.is_set() for w in self.watchers),
            "troubles": dict(self.client.troubles),
        }

    async def _whole(self, wish: Purchase) -> None:
        await buy(self.shop, wish)
        await finish(self.shop, wish)

    async def _catch_up(self, until: float) -> None:
        while time.monotonic() < until:
            if not self._untold():
                return
            await asyncio.sleep(0.25)

    def _untold(self) -> bool:
        """Whether some viewer on a socket has not heard of an order of theirs yet."""
        bought = ((wish.buyer, wish.order) for wish in self.wishes if wish.order)
        return any(v in self.heard and order not in self.heard[v].orders for v, order in bought)

    def _seat(self, viewer: str, token: str) -> None:
        heard = self.heard[viewer] = Heard(viewer)
        self.seen_ids[viewer] = set()
        watcher = Watcher(
            self.job["base_url"], self.job["show_id"], token, lambda event: self._hear(heard, event)
        )
        self.watchers.append(watcher)

    async def _arrived(self, watcher: Watcher) -> None:
        async with asyncio.timeout(self.job["join_timeout_s"]):
            await watcher.here.wait()

    def _hear(self, heard: Heard, event: dict[str, Any]) -> None:
        heard.frames += 1
        kind = event.get("type")
        if kind == "reset":
            heard.resets += 1
        if kind not in ("order", "comment", "offer", "show"):
            return
        seen, event_id = self.seen_ids[heard.viewer], str(event.get("id"))
        if event_id in seen:
            heard.repeats += 1
        seen.add(event_id)
        if kind == "order":
            self._hear_order(heard, event)

    def _hear_order(self, heard: Heard, event: dict[str, Any]) -> None:
        data = event.get("data") or {}
        order, state = str(data.get("id", "")), str(data.get("state", ""))
        heard.orders.setdefault(order, []).append(state)
        if state == "expired":
            heard.expired_at[order] = str(event.get("at", ""))

    async def _chatter(self) -> None:
        rate = float(self.job["comments_per_s"])
        tokens = list(self.shop.tokens.values())
        said: set[asyncio.Task[None]] = set()
        while rate > 0 and tokens:
            await asyncio.sleep(random.expovariate(rate))
            task = asyncio.create_task(self._say(random.choice(tokens), random.choice(LINES)))
            said.add(task)
            task.add_done_callback(said.discard)

    async def _say(self, token: str, text: str) -> None:
        path = f"/api/v1/shows/{self.job['show_id']}/comments"
        try:
            answer = await self.client.request("POST", path, {"text": text}, token=token)
        except Unanswered:
            self.comments["unanswered"] += 1
        else:
            self.comments[str(answer.status)] += 1


def _tell(kind: str, **values: object) -> None:
    print(json.dumps({"is": kind} | values), flush=True)


async def _report(part: Part) -> None:
    while True:
        await asyncio.sleep(SAY_EVERY_S)
        _tell("progress", **part.progress())


async def main() -> None:
    """The job from stdin, the records into the job's file."""
    job = json.loads(await asyncio.to_thread(sys.stdin.readline))
    part = Part(job)
    reporting = asyncio.create_task(_report(part))
    await part.prepare()
    _tell("ready")
    await asyncio.to_thread(sys.stdin.readline)
    await part.burst()
    records = await part.close()
    reporting.cancel()
    _tell("progress", **part.progress())
    await asyncio.to_thread(Path(job["records"]).write_text, json.dumps(records))
    _tell("done")


if __name__ == "__main__":
    uvloop.run(main())
