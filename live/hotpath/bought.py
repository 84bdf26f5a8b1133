"""How much of an offer's limit a buyer has used: units that they hold or own."""

from collections.abc import Sequence

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.account import units_field, unpack
from live.hotpath.client import Client


async def units_of(
    client: Client, show: ShowId, buyer: str, offer_ids: Sequence[str]
) -> dict[str, int]:
    """Offer id → units of this buyer, without those of which there are none. Raises RedisUnavailable."""
    if not offer_ids:
        return {}
    book = keys.book(show)
    account = unpack(await client.do("HGET", book, buyer))
    units = dict(account.units)
    others = [i for i in offer_ids if i not in units]
    if account.has_more_offers and others:
        values = await client.do("HMGET", book, *(units_field(i, buyer) for i in others))
        units |= {i: int(float(v or 0)) for i, v in zip(others, values, strict=True)}
    return {i: units[i] for i in offer_ids if units.get(i, 0) > 0}
