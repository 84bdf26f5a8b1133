"""Rebuild a show in Redis from SQL."""

import logging
from dataclasses import asdict
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.events import LATE_BEFORE, LATE_NOW, ON_TIME
from live.domain.ids import ShowId
from live.hotpath.restore import Image, Restorer
from live.hotpath.stock import Order
from live.runtime import new_epoch
from live.store import ledger
from live.store.archive import is_archived
from live.store.db import Database
from live.store.entries import offer_entries
from live.store.orders import find_order
from live.store.rebuild import OrderRecord, ShowRecord, show_state

logger = logging.getLogger(__name__)

GRACE_MS = 120_000  # a hold that ran out while Redis was away gets so long to be paid


async def rebuild(show: ShowId, *, db: Database, restorer: Restorer, now: datetime) -> None:
    """Put the show back into Redis as SQL knows it, in a new epoch; unless it was archived since it was
    missed. Safe to run again after a crash.

    SQL is fenced first: a writer still holding facts of the old life is refused (EpochMismatch).
    """
    epoch = new_epoch()
    async with db.write() as session:
        if await is_archived(session, show):
            return
        await restorer.begin(show)
        await ledger.open_epoch(session, show, epoch, now)
        record = await show_state(session, show)
        last_ms = await _last_change(session, record) if record else 0
    if record is None:
        return
    image = image_of(record, epoch, max(int(now.timestamp() * 1000), last_ms), last_ms)
    await restorer.restore(show, image)
    logger.warning(
        "show rebuilt from the ledger", extra={"show": show, "seq": record.seq, "epoch": epoch}
    )


async def _last_change(session: AsyncSession, record: ShowRecord) -> int:
    """When the last entry of the show's stock was made, Redis time in ms; 0: there is none."""
    taken = await find_order(session, record.orders[-1].id) if record.orders else None
    entries = await offer_entries(session, record.show_id, taken.seq if taken else 0)
    times = [order.settled_ms or order.placed_ms for order in record.orders]
    return max([*times, *(entry.at_ms for entry in entries)], default=0)


def image_of(record: ShowRecord, epoch: str, now_ms: int, last_ms: int) -> Image:
    """What Redis has to hold for what SQL says. Its time goes on from `last_ms`: it must not run backwards
    from entry to entry, whatever the clock of its host does."""
    buckets: dict[str, int] = {}
    for bucket, pace in record.pace.items():
        counts = {"o": pace.orders, "u": pace.units, "p": pace.paid_orders}
        buckets |= {f"{kind}:{bucket}": count for kind, count in counts.items() if count}
    return Image(
        epoch=epoch,
        state=record.state,
        totals={
            "seq": record.seq,
            "now": last_ms,
            "orders": len(record.orders),
            "units": record.units,
            "gmv_placed": record.gmv_placed,
            "paid_orders": record.paid_orders,
            "gmv_paid": record.gmv_paid,
            "comments": record.comments,
            **record.moves,
            "chain_n": record.chain[0],
            "chain_head": record.chain[1],
        },
        offers={offer.id: _offer_fields(asdict(offer)) for offer in record.offers},
        orders=[_order(order, now_ms) for order in record.orders],
        buyer_units=record.buyer_units,
        chat=record.chat,
        pace=buckets,
        attendance=record.attendance,
    )


def _offer_fields(fields: dict[str, str | int]) -> dict[str, str | int]:
    stored = {
        name: value
        for name, value in fields.items()
        if name not in ("id", "item_id", "duration_ms")
    }
    if stored["state"] == "sold_out":
        # Redis stores what the operator decided; sold out follows from the numbers.
        stored["state"] = "open"
    return stored


def _order(record: OrderRecord, now_ms: int) -> Order:
    is_overdue = record.state == "held" and record.expires_ms < now_ms
    lateness = ON_TIME
    if record.late:
        lateness = LATE_BEFORE if record.state == "refunded" and record.paid_ms else LATE_NOW
    return Order(
        id=record.id,
        offer=record.offer_id,
        buyer=record.buyer,
        name=record.buyer_name,
        quantity=record.quantity,
        amount=record.amount,
        currency=record.currency,
        state=record.state,
        placed_ms=record.placed_ms,
        expires_ms=now_ms + GRACE_MS if is_overdue else record.expires_ms,
        answered_ms=record.answered_ms,
        key=record.key,
        attempt=record.attempt,
        lateness=lateness,
    )
