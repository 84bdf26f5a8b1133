"""Bytes of Redis memory: of one order by part, and what is given back after its show has ended."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client

LOOK_S = 1.0
STILL_S = 30.0  # no holds are left and nothing more fell for so long: that was it
A_FALL = 0.005  # of what stood at the end: less is the noise of buffers


@dataclass(frozen=True, slots=True)
class Sample:
    """Redis memory some seconds after the end of the show, and how many holds were left to run out."""

    at_s: float
    used: int
    holds: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What the show had taken, and what of it was free again when it stopped falling, or at the limit."""

    taken: int
    back: int
    seconds: float
    in_time: bool

    @property
    def share(self) -> float:
        return self.back / self.taken if self.taken else 0.0


async def used_bytes(client: Client) -> int:
    """All memory of Redis, by its own count."""
    told: dict[str, Any] = await client.do("INFO", "memory")
    return int(told["used_memory"])


async def parts_bytes(client: Client, show: ShowId) -> dict[str, int]:
    """Of the show's keys that grow with orders; a key that is gone has 0. Every element is counted."""
    names = {"book": keys.book(show), "due": keys.due(show), "log": keys.log(show)}
    replies = await client.do_all(
        [("MEMORY", "USAGE", key, "SAMPLES", 0) for key in names.values()]
    )
    return {part: int(reply or 0) for part, reply in zip(names, replies, strict=True)}


async def watch_fall(client: Client, show: ShowId, patience_s: float) -> list[Sample]:
    """Samples from now on until memory has stopped falling, or the patience is over."""
    started = time.monotonic()
    samples: list[Sample] = []
    while True:
        holds = int(await client.do("ZCARD", keys.due(show)))
        samples.append(Sample(time.monotonic() - started, await used_bytes(client), holds))
        if samples[-1].at_s >= patience_s or has_settled(samples):
            return samples
        await asyncio.sleep(LOOK_S)


def has_settled(samples: Sequence[Sample]) -> bool:
    """No hold is left, and none of the last STILL_S fell noticeably below what stood before them."""
    now = samples[-1]
    window = [one for one in samples if one.at_s >= now.at_s - STILL_S]
    if now.holds or now.at_s < STILL_S or window[0].holds:
        return False
    return window[0].used - min(one.used for one in window) < A_FALL * samples[0].used


def given_back(before: int, samples: Sequence[Sample]) -> GivenBack:
    """`before`: what Redis used before the first order."""
    last = samples[-1]
    least = min(one.used for one in samples)
    fell_at = next(one.at_s for one in samples if one.used - least <= A_FALL * samples[0].used)
    return GivenBack(
        samples[0].used - before, samples[0].used - last.used, fell_at, has_settled(samples)
    )
