"""Giving back the memory of a show that is over, once SQL has all of it.

`meta` goes first, in the script that makes sure of everything: what comes after it finds no show, as
after a loss of Redis, and asks SQL. Then SQL is told, so that the watch does not put the show back; and
the other keys follow in steps that hold up nobody.
"""

import secrets
from collections.abc import Sequence

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client, Script

ARCHIVE = Script("archive")
SHRINK, UNLINK = Script("shrink", plain=True), Script("unlink", plain=True)
STEP = 100  # keys given back in one call
# Fields of the book given back in one call. UNLINK frees a million of them on a thread of its own, yet where
# Redis was built with the C library's allocator that holds up the others for more than 100 ms.
FIELDS = 500
TICKET_MS = 600_000  # longer than all steps take; what a crash leaves is found at the next start


async def keys_of(client: Client, show: ShowId) -> list[str]:
    """All keys of the show but those of `presence_keys` and `meta`; last those that name the others. SQL can
    bring them back, all but who waits for an offer."""
    words = await client.do("HKEYS", keys.words(show))
    offers = await client.do("SMEMBERS", keys.offers(show))
    return [
        *(keys.said(show, word.decode()) for word in words),
        *(keys.offer(offer.decode()) for offer in offers),
        *(keys.wait(offer.decode()) for offer in offers),
        keys.chat(show),
        keys.rules(show),
        keys.tally(show),
        keys.standing(show),
        keys.slow(show),
        keys.decided(show),
        keys.own(show),
        *keys.heard(show),
        keys.book(show),
        keys.due(show),
        keys.turns(show),
        keys.log(show),
        keys.pace(show),
        keys.words(show),
        keys.offers(show),
    ]


async def presence_keys(client: Client, show: ShowId) -> list[str]:
    """All keys of the show that tell who is and was here; last the one that names others."""
    processes = await client.do("HKEYS", keys.processes(show))
    return [
        *(keys.here(show, process.decode()) for process in processes),
        keys.crowd(show),
        keys.visitors(show),
        keys.attendance(show),
        keys.tag(show) + "viewers",  # of layout 3
        keys.processes(show),
    ]


class Archiver:
    """Lets go of shows."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def let_go(self, show: ShowId, epoch: str, seq: int) -> str | None:
        """Make an ended show unknown to every script, if SQL has all facts up to `seq` and that is all there
        is; the ticket to give its keys back with. None: it is not so. Raises RedisUnavailable."""
        return await self._ticket(show, epoch, seq)

    async def give_back(self, show: ShowId, ticket: str) -> bool:
        """The keys of a show that was let go, step by step. False when somebody wants the show back: a
        rebuild takes the ticket away first. Raises RedisUnavailable."""
        gone = keys.gone(show)
        for large in (keys.visitors(show), keys.crowd(show), keys.own(show), keys.book(show)):
            if not await self._shrink(show, large, ticket):
                return False
        left = [*await presence_keys(self._client, show), *await keys_of(self._client, show)]
        for start in range(0, len(left), STEP):
            if not await self._client.run(UNLINK, [gone, *left[start : start + STEP]], [ticket]):
                return False
        return bool(await self._client.run(UNLINK, [gone, gone], [ticket]))

    async def leftovers(self, shows: Sequence[ShowId]) -> list[ShowId]:
        """Those of which Redis holds something: an older state of it came back, or the giving back was
        broken off. Raises RedisUnavailable."""
        replies = await self._client.do_all(
            [("EXISTS", keys.meta(s), keys.book(s), keys.log(s), keys.offers(s)) for s in shows]
        )
        return [show for show, found in zip(shows, replies, strict=True) if found]

    async def forget(self, show: ShowId) -> bool:
        """Give back what is left of a show that was let go before. Raises RedisUnavailable."""
        ticket = await self._ticket(show, "", 0)
        return ticket is not None and await self.give_back(show, ticket)

    async def _ticket(self, show: ShowId, epoch: str, seq: int) -> str | None:
        ticket = secrets.token_hex(8)
        names = [keys.meta(show), keys.due(show), keys.gone(show), keys.rebuilding(show)]
        done = await self._client.run(ARCHIVE, names, [epoch, seq, ticket, TICKET_MS])
        return ticket if done else None

    async def _shrink(self, show: ShowId, large: str, ticket: str) -> bool:
        """Empty a hash. False when the ticket is not good any more."""
        names, cursor, left = [keys.gone(show), large], b"0", 1
        while left > 0:
            cursor, left = await self._client.run(SHRINK, names, [ticket, cursor, FIELDS])
        return left == 0
