"""One round: a show, its crowd, the faults, and the gathering at the end. Yields a history."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.crowd.client import Client
from live.domain.ids import ShowId
from scripts.faults.asking import Asker
from scripts.faults.buyers import Buyer, SocketBuyer
from scripts.faults.damage import Damage
from scripts.faults.history import History, Line
from scripts.faults.injector import Injector
from scripts.faults.operator import Operator
from scripts.faults.options import Options
from scripts.faults.plan import Point
from scripts.faults.proxy import FaultProxy
from scripts.faults.sockets import EventSocket
from scripts.faults.tree import Tree

TIMEOUT_S = 4.0  # of one attempt: longer than the product's own patience with Redis
LISTENERS = 2

Say = Callable[[str], None]


@dataclass
class Round:
    """A part of a run with a show and a history of its own."""

    options: Options
    tree: Tree
    token: str
    say: Say

    async def run(
        self, number: int, points: Iterator[Point], until: float, most: int
    ) -> tuple[Path, int]:
        """Strikes until `until` (monotonic), or `most` times; the history's file, and how often."""
        path = self.options.folder / f"history-{self.options.seed}-{number}.jsonl"
        history = History(path)
        proxy = FaultProxy(self.tree.port)
        await proxy.start()
        direct = Client(self.tree.url, connections=16, timeout_s=TIMEOUT_S)
        through = Client(proxy.url, connections=self.options.buyers, timeout_s=TIMEOUT_S)
        seed = self.options.seed * 1000 + number
        operator = Operator(direct, self.token, seed, history)
        try:
            await operator.set_up()
            history.note("setting", seed=self.options.seed, round=number, offers=operator.offers)
            async with self._crowd(operator, proxy, through, history, seed) as crowd:
                damage = Damage(self.tree.redis_folder, self.tree.database, ShowId(operator.show))
                injector = Injector(self.tree, proxy, history, damage, operator.probe)
                struck = await self._strike(injector, crowd, points, until, most)
            final = await operator.close()
            history.note("final", **final, verify=await self._verify(final, number))
            await operator.end()
        finally:
            direct.close()
            through.close()
            await proxy.stop()
            history.close()
        return path, struck

    async def _strike(
        self,
        injector: Injector,
        crowd: list[asyncio.Task[None]],
        points: Iterator[Point],
        until: float,
        most: int,
    ) -> int:
        struck = 0
        while time.monotonic() < until and struck < most:
            point = next(points)
            await asyncio.sleep(point.pause_s)
            for task in crowd:
                if task.done():
                    task.result()  # a bug of ours: the run is worth nothing without its crowd
            took_s = await injector.strike(point)
            struck += 1
            told = "did NOT recover" if took_s is None else f"on sale again after {took_s:.1f} s"
            self.say(f"{point.n:4d}  {point.kind:<16} {told}")
        return struck

    @contextlib.asynccontextmanager
    async def _crowd(
        self, operator: Operator, proxy: FaultProxy, through: Client, history: History, seed: int
    ) -> AsyncIterator[list[asyncio.Task[None]]]:
        offers = [str(offer["id"]) for offer in operator.offers]
        buyers: list[Buyer] = []
        for number in range(self.options.buyers):
            given = (f"buyer{number}", seed, offers, Asker(through, history), history)
            is_by_socket = number % 3 == 2
            where = {"url": proxy.url, "show": operator.show}
            buyers.append(SocketBuyer(*given, **where) if is_by_socket else Buyer(*given))
        runs = [buyer.run() for buyer in buyers]
        runs += [operator.run(), operator.sample()]
        for number in range(LISTENERS):
            who = f"listener{number}"
            socket = EventSocket(proxy.url, operator.show, self.token, _ear(history, who))
            runs.append(socket.run())
        tasks = [asyncio.create_task(run) for run in runs]
        try:
            yield tasks
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _verify(self, final: Line, number: int) -> tuple[int, str]:
        folder = self.options.folder / f"proof-{number}"
        return await asyncio.to_thread(_verify, self.tree, folder, final)


def _verify(tree: Tree, folder: Path, final: Line) -> tuple[int, str]:

    folder.mkdir(exist_ok=True)
    export = folder / "ledger.txt"
    export.write_text(final["export"], encoding="utf-8")
    receipts = []
    for place, receipt in enumerate(final["receipts"]):
        receipts.append(folder / f"receipt-{place}.json")
        receipts[-1].write_text(json.dumps(receipt), encoding="utf-8")
    told = tree.run("verify", str(export), *map(str, receipts))
    return told.returncode, (told.stdout + told.stderr).strip()


def _ear(history: History, who: str) -> Callable[[dict[str, Any]], None]:
    def hear(event: dict[str, Any]) -> None:
        if event["type"] == "tally":
            return
        kept: dict[str, Any] = {
            name: event[name] for name in ("id", "type", "since") if name in event
        }
        data = event.get("data", {})
        if event["type"] == "order":
            kept |= {"order": data["id"], "offer": data["offer_id"], "state": data["state"]}
        elif event["type"] == "offer":
            kept |= {"offer": data["id"], "state": data["state"]}
        history.note("heard", who=who, event=kept)

    return hear
