"""Who is here, in all web processes: the typed call of `lua/presence.lua`, and what it keeps.

A process tells changes, and that it is alive; one that does not for LEASE_MS is dead. Nobody counts for longer
than that, and whoever is still there after a stall is told to say everything again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import msgpack

from live.domain.attendance import VIEW_MS, Attendance, Change, Picture, Pictures, Place
from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client, Script

PRESENCE, ATTENDED = Script("presence", plain=True), Script("attended", plain=True)
LEASE_MS = 3_000  # processes speak at least once a second
GONE_MAX = 200  # viewers of dead processes taken out in one call: Redis is never blocked for long
FIELDS = ("peak", "unique", "views", "watch_ms", "live_ms")


class Heard(IntEnum):
    """What `presence.lua` answers."""

    OK = 0
    UNKNOWN = 6
    AGAIN = 11
    WANTED = 12


class Presence:
    """`view_ms`: how long a viewer must have been away for the next visit to be another view."""

    def __init__(
        self,
        client: Client,
        *,
        lease_ms: int = LEASE_MS,
        view_ms: int = VIEW_MS,
        gone_max: int = GONE_MAX,
    ) -> None:
        self._client = client
        self._lease_ms = lease_ms
        self._view_ms = view_ms
        self._gone_max = gone_max

    async def tell(self, show: ShowId, change: Change) -> bool:
        """False when nothing was written: Redis takes the process for dead, or has no such show. It must begin
        anew, under another name and with everyone who is here. Telling a call again does no harm.

        Raises RedisUnavailable; then it may have been written or not.
        """
        number = "" if change.is_last else change.number
        places = " ".join(f"{place}={n}" for place, n in (change.places or {}).items())
        who = msgpack.packb([list(change.came), list(change.back), list(change.left)])
        heard, more = await self._call(show, change.process, number, self._lease_ms, places, who)
        if more:
            await self.take_out(show)
        return heard is Heard.OK

    async def take_out(self, show: ShowId) -> None:
        """The viewers of dead processes, all of them. Raises RedisUnavailable."""
        more = True
        while more:
            _, more = await self._call(show, "", "", 0, "", b"")

    async def sweep(self, shows: Sequence[ShowId]) -> None:
        """As `take_out`, where it is needed: a process that is alive does so for its own shows. Raises
        RedisUnavailable."""
        replies = await self._client.do_all([("HVALS", keys.processes(show)) for show in shows])
        now_ms = self._client.now_ms()
        for show, told in zip(shows, replies, strict=True):
            if any(_until_ms(value) <= now_ms for value in told):
                await self.take_out(show)

    async def _call(self, show: ShowId, process: str, *args: Any) -> tuple[Heard, bool]:
        names = [
            keys.meta(show),
            keys.crowd(show),
            keys.visitors(show),
            keys.processes(show),
            keys.attendance(show),
            keys.here(show, process),
        ]
        given: list[str] = []
        while True:
            code, more, wanted, _ = await self._client.run(
                PRESENCE, [*names, *given], [process, *args, self._view_ms, self._gone_max]
            )
            if Heard(code) is not Heard.WANTED:
                return Heard(code), bool(more)
            given = [keys.here(show, name.decode()) for name in wanted]


async def opened(client: Client, show: ShowId) -> frozenset[Place]:
    """Where the show has been open at any time, so far as Redis knows. Raises RedisUnavailable."""
    fields = [f"first:{place}" for place in Place]
    told = await client.do("HMGET", keys.attendance(show), *fields)
    return frozenset(place for place, at in zip(Place, told, strict=True) if at is not None)


def at_least(show: ShowId, known: Attendance) -> tuple[list[str], list[int]]:
    """Keys and arguments of ATTENDED."""
    return [keys.attendance(show)], [known.peak, known.unique, known.views, known.watch_ms]


def attendance_of(reply: Sequence[bytes | None]) -> Attendance:
    """From the values of FIELDS."""
    values = (int(float(value or 0)) for value in reply)
    return Attendance(**dict(zip(FIELDS, values, strict=True)))


def places_of(told: Sequence[bytes], now_ms: int) -> Mapping[Place, int]:
    """Open pages of all processes whose lease has not run out, by place; every place is in it."""
    counts = _counts(told, now_ms)
    return {place: counts[place] for place in Place}


def pictures_of(told: Sequence[bytes], now_ms: int) -> Pictures:
    """What the viewer pages of all processes whose lease has not run out say of the picture."""
    counts = _counts(told, now_ms)
    return Pictures(counts[Picture.ON], counts[Picture.FAILED])


def _counts(told: Sequence[bytes], now_ms: int) -> Counter[str]:
    """Whatever is counted; a newer process may count more than this one knows."""
    counts = Counter[str]()
    for value in told:
        if _until_ms(value) > now_ms:
            for part in value.decode().split()[2:]:
                name, _, n = part.partition("=")
                counts[name] += int(n)
    return counts


def _until_ms(told: bytes) -> int:
    return int(told.split(b" ", 1)[0])
