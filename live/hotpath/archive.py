"""Giving back the memory of a show that is over, once SQL has all of it.

`meta` goes first, in the script that makes sure of everything: what comes after it finds no show, as
after a loss of Redis, and asks SQL. The other keys follow in steps that hold up nobody.
"""

import secrets

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client, Script

ARCHIVE = Script("archive")
SHRINK, UNLINK = Script("shrink", plain=True), Script("unlink", plain=True)
STEP = 100  # keys given back in one call
# Fields of the book given back in one call. UNLINK frees a million of them on a thread of its own, yet where
# Redis was built with the C library's allocator that holds up the others for more than 100 ms.
FIELDS = 500
TICKET_MS = (
    600_000  # longer than all steps take; what a crash leaves is cleared by the next rebuild
)


async def keys_of(client: Client, show: ShowId) -> list[str]:
    """All keys of the show that SQL can bring back, without `meta`; last those that name the others."""
    words = await client.do("HKEYS", keys.words(show))
    offers = await client.do("SMEMBERS", keys.offers(show))
    return [
        *(keys.said(show, word.decode()) for word in words),
        *(keys.offer(offer.decode()) for offer in offers),
        keys.book(show),
        keys.due(show),
        keys.log(show),
        keys.pace(show),
        keys.words(show),
        keys.offers(show),
    ]


class Archiver:
    """Lets go of shows."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def let_go(self, show: ShowId, epoch: str, seq: int) -> bool:
        """Give back everything of an ended show of which SQL has all facts up to `seq`. False: it is not
        so, or somebody wants the show back; then the watch over Redis puts right what is missing.

        Raises RedisUnavailable.
        """
        return await self._clear(show, epoch, seq)

    async def forget(self, show: ShowId) -> bool:
        """Give back a show that was let go before, and that an older state of Redis brought back."""
        return await self._clear(show, "", 0)

    async def _clear(self, show: ShowId, epoch: str, seq: int) -> bool:
        gone, ticket = keys.gone(show), secrets.token_hex(8)
        names = [keys.meta(show), keys.due(show), gone]
        if not await self._client.run(ARCHIVE, names, [epoch, seq, ticket, TICKET_MS]):
            return False
        if not await self._shrink(show, ticket):
            return False
        left = [keys.viewers(show), keys.screens(show), *await keys_of(self._client, show)]
        for start in range(0, len(left), STEP):
            if not await self._client.run(UNLINK, [gone, *left[start : start + STEP]], [ticket]):
                return False
        return bool(await self._client.run(UNLINK, [gone, gone], [ticket]))

    async def _shrink(self, show: ShowId, ticket: str) -> bool:
        """Empty the book. False when the ticket is not good any more."""
        names, cursor, left = [keys.gone(show), keys.book(show)], b"0", 1
        while left > 0:
            cursor, left = await self._client.run(SHRINK, names, [ticket, cursor, FIELDS])
        return left == 0
