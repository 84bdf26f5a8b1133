"""Being told when units of a sale come back. Nothing is ordered, held or charged by it."""

from live.domain.ids import OfferId, is_id
from live.domain.offer import OfferState
from live.domain.outcomes import Refused, Verdict
from live.domain.refusals import refusal
from live.errors import Conflict, NotFound, Recovering
from live.features.offers import actions as offers
from live.hotpath.stock import StockCounter
from live.hotpath.wait import Joined, Place, Waiting, WaitList
from live.store.db import Database

REFUSED = {
    Joined.LIMIT_REACHED: Verdict.LIMIT_REACHED,
    Joined.NOT_OPEN: Verdict.NOT_OPEN,
    Joined.ENDED: Verdict.ENDED,
}


async def wait(
    offer_id: str, viewer: str, *, waits: WaitList, stock: StockCounter, db: Database
) -> bool:
    """Put the viewer on the sale's list; False when they are on it already.

    Raises NotFound, Recovering; Conflict `some_left` (buy instead), `limit_reached`, `not_open`, `ended`,
    `wait_full`.
    """
    if not is_id(offer_id):
        raise NotFound("There is no such offer.")
    try:
        joined = await waits.join(OfferId(offer_id), viewer)
    except Recovering:
        joined = await _why_unknown(offer_id, stock=stock, db=db)
    if joined in REFUSED:
        raise refusal(Refused(REFUSED[joined]))
    if joined is Joined.SOME_LEFT:
        raise Conflict("There are some to buy: order instead.", code="some_left")
    if joined is Joined.FULL:
        raise Conflict("So many wait already that no more are told.", code="wait_full")
    return joined is Joined.NEW


async def _why_unknown(offer_id: str, *, stock: StockCounter, db: Database) -> Joined:
    """Redis does not sell it: SQL must say why. Raises NotFound, Recovering."""
    state = (await offers.read(offer_id, db=db, stock=stock)).state
    if state == OfferState.CLOSED:
        return Joined.ENDED
    if state == OfferState.DRAFT:
        return Joined.NOT_OPEN
    raise Recovering


async def stop_waiting(offer_id: str, viewer: str, *, waits: WaitList) -> None:
    """Also for who does not wait. Raises NotFound for what is no offer's id."""
    if not is_id(offer_id):
        raise NotFound("There is no such offer.")
    await waits.leave(offer_id, viewer)


async def place_of(offer_id: str, viewer: str, *, waits: WaitList) -> tuple[Place | None, Waiting]:
    """The viewer's place, and how many wait. Raises NotFound for what is no offer's id."""
    if not is_id(offer_id):
        raise NotFound("There is no such offer.")
    place = await waits.place(offer_id, viewer)
    return place, (await waits.waiting({offer_id: 0}))[offer_id]
