"""Putting a show back into a Redis that has lost it. Nothing is sold while it is being written.

`meta` goes first and comes back last: a script that finds no `meta` answers UNKNOWN, buyers get 503.
A crash in between leaves no `meta`, and the next attempt begins anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgpack

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client
from live.hotpath.stock import Order

CHUNK = 500  # commands in one round trip


@dataclass(frozen=True, slots=True)
class Image:
    """A show as Redis should hold it. `totals` are the fields of `meta`; money in minor units."""

    epoch: str
    state: str
    totals: Mapping[str, int]
    offers: Mapping[str, Mapping[str, str | int]]
    orders: Sequence[Order]
    buyer_units: Mapping[tuple[str, str], int]
    words: Mapping[str, Sequence[str]]
    pace: Mapping[str, int]


class Restorer:
    """Writes an image; reads one back for comparison."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def restore(self, show: ShowId, image: Image) -> None:
        """Replace everything of the show by the image. Safe to run again after a crash."""
        await self._client.do("DEL", keys.meta(show))
        await self._clear(show)
        commands = _commands(show, image)
        for start in range(0, len(commands), CHUNK):
            await self._client.do_all(commands[start : start + CHUNK])
        flat = [part for pair in image.totals.items() for part in pair]
        await self._client.do("SADD", keys.SHOWS, show)
        await self._client.do(
            "HSET", keys.meta(show), *flat, "epoch", image.epoch, "state", image.state
        )

    async def _clear(self, show: ShowId) -> None:
        words = await self._client.do("HKEYS", keys.words(show))
        offers = await self._client.do("SMEMBERS", keys.offers(show))
        names = [
            keys.book(show),
            keys.due(show),
            keys.log(show),
            keys.pace(show),
            keys.words(show),
            keys.offers(show),
        ]
        names += [keys.said(show, word.decode()) for word in words]
        names += [keys.offer(offer.decode()) for offer in offers]
        await self._client.do_all([("UNLINK", name) for name in names])


def _commands(show: ShowId, image: Image) -> list[Sequence[Any]]:
    commands: list[Sequence[Any]] = []
    for offer_id, fields in image.offers.items():
        commands.append(
            ("HSET", keys.offer(offer_id), *(part for pair in fields.items() for part in pair))
        )
        commands.append(("SADD", keys.offers(show), offer_id))
    for (offer_id, buyer), units in image.buyer_units.items():
        commands.append(("HSET", keys.book(show), f"b:{offer_id}:{buyer}", units))
    for order in image.orders:
        commands.append(("HSET", keys.book(show), *_entries(order)))
        if order.state == "held":
            commands.append(("ZADD", keys.due(show), order.expires_ms, order.id))
    for place, (word, viewers) in enumerate(image.words.items()):
        commands.append(("HSET", keys.words(show), word, place))
        if viewers:
            commands.append(("SADD", keys.said(show, word), *viewers))
    if image.pace:
        commands.append(
            ("HSET", keys.pace(show), *(part for pair in image.pace.items() for part in pair))
        )
    return commands


def _entries(order: Order) -> list[str | bytes]:
    """The order, and the answer that its key got: what `take.lua` writes."""
    fields = asdict(order)
    del fields["id"]
    answer = [
        order.fp,
        order.id,
        order.offer,
        order.quantity,
        order.amount,
        order.currency,
        order.expires_ms,
    ]
    return [
        f"h:{order.id}",
        msgpack.packb(fields),
        f"k:{order.buyer}:{order.key}",
        msgpack.packb(answer),
        f"m:{order.buyer}",
        order.id,
    ]
