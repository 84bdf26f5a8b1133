"""What buyers have in a show: units that they hold or own, and whether they still have to pay."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.account import units_field, unpack
from live.hotpath.client import Client

HELD = b"h"  # the first byte of a held order, as `lua/prelude.lua` packs it


class Traces(NamedTuple):
    """Whether a viewer has bought, and whether they have said, anything in a show."""

    has_bought: bool
    has_said: bool


async def traces_of(client: Client, show: ShowId, viewer: str) -> Traces:
    """One round trip, for after a restart all come back at once, and most have done neither.
    Raises RedisUnavailable."""
    names = keys.book(show), keys.own(show)
    return Traces(*map(bool, await client.do_all([("HEXISTS", name, viewer) for name in names])))


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


async def unpaid_of(
    client: Client, show: ShowId, buyers: Sequence[str]
) -> Mapping[str, bool | None]:
    """Buyer → whether an order of theirs, among the last KEPT, is unpaid; None: they have no units at all.

    Two round trips, however many buyers. Raises RedisUnavailable.
    """
    if not buyers:
        return {}
    book = keys.book(show)
    accounts = dict(zip(buyers, map(unpack, await client.do("HMGET", book, *buyers)), strict=True))
    orders = [order for account in accounts.values() for order in account.orders.values()]
    packed = await client.do("HMGET", book, *(f"h:{i}" for i in orders)) if orders else []
    held = {i for i, order in zip(orders, packed, strict=True) if order and order[:1] == HELD}
    return {
        buyer: not held.isdisjoint(account.orders.values())
        if any(account.units.values()) or account.has_more_offers
        else None
        for buyer, account in accounts.items()
    }
