"""How much of an offer's limit a buyer has used: units that they hold or own."""

from collections.abc import Sequence

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client


async def units_of(
    client: Client, show: ShowId, buyer: str, offer_ids: Sequence[str]
) -> dict[str, int]:
    """Offer id → units of this buyer, without those of which there are none. Raises RedisUnavailable."""
    if not offer_ids:
        return {}
    fields = [f"b:{offer_id}:{buyer}" for offer_id in offer_ids]
    values = await client.do("HMGET", keys.book(show), *fields)
    units = {i: int(float(v or 0)) for i, v in zip(offer_ids, values, strict=True)}
    return {offer_id: n for offer_id, n in units.items() if n > 0}
