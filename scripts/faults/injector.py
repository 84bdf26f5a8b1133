"""Breaks things, one crash point at a time, and waits until the sale goes on by itself.

Nothing here mends anything: what was stopped goes on, a lock is let go, a network gets better; dead
processes and lost data are the supervisor's and the product's own business. While a file is being
damaged the supervisor is stopped, so that it does not start Redis in the middle of it.
"""

import asyncio
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from scripts.faults.damage import Damage
from scripts.faults.history import History
from scripts.faults.plan import Point
from scripts.faults.proxy import FaultProxy
from scripts.faults.tree import Tree

RECOVER_S = 60.0  # then the product is taken not to recover by itself
LAG_S = 0.6  # how long the worker is held back so that Redis is ahead of SQL
LINK_CUTS = 15

WHOLE = {"redis": 1, "worker": 1, "web": 2}  # processes of each part
LOOK_S = 0.01

Probe = Callable[[], Awaitable[None]]


class Injector:
    """`probe` sells something and sees it in the ledger; it returns once both have worked."""

    def __init__(
        self, tree: Tree, proxy: FaultProxy, history: History, damage: Damage, probe: Probe
    ) -> None:
        self._tree = tree
        self._proxy = proxy
        self._history = history
        self._damage = damage
        self._probe = probe

    async def strike(self, point: Point) -> float | None:
        """One crash point: seconds until it was on sale again; None when it was not in time."""
        note = self._history.note
        note("fault", phase="begin", n=point.n, kind=point.kind, lasts_s=round(point.lasts_s, 2))
        before = {pid for part in ("redis", "worker", "web") for pid in self._tree.pids(part)}
        told = await getattr(self, f"_{point.kind}")(point)
        done = time.monotonic()
        note("fault", phase="done", n=point.n, kind=point.kind, **told)
        try:
            async with asyncio.timeout(RECOVER_S):
                await self._until_whole()
                await self._probe()
        except TimeoutError:
            note("fault", phase="not_recovered", n=point.n, kind=point.kind)
            return None
        took_s = round(time.monotonic() - done, 2)
        after = {pid for part in ("redis", "worker", "web") for pid in self._tree.pids(part)}
        new = len(after - before)
        note("fault", phase="recovered", n=point.n, kind=point.kind, took_s=took_s, new=new)
        return took_s

    async def _until_whole(self) -> None:
        """Until every process is there again."""
        await _until(lambda: all(len(self._tree.pids(part)) == n for part, n in WHOLE.items()))

    async def _kill_web(self, point: Point) -> dict[str, Any]:
        return self._kill(self._tree.pids("web")[point.dice % 2 : point.dice % 2 + 1])

    async def _kill_worker(self, point: Point) -> dict[str, Any]:
        return self._kill(self._tree.pids("worker"))

    async def _kill_redis(self, point: Point) -> dict[str, Any]:
        return self._kill(self._tree.pids("redis"))

    async def _kill_all(self, point: Point) -> dict[str, Any]:
        return self._kill(
            [pid for part in ("redis", "worker", "web") for pid in self._tree.pids(part)]
        )

    def _kill(self, pids: Sequence[int]) -> dict[str, Any]:
        for pid in pids:
            self._tree.signal(pid, signal.SIGKILL)
        return {"pids": list(pids)}

    async def _stop_web(self, point: Point) -> dict[str, Any]:
        return await self._stop(self._tree.pids("web")[point.dice % 2 : point.dice % 2 + 1], point)

    async def _stop_worker(self, point: Point) -> dict[str, Any]:
        return await self._stop(self._tree.pids("worker"), point)

    async def _stop_redis(self, point: Point) -> dict[str, Any]:
        return await self._stop(self._tree.pids("redis"), point)

    async def _stop(self, pids: Sequence[int], point: Point) -> dict[str, Any]:
        for pid in pids:
            self._tree.signal(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(point.lasts_s)
        finally:
            for pid in pids:
                self._tree.signal(pid, signal.SIGCONT)
        return {"pids": list(pids)}

    async def _lock_database(self, point: Point) -> dict[str, Any]:
        await asyncio.to_thread(self._hold_lock, point.lasts_s)
        return {}

    def _hold_lock(self, seconds: float) -> None:
        link = sqlite3.connect(self._tree.database, isolation_level=None, timeout=20)
        with closing(link):
            link.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            link.execute("ROLLBACK")

    async def _cut_replies(self, point: Point) -> dict[str, Any]:
        before = self._proxy.cuts
        self._proxy.turn_bad(random.Random(point.dice))
        try:
            await asyncio.sleep(point.lasts_s)
        finally:
            self._proxy.turn_good()
        return {"cuts": self._proxy.cuts - before}

    async def _cut_redis_links(self, point: Point) -> dict[str, Any]:
        return {"cuts": await asyncio.to_thread(self._cut_links, random.Random(point.dice))}

    def _cut_links(self, dice: random.Random) -> int:
        """Redis closes every connection but ours, in the middle of whatever they wait for."""
        cut = 0
        with Redis(unix_socket_path=str(self._tree.redis_folder / "redis.sock")) as redis:
            for _ in range(LINK_CUTS):
                try:
                    cut += int(redis.execute_command("CLIENT", "KILL", "TYPE", "normal"))
                except RedisError:
                    return cut
                time.sleep(dice.uniform(0.01, 0.06))
        return cut

    async def _cut_aof(self, point: Point) -> dict[str, Any]:
        """The file loses what SQL has, and nothing else: no order is taken while SQL catches up."""
        webs = self._tree.pids("web")
        for pid in webs:
            self._tree.signal(pid, signal.SIGSTOP)
        try:
            await self._damage.until_caught_up()
            return await self._with_redis_down(
                lambda: self._damage.cut(point.share * 0.9, point.dice)
            )
        finally:
            for pid in webs:
                self._tree.signal(pid, signal.SIGCONT)

    async def _cut_aof_deep(self, point: Point) -> dict[str, Any]:
        """The file loses also what SQL has not: the worker was held back for a moment."""
        return await self._behind(lambda: self._damage.cut_deep(point.share, point.dice))

    async def _wipe_redis(self, point: Point) -> dict[str, Any]:
        if point.dice % 2:
            return await self._behind(self._damage.wipe)
        return await self._with_redis_down(self._damage.wipe)

    async def _behind(self, damage: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        workers = self._tree.pids("worker")
        for pid in workers:
            self._tree.signal(pid, signal.SIGSTOP)
        await asyncio.sleep(LAG_S)
        return await self._with_redis_down(damage, workers)

    async def _with_redis_down(
        self, damage: Callable[[], dict[str, Any]], held_back: Sequence[int] = ()
    ) -> dict[str, Any]:
        """Kill Redis and damage its files before the supervisor can start it again."""
        supervisor = self._tree.supervisor
        self._tree.signal(supervisor, signal.SIGSTOP)
        try:
            self._kill(self._tree.pids("redis"))
            await _until(lambda: not self._tree.pids("redis"))
            for pid in held_back:
                self._tree.signal(pid, signal.SIGCONT)
            await self._damage.until_steady()
            return await asyncio.to_thread(damage)
        finally:
            self._tree.signal(supervisor, signal.SIGCONT)


async def _until(so: Callable[[], bool]) -> None:
    """Another process will make it so, and has no way to tell us."""
    is_so = so()
    while not is_so:
        await asyncio.sleep(LOOK_S)
        is_so = so()
