"""What a show came to: the proof per offer that no unit was lost or doubled, and the end-of-show report.

All of it is counted from the rows of `orders`; only `left` is what Redis last said. So `difference` = 0
means that the two independent books agree.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.store.comments import Comment
from live.store.entries import LedgerEntry
from live.store.moments import unix_seconds
from live.store.offers import Offer, list_pushed_offers
from live.store.orders import Order


class Summary(SQLModel, table=True):
    """The report of a show that ended, as of the fact `seq`."""

    __tablename__ = "summaries"

    show_id: str = Field(primary_key=True, foreign_key="shows.id", ondelete="CASCADE")
    made_at: datetime
    seq: int = Field(sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("0")})
    body: dict[str, object] = Field(sa_type=sa.JSON)


@dataclass(frozen=True, slots=True)
class OfferAudit:
    """Units of one offer. `difference` 0: none is lost, none doubled."""

    id: str
    quantity: int
    restocked: int
    left: int
    held: int
    paid: int
    expired: int
    cancelled: int
    refunded: int

    @property
    def difference(self) -> int:
        return self.quantity + self.restocked - self.left - self.held - self.paid


async def audit_offers(session: AsyncSession, show_id: str) -> list[OfferAudit]:
    """Every offer that was ever on air, in the order in which they were pushed."""
    query = (
        select(Order.offer_id, Order.state, func.sum(Order.quantity))
        .where(Order.show_id == show_id)
        .group_by(Order.offer_id, Order.state)
    )
    rows = (await session.exec(query)).all()
    units = {(offer_id, state): int(sum_) for offer_id, state, sum_ in rows}
    return [_audit(offer, units) for offer in await list_pushed_offers(session, show_id)]


async def list_sold_offers(session: AsyncSession, show_id: str) -> set[str]:
    """Offers that the show's orders name, whether they are in the table of offers or not."""
    query = select(Order.offer_id).where(Order.show_id == show_id).distinct()
    return set((await session.exec(query)).all())


def _audit(offer: Offer, units: Mapping[tuple[str, str], int]) -> OfferAudit:
    return OfferAudit(
        id=offer.id,
        quantity=offer.quantity,
        restocked=offer.restocked,
        left=offer.left_units,
        held=units.get((offer.id, "held"), 0),
        paid=units.get((offer.id, "paid"), 0),
        expired=units.get((offer.id, "expired"), 0),
        cancelled=units.get((offer.id, "cancelled"), 0),
        refunded=units.get((offer.id, "refunded"), 0),
    )


async def by_minute(session: AsyncSession, show_id: str) -> dict[int, tuple[int, int]]:
    """Unix minute → (orders placed in it, minor units paid in it and not refunded since)."""
    placed = await _of_minutes(session, show_id, col(Order.placed_at), sa.func.count())
    paid = await _of_minutes(
        session, show_id, col(Order.paid_at), sa.func.sum(col(Order.amount_minor)),
        col(Order.state) == "paid",
    )  # fmt: skip
    return {at: (placed.get(at, 0), paid.get(at, 0)) for at in sorted(placed.keys() | paid.keys())}


async def _of_minutes(
    session: AsyncSession, show_id: str, moment: Any, figure: Any, *which: Any
) -> dict[int, int]:
    minute = sa.cast(unix_seconds(session, moment) / 60, sa.BigInteger).label("minute")
    query = sa.select(minute, figure).where(col(Order.show_id) == show_id, *which).group_by(minute)
    rows = (await (await session.connection()).execute(query)).all()
    return {int(at): int(value) for at, value in rows}


async def sold_out_after(session: AsyncSession, show_id: str) -> dict[str, int]:
    """Offer → seconds from its opening until no unit was left for the first time."""
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.show_id == show_id, LedgerEntry.kind == "offer")
        .order_by(col(LedgerEntry.seq))
    )
    seconds: dict[str, int] = {}
    for entry in (await session.exec(query)).all():
        told = json.loads(entry.body)
        if told.get("state") == "sold_out":
            opened, offer_id = int(told["opens_ms"]), str(told["offer"])
            seconds.setdefault(offer_id, max(0, round((entry.at_ms - opened) / 1000)))
    return seconds


async def count_commenters(session: AsyncSession, show_id: str) -> int:
    """How many different viewers wrote at least one comment."""
    query = select(func.count(func.distinct(Comment.viewer))).where(Comment.show_id == show_id)
    return (await session.exec(query)).one()


async def last_deadline(session: AsyncSession, show_id: str) -> datetime | None:
    """When the last unpaid hold runs out; None while there is none."""
    query = select(func.max(Order.expires_at)).where(
        Order.show_id == show_id, col(Order.state) == "held"
    )
    return (await session.exec(query)).one()


async def save_summary(
    session: AsyncSession, show_id: str, made_at: datetime, seq: int, body: Mapping[str, object]
) -> None:
    """Replaces an earlier one: late payments may change a report."""
    await session.merge(Summary(show_id=show_id, made_at=made_at, seq=seq, body=dict(body)))


async def summary_positions(session: AsyncSession) -> dict[str, int]:
    """Show id → the fact up to which its summary counts."""
    return dict((await session.exec(select(Summary.show_id, Summary.seq))).all())


async def list_summaries(session: AsyncSession, show_ids: Sequence[str]) -> Sequence[Summary]:
    return (await session.exec(select(Summary).where(col(Summary.show_id).in_(show_ids)))).all()
