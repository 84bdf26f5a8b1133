"""Which simulated crowd is in a show, for every web process: a note that its keeper renews and that runs out with it.

There is one crowd in a show at most. The keeper of another process cannot be called, so a stop is a note, too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client

LEASE_MS = 5_000  # the keeper renews it each second; a killed one's crowd is gone from the screens after this
STOP_MS = 60_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """`run`: which one; `wanted` and `seen` as in `domain/crowd.py`, packed."""

    run: str
    wanted: Mapping[str, Any]
    seen: Mapping[str, Any]


async def claim(client: Client, show: ShowId, crowd: Crowd) -> bool:
    """False when another one is there. Raises RedisUnavailable."""
    said = await client.do("SET", keys.rehearsal(show), _packed(crowd), "NX", "PX", LEASE_MS)
    return said is not None


async def renew(client: Client, show: ShowId, crowd: Crowd) -> bool:
    """Tells what it has seen; False once it is asked to leave. Raises RedisUnavailable."""
    _, asked = await client.do_all(
        [
            ("SET", keys.rehearsal(show), _packed(crowd), "PX", LEASE_MS),
            ("GET", keys.rehearsal_stop(show)),
        ]
    )
    return asked is None or asked.decode() != crowd.run


async def read(client: Client, show: ShowId) -> Crowd | None:
    """None while there is none. Raises RedisUnavailable."""
    packed = await client.do("GET", keys.rehearsal(show))
    return None if packed is None else Crowd(**json.loads(packed))


async def ask_to_leave(client: Client, show: ShowId, run: str) -> None:
    """Its keeper looks once a second. Raises RedisUnavailable."""
    await client.do("SET", keys.rehearsal_stop(show), run, "PX", STOP_MS)


async def release(client: Client, show: ShowId) -> None:
    """It has left. Raises RedisUnavailable."""
    await client.do("DEL", keys.rehearsal(show))


def _packed(crowd: Crowd) -> str:
    return json.dumps({"run": crowd.run, "wanted": crowd.wanted, "seen": crowd.seen})
