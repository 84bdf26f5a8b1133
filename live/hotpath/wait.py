"""Who wants to be told when units of an offer come back. The list tells and holds nothing: whoever is quicker buys.

When units are back those are called who came first, CALLED for each unit. Nobody is written to: a call is a
moment, `called_ms`, that is the same for everyone, and whoever came until then is meant. So a page needs its own
number once, and one drawing for all tells each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from live.domain.ids import OfferId, show_of
from live.errors import Recovering
from live.hotpath import keys
from live.hotpath.client import Client, Script
from live.hotpath.stock import Order

WAIT = Script("wait", "account")
SERVED = Script("served", plain=True)
WAITING_MAX = 10_000  # of one offer: some hundred bytes of Redis each
SERVED_MAX = 500  # buyers in one call
FRONT = (
    32  # of the line, each of whom is told apart; behind them some are, a quarter further each time
)
RUNGS = [FRONT]
while RUNGS[-1] < WAITING_MAX:
    RUNGS.append(RUNGS[-1] * 5 // 4)
CALLED = 3  # for each unit that is back: not everyone who is called is looking


class Joined(IntEnum):
    """What `wait.lua` answers."""

    NEW = 0
    LIMIT_REACHED = 2
    NOT_OPEN = 3
    ENDED = 4
    UNKNOWN = 6
    LATE = 7
    WAITS_ALREADY = 8
    SOME_LEFT = 9
    FULL = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place on an offer's list, 1 for the first; `since_ms`: when they came, Redis time."""

    offer: str
    place: int
    since_ms: int


def still(place: Place | None, orders: Iterable[Order]) -> Place | None:
    """None for whoever has ordered since: an order is taken a moment before its buyer is off the list."""
    if place is None:
        return None
    served = any(o.offer == place.offer and o.placed_ms >= place.since_ms for o in orders)
    return None if served else place


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who stands where on an offer's list, some of them: (place, when they came). Told to everyone; whoever came
    no later than one of these stands no further back."""

    offer: str = ""
    rungs: tuple[tuple[int, int], ...] = ()


NO_LADDER = Ladder()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for an offer; those who came until `called_ms` are called now, 0: nobody is."""

    count: int = 0
    called_ms: int = 0


class WaitList:
    """The lists of all offers. They go with their show, and are not in SQL: a rebuild of Redis loses them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def join(self, offer_id: OfferId, viewer: str) -> Joined:
        """Raises Recovering, RedisUnavailable."""
        show = show_of(offer_id)
        names = [keys.meta(show), keys.offer(offer_id), keys.book(show), keys.wait(offer_id)]
        args = [viewer, self._client.deadline_ms(), WAITING_MAX]
        code = Joined((await self._client.run(WAIT, names, args))[0])
        if code is Joined.LATE:
            raise self._client.too_late()
        if code is Joined.UNKNOWN:
            raise Recovering
        return code

    async def leave(self, offer_id: str, viewer: str) -> None:
        """Also for who does not wait. Raises RedisUnavailable."""
        await self._client.do("ZREM", keys.wait(offer_id), viewer)

    async def serve(self, orders: Mapping[str, Mapping[str, int]]) -> None:
        """Whoever has ordered waits no more: offer → buyer → the moment of the order. Asked again, or late, it
        takes nobody away who has come since. Raises RedisUnavailable."""
        commands = [("EXISTS", keys.wait(offer_id)) for offer_id in orders]
        is_there = await self._client.do_all(commands) if commands else []
        for (offer_id, buyers), exists in zip(orders.items(), is_there, strict=True):
            told = iter(buyers.items() if exists else ())
            while some := list(islice(told, SERVED_MAX)):
                args = [part for pair in some for part in pair]
                await self._client.run(SERVED, [keys.wait(offer_id)], args)

    async def place(self, offer_id: str, viewer: str) -> Place | None:
        """None for who does not wait. Raises RedisUnavailable."""
        key = keys.wait(offer_id)
        rank, since = await self._client.do_all([("ZRANK", key, viewer), ("ZSCORE", key, viewer)])
        if rank is None or since is None:
            return None
        return Place(offer_id, int(rank) + 1, int(float(since)))

    async def ladder(self, offer_id: str) -> Ladder:
        """In one round trip. Raises RedisUnavailable."""
        key = keys.wait(offer_id)
        front = ("ZRANGE", key, 0, FRONT - 1, "WITHSCORES")
        further = [("ZRANGE", key, n - 1, n - 1, "WITHSCORES") for n in RUNGS[1:]]
        first, *rest = await self._client.do_all([front, *further])
        told = [(place, one) for place, one in enumerate(first[1::2], start=1)]
        told += [(place, one[1]) for place, one in zip(RUNGS[1:], rest, strict=True) if one]
        return Ladder(offer_id, tuple((place, int(float(since))) for place, since in told))

    async def waiting(self, left: Mapping[str, int]) -> dict[str, Waiting]:
        """Of offers of which so many units can be bought now, all in one round trip. Raises RedisUnavailable."""
        if not left:
            return {}
        commands = [
            command
            for offer_id, units in left.items()
            for key in [keys.wait(offer_id)]
            for command in (
                ("ZCARD", key),
                ("ZRANGE", key, units * CALLED - 1, units * CALLED - 1, "WITHSCORES"),
                (
                    "ZRANGE",
                    key,
                    -1,
                    -1,
                    "WITHSCORES",
                ),  # the last one, if fewer wait than are called
            )
        ]
        replies = await self._client.do_all(commands)
        told = zip(left.items(), replies[::3], replies[1::3], replies[2::3], strict=True)
        return {
            offer_id: Waiting(int(count), _since(nth or last) if units else 0)
            for (offer_id, units), count, nth, last in told
        }


def _since(one: Sequence[bytes]) -> int:
    """Of a viewer and their score; 0 for nobody."""
    return int(float(one[1])) if one else 0
