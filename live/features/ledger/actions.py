"""Drain a show's log into SQL; notice when Redis has lost something; rebuild it from SQL."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from live.domain.ids import ShowId
from live.domain.tally import spoken
from live.hotpath.logs import LogReader
from live.hotpath.restore import Image, Restorer
from live.hotpath.stock import Order
from live.runtime import new_epoch
from live.store import ledger
from live.store.db import Database
from live.store.rebuild import OrderRecord, ShowRecord, show_state

logger = logging.getLogger(__name__)

GRACE_MS = 120_000  # a hold that ran out while Redis was away gets so long to be paid


async def drain(
    positions: Mapping[ShowId, tuple[str, int]], entries: int, *, db: Database, facts: LogReader
) -> int:
    """One round: what each show's log has after its position goes into SQL; returns facts written.

    Each show is a transaction of its own, so one that cannot be written holds up no other.
    Raises LedgerGap, EpochMismatch, StoreUnavailable, RedisUnavailable.
    """
    batches = await facts.after({show: seq for show, (_, seq) in positions.items()}, entries)
    written = 0
    for show, batch in batches.items():
        async with db.write() as session:
            written += await ledger.apply_facts(session, show, positions[show][0], batch)
        await facts.trim(show, batch[-1].seq)
    return written


async def has_lost(show: ShowId, epoch: str, seq: int, *, facts: LogReader) -> bool:
    """True when Redis does not hold the show as SQL has committed it: wiped, cut short, or half rebuilt."""
    head = await facts.head(show)
    return head is None or head.epoch != epoch or head.seq < seq


async def rebuild(show: ShowId, *, db: Database, restorer: Restorer, now: datetime) -> None:
    """Put the show back into Redis as SQL knows it, in a new epoch. Safe to run again after a crash.

    SQL is fenced first: a writer still holding facts of the old life is refused (EpochMismatch).
    """
    epoch = new_epoch()
    async with db.write() as session:
        await ledger.open_epoch(session, show, epoch, now)
        record = await show_state(session, show, spoken)
    if record is None:
        return
    await restorer.restore(show, image_of(record, epoch, int(now.timestamp() * 1000)))
    logger.warning(
        "show rebuilt from the ledger", extra={"show": show, "seq": record.seq, "epoch": epoch}
    )


def image_of(record: ShowRecord, epoch: str, now_ms: int) -> Image:
    """What Redis has to hold for what SQL says."""
    buckets: dict[str, int] = {}
    for bucket, pace in record.pace.items():
        counts = {"o": pace.orders, "u": pace.units, "p": pace.paid_orders}
        buckets |= {f"{kind}:{bucket}": count for kind, count in counts.items() if count}
    return Image(
        epoch=epoch,
        state=record.state,
        totals={
            "seq": record.seq,
            "orders": len(record.orders),
            "units": record.units,
            "gmv_placed": record.gmv_placed,
            "paid_orders": record.paid_orders,
            "gmv_paid": record.gmv_paid,
            "comments": record.comments,
        },
        offers={offer.id: _offer_fields(asdict(offer)) for offer in record.offers},
        orders=[_order(order, now_ms) for order in record.orders],
        buyer_units=record.buyer_units,
        words={word: sorted(viewers) for word, viewers in record.words.items()},
        pace=buckets,
    )


def _offer_fields(fields: dict[str, str | int]) -> dict[str, str | int]:
    stored = {
        name: value
        for name, value in fields.items()
        if name not in ("id", "item_id", "duration_ms")
    }
    if stored["state"] == "sold_out":
        stored["state"] = (
            "open"  # Redis stores what the operator decided; sold out follows from the numbers
        )
    return stored


def _order(record: OrderRecord, now_ms: int) -> Order:
    expires_ms = record.expires_ms
    if record.state == "held" and expires_ms < now_ms:
        expires_ms = now_ms + GRACE_MS
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
        expires_ms=expires_ms,
        key=record.key,
        fp=record.fingerprint,
    )
