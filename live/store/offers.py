"""Offers: what is, or was, sold on air. Drafts are written by actions; from `armed` on Redis decides,
and the ledger copies state and counters from its facts (`live/store/ledger.py`).

`quantity`, `restocked` and the `*_units` obey left + held + paid = quantity + restocked.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import BigInteger, Field, SQLModel, col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.line_up import Sale
from live.domain.offer import OfferState, Stock
from live.store.moments import to_ms


class Offer(SQLModel, table=True):
    __tablename__ = "offers"

    id: str = Field(primary_key=True)
    show_id: str = Field(foreign_key="shows.id", ondelete="CASCADE", index=True)
    item_id: str = Field(foreign_key="items.id", index=True)
    kind: str = "flash_sale"
    state: str = "draft"
    price_minor: int = Field(sa_type=BigInteger)
    quantity: int
    restocked: int = 0
    per_buyer_limit: int
    duration_s: int
    hold_s: int
    countdown_s: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    rest_ms: int = Field(default=0, sa_type=BigInteger)  # selling time left while paused
    pushed_at: datetime | None = None
    left_units: int = 0
    held_units: int = 0
    paid_units: int = 0
    expired_units: int = 0
    cancelled_units: int = 0
    refunded_units: int = 0
    # The highest number among the attempts that got an order; the one that got the last unit, and when.
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    gone_try: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    gone_ms: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    created_at: datetime


async def find_offer(session: AsyncSession, offer_id: str, *, afresh: bool = False) -> Offer | None:
    """`afresh`: as the table has it now, whatever this session has read before."""
    return await session.get(Offer, offer_id, populate_existing=afresh)


async def list_offers(session: AsyncSession, show_id: str) -> Sequence[Offer]:
    """Oldest first, drafts too."""
    query = select(Offer).where(Offer.show_id == show_id)
    return (await session.exec(query.order_by(col(Offer.created_at), col(Offer.id)))).all()


async def list_offers_of_item(session: AsyncSession, item_id: str) -> Sequence[Offer]:
    """Oldest first, drafts too."""
    query = select(Offer).where(Offer.item_id == item_id)
    return (await session.exec(query.order_by(col(Offer.created_at), col(Offer.id)))).all()


async def list_pushed_offers(session: AsyncSession, show_id: str) -> Sequence[Offer]:
    """Those that were ever on air, in the order in which they were pushed."""
    query = select(Offer).where(Offer.show_id == show_id, col(Offer.pushed_at).is_not(None))
    return (await session.exec(query.order_by(col(Offer.pushed_at), col(Offer.id)))).all()


async def delete_draft_offer(session: AsyncSession, offer_id: str) -> bool:
    """False when it is not there, or no draft any more: what was on air stays."""
    change = delete(Offer).where(col(Offer.id) == offer_id, col(Offer.state) == "draft")
    return (await session.exec(change)).rowcount == 1


async def insert_offers(session: AsyncSession, rows: Sequence[Offer]) -> None:
    """Many new ones in one statement; an item stands before its offer."""
    if rows:
        await (await session.connection()).execute(
            insert(Offer), [row.model_dump() for row in rows]
        )


async def sum_units(session: AsyncSession, show_id: str) -> tuple[int, int, int]:
    """Units left, held and paid of all the show's offers that were on air."""
    query = select(
        func.sum(col(Offer.left_units)),
        func.sum(col(Offer.held_units)),
        func.sum(col(Offer.paid_units)),
    ).where(Offer.show_id == show_id, Offer.state != OfferState.DRAFT)
    sums = (await session.exec(query)).one()
    return int(sums[0] or 0), int(sums[1] or 0), int(sums[2] or 0)


def draft_of(offer_id: str, show_id: str, item_id: str, sale: Sale, now: datetime) -> Offer:
    """A row for a sale that is prepared."""
    return Offer(
        id=offer_id,
        show_id=show_id,
        item_id=item_id,
        state=OfferState.DRAFT,
        price_minor=sale.price,
        quantity=sale.quantity,
        per_buyer_limit=sale.per_buyer_limit,
        duration_s=sale.duration_s,
        hold_s=sale.hold_s,
        countdown_s=sale.countdown_s,
        left_units=sale.quantity,
        created_at=now,
    )


def sale_of(offer: Offer) -> Sale:
    """Its terms."""
    return Sale(
        offer.price_minor, offer.quantity, offer.per_buyer_limit,
        offer.duration_s, offer.hold_s, offer.countdown_s,
    )  # fmt: skip


def stock_of(offer: Offer) -> Stock:
    """What SQL says of an offer that Redis does not hold (any more)."""
    return Stock(
        state=OfferState(offer.state),
        quantity=offer.quantity,
        restocked=offer.restocked,
        left=offer.left_units,
        held=offer.held_units,
        paid=offer.paid_units,
        expired=offer.expired_units,
        cancelled=offer.cancelled_units,
        refunded=offer.refunded_units,
        rest_ms=offer.rest_ms,
        opens_ms=to_ms(offer.opens_at) if offer.opens_at else 0,
        closes_ms=to_ms(offer.closes_at) if offer.closes_at else 0,
    )
