"""How far the rebuilding of a show is: a note of the worker's for every screen. It runs out by itself."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client

KEPT_MS = 60_000  # a worker that dies on the way leaves a note that nobody believes for long


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` orders are written; `total` 0: they are still being read from SQL."""

    began_ms: int
    done: int = 0
    total: int = 0


def note(show: ShowId, progress: Progress) -> list[Any]:
    """The command that leaves it."""
    return ["SET", keys.rebuilding(show), json.dumps(asdict(progress)), "PX", KEPT_MS]


async def read(client: Client, show: ShowId) -> Progress | None:
    """None while no worker is at it. Raises RedisUnavailable."""
    packed = await client.do("GET", keys.rebuilding(show))
    return None if packed is None else Progress(**json.loads(packed))
