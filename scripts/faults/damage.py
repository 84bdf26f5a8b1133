"""Damage to Redis's files while it is down, and what may be lost by it: computed, not guessed."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from live.domain.events import Fact
from live.domain.ids import ShowId
from scripts.faults import aof
from scripts.faults.history import now_ms

STEADY_S = 0.3  # SQL's position stands still for so long: the worker has nothing in hand any more
CALM_S = 5.0  # how long we wait for a ledger that has everything


class Damage:
    """Of one show. `cut` and `wipe` return what neither the rest of the files nor SQL has: that, and
    only that, may be lost."""

    def __init__(self, redis_folder: Path, database: Path, show: ShowId) -> None:
        self._folder = redis_folder
        self._database = database
        self._show = show

    async def until_steady(self) -> None:
        """What the worker has read it may still commit: Redis being away, that is soon over."""
        last, since = self._position(), time.monotonic()
        while time.monotonic() - since < STEADY_S:
            await asyncio.sleep(0.02)
            if (now := self._position()) != last:
                last, since = now, time.monotonic()

    async def until_caught_up(self) -> None:
        """Best effort: what SQL has not got when Redis is killed is written down as lost."""
        until = time.monotonic() + CALM_S
        while time.monotonic() < until:
            stands = aof.stands(self._writes(), self._show)
            if stands and stands[-1] == aof.Stand(*self._position()):
                return
            await asyncio.sleep(0.05)

    def cut(self, share: float, dice: int) -> dict[str, Any]:
        """`share` of the append-only file's writes are gone, one of them torn."""
        writes = self._writes()
        return self._truncate(writes, int(len(writes) * share), dice)

    def cut_deep(self, share: float, dice: int) -> dict[str, Any]:
        """As `cut`, of up to twice as many writes as SQL is behind."""
        writes = self._writes()
        epoch, seq = self._position()
        stands = aof.stands(writes, self._show)
        behind = sum(stand.epoch == epoch and stand.seq > seq for stand in stands)
        return self._truncate(writes, int(behind * 2 * share), dice)

    def _truncate(self, writes: Sequence[aof.Write], gone: int, dice: int) -> dict[str, Any]:
        kept = max(len(writes) - 1 - gone, 0)
        torn = writes[kept]
        with aof.growing_file(self._folder).open("r+b") as file:
            file.truncate(torn.start + dice % (torn.end - torn.start))
        return self._loss(writes, kept)

    def wipe(self) -> dict[str, Any]:
        """Empty the folder."""
        writes = self._writes()
        for entry in self._folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        return self._loss(writes, 0)

    def _writes(self) -> list[aof.Write]:
        return aof.read_writes(aof.growing_file(self._folder).read_bytes())

    def _position(self) -> tuple[str, int]:
        """(epoch, seq) of what SQL has."""
        link = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=5)
        with closing(link):
            query = "SELECT epoch, seq FROM positions WHERE show_id = ?"
            epoch, seq = link.execute(query, (self._show,)).fetchone()
        return str(epoch), int(seq)

    def _loss(self, writes: Sequence[aof.Write], kept: int) -> dict[str, Any]:
        epoch, seq = self._position()
        stands = aof.stands(writes, self._show)
        rest = stands[kept - 1] if kept else aof.Stand()
        floor = max(seq, rest.seq if rest.epoch == epoch else 0)
        gone = [
            fact
            for write, stand in zip(writes[kept:], stands[kept:], strict=True)
            if stand.epoch == epoch
            for fact in aof.facts_of(write, self._show)
            if fact.seq > floor
        ]
        return {
            "had": stands[-1].seq if stands else 0,
            "kept": rest.seq,
            "sql": seq,
            "epoch": epoch,
            "loss": {"at": now_ms(), "floor": floor, "facts": [_as_line(fact) for fact in gone]},
        }


def _as_line(fact: Fact) -> dict[str, Any]:
    line: dict[str, Any] = {"seq": fact.seq, "kind": fact.kind, "at_ms": fact.at_ms}
    if fact.order is None:
        return line | {name: v for name, v in fact.payload.items() if isinstance(v, str | int)}
    told = fact.order._asdict()
    names = ("order", "offer", "buyer", "key", "quantity", "left", "held", "paid")
    return line | {name: told[name] for name in names}
