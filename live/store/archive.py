"""Which ended shows Redis holds no more: `Show.archived_at`.

SQL has all of an archived show. The ledger writer and the watch over Redis pass it by; whoever needs it
in Redis again clears the mark (`recall`), and the watch puts it back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, exists, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.offer import Stock
from live.store.ledger import Position
from live.store.offers import Offer
from live.store.orders import Order
from live.store.shows import Show

AT_ONCE = 20  # shows of one look


class Settled(NamedTuple):
    """An ended show of which nothing has changed for a while; `seq` is its last committed fact."""

    show_id: str
    epoch: str
    seq: int


async def list_settled(session: AsyncSession, before: datetime) -> Sequence[Settled]:
    """Ended shows that are not archived, without an unpaid hold, whose last fact came before `before`;
    those that have waited longest first."""
    held = exists().where(col(Order.show_id) == Show.id, col(Order.state) == "held")
    query = (
        select(Show.id, Position.epoch, Position.seq)
        .join(Position, col(Position.show_id) == Show.id)
        .where(Show.state == "ended", col(Show.archived_at).is_(None))
        .where(Position.updated_at < before, ~held)
        .order_by(col(Position.updated_at))
        .limit(AT_ONCE)
    )
    return [Settled(*row) for row in (await session.exec(query)).all()]


async def mark_archived(session: AsyncSession, settled: Settled, now: datetime) -> bool:
    """False when the show was put back into Redis meanwhile: that began a new epoch."""
    change = update(Show).where(col(Show.id) == settled.show_id, col(Show.epoch) == settled.epoch)
    return (await session.exec(change.values(archived_at=now))).rowcount == 1


async def recall(session: AsyncSession, show_id: str, now: datetime) -> None:
    """The show is wanted in Redis again, and stays there for as long as one that has just ended."""
    wanted = update(Show).where(col(Show.id) == show_id, col(Show.archived_at).is_not(None))
    if (await session.exec(wanted.values(archived_at=None))).rowcount:
        moved = update(Position).where(col(Position.show_id) == show_id)
        await session.exec(moved.values(updated_at=now))


async def is_archived(session: AsyncSession, show_id: str) -> bool:
    query = select(Show.archived_at).where(Show.id == show_id)
    return (await session.exec(query)).first() is not None


async def list_archived(session: AsyncSession) -> Sequence[str]:
    """The ids of all archived shows."""
    return (await session.exec(select(Show.id).where(col(Show.archived_at).is_not(None)))).all()


async def keep_attempts(session: AsyncSession, numbers: Mapping[str, Stock]) -> None:
    """Offer id → its numbers: of the attempts that got nothing, Redis alone knows."""
    for offer_id, stock in numbers.items():
        change = update(Offer).where(col(Offer.id) == offer_id, col(Offer.tries) < stock.tries)
        await session.exec(
            change.values(tries=stock.tries, gone_try=stock.gone_try, gone_ms=stock.gone_ms)
        )
