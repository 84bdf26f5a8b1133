"""How a crowd arrives: in the mood that was chosen, or as the orders and comments of an earlier show came in."""

from collections.abc import Sequence
from dataclasses import dataclass

from live.domain import arrivals
from live.domain.crowd import COMMENTS_PER_S_MAX, MANNERS, Wanted
from live.domain.ids import ShowId
from live.errors import Invalid
from live.store import offers, rehearsals, shows
from live.store.db import Database
from live.store.moments import to_ms
from live.store.shows import Show
from live.web.fields import field_error

SOURCES_SHOWN = 12
SALE_MAX_S, TALK_MAX_S = 1_800, 6 * 3_600


@dataclass(frozen=True, slots=True)
class Source:
    """An earlier show whose curve can be followed."""

    show: Show
    orders: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Of a `Job`: see there."""

    conversion: float
    haste_s: float
    comments_per_s: float
    sales: Sequence[Sequence[int]] = ()
    talk: Sequence[int] = ()


async def sources_for(room_id: str, *, db: Database) -> list[Source]:
    """Ended shows of the room that sold something, newest first. Raises StoreUnavailable."""
    async with db.read() as session:
        found = await rehearsals.shows_with_orders(session, room_id, SOURCES_SHOWN)
    return [Source(show, n) for show, n in found]


async def arrivals_for(wanted: Wanted, room_id: str, *, db: Database) -> Arrivals:
    """Raises Invalid for an earlier show that is not there, not of this room, or sold nothing."""
    manners = MANNERS[wanted.mood]
    talk = min(manners.comments_per_min * wanted.viewers / 60, COMMENTS_PER_S_MAX)
    plain = Arrivals(wanted.conversion or manners.conversion, manners.haste_s, talk)
    if not wanted.after:
        return plain
    async with db.read() as session:
        show = await shows.find_show(session, wanted.after)
        if show is None or show.room_id != room_id or show.started_at is None:
            raise Invalid([field_error("after", "no_curve")])
        by_offer = await rehearsals.orders_by_second(session, show.id)
        pushed = await offers.list_pushed_offers(session, ShowId(show.id))
        said = await rehearsals.comments_by_second(session, show.id)
    sales = [
        arrivals.curve_of(by_offer[sale.id], to_ms(sale.opens_at) // 1000, SALE_MAX_S)
        for sale in pushed
        if sale.opens_at is not None and sale.id in by_offer
    ]
    if not sales:
        raise Invalid([field_error("after", "no_curve")])
    spoken = arrivals.curve_of(said, to_ms(show.started_at) // 1000, TALK_MAX_S)
    return Arrivals(plain.conversion, plain.haste_s, talk, sales, spoken)
