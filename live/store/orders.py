"""Orders, as the ledger writes them. Redis decides; these rows are the truth for money.

UNIQUE(show_id, buyer, key) is the second lock on "one key, one order", for ever. There are no foreign
keys: a sale that happened is never refused by the table that has to remember it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import BigInteger, Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Order(SQLModel, table=True):
    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("show_id", "buyer", "key"),
        sa.Index("ix_orders_show_id_seq", "show_id", "seq"),
        sa.Index("ix_orders_show_id_state_seq", "show_id", "state", "seq"),
    )

    id: str = Field(primary_key=True)
    show_id: str
    offer_id: str
    buyer: str
    buyer_name: str
    quantity: int
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    state: str
    placed_at: datetime
    expires_at: datetime
    first_expires_at: datetime | None = None  # as its buyer was told first; None: it is still so
    paid_at: datetime | None = None  # stays when the order is refunded afterwards
    settled_at: datetime | None = None  # the last change of state
    key: str
    attempt: int = Field(
        default=0, sa_column_kwargs={"server_default": "0"}
    )  # its place among all attempts at the offer
    late: bool = False  # paid, or refunded, after its hold had expired
    seq: int = Field(sa_type=BigInteger)  # of its `take` fact

    @property
    def answered_at(self) -> datetime:
        """The `expires_at` of the first answer to its key."""
        return self.first_expires_at or self.expires_at


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """`units` and `placed_minor` count every order ever placed, the rest those in that state now."""

    orders: int
    units: int
    placed_minor: int
    buyers: int
    held_units: int
    paid_orders: int
    paid_units: int
    paid_minor: int
    expired_orders: int
    cancelled_orders: int
    refunded_orders: int
    refunded_minor: int


async def find_order(session: AsyncSession, order_id: str) -> Order | None:
    return await session.get(Order, order_id)


async def find_order_by_key(
    session: AsyncSession, show_id: str, buyer: str, key: str
) -> Order | None:
    query = select(Order).where(Order.show_id == show_id, Order.buyer == buyer, Order.key == key)
    return (await session.exec(query)).first()


async def list_orders(
    session: AsyncSession,
    show_id: str,
    state: str | None = None,
    after_seq: int = 0,
    limit: int = 100,
) -> Sequence[Order]:
    """The page after `after_seq`, in the order in which they were placed."""
    query = select(Order).where(Order.show_id == show_id, Order.seq > after_seq)
    if state is not None:
        query = query.where(Order.state == state)
    return (await session.exec(query.order_by(col(Order.seq)).limit(limit))).all()


async def list_orders_of(
    session: AsyncSession, show_id: str, buyer: str, limit: int = 100
) -> Sequence[Order]:
    """One buyer's last orders, newest first."""
    query = select(Order).where(Order.show_id == show_id, Order.buyer == buyer)
    return (await session.exec(query.order_by(col(Order.seq).desc()).limit(limit))).all()


async def list_standing(session: AsyncSession, show_id: str, offer_id: str) -> Sequence[str]:
    """The ids of an offer's orders that are held or paid, in the order in which they were placed."""
    query = (
        select(Order.id)
        .where(Order.show_id == show_id, Order.offer_id == offer_id)
        .where(col(Order.state).in_(("held", "paid")))
        .order_by(col(Order.seq))
    )
    return (await session.exec(query)).all()


async def recent_orders(session: AsyncSession, show_id: str, n: int) -> Sequence[Order]:
    """The last `n`, newest first."""
    query = select(Order).where(Order.show_id == show_id).order_by(col(Order.seq).desc()).limit(n)
    return (await session.exec(query)).all()


async def tally_orders(session: AsyncSession, show_id: str) -> OrderTotals:
    query = sa.select(
        sa.func.count(),
        _sum(col(Order.quantity)),
        _sum(col(Order.amount_minor)),
        sa.func.count(sa.distinct(col(Order.buyer))),
        _sum_in("held", col(Order.quantity)),
        _sum_in("paid", sa.literal(1)),
        _sum_in("paid", col(Order.quantity)),
        _sum_in("paid", col(Order.amount_minor)),
        _sum_in("expired", sa.literal(1)),
        _sum_in("cancelled", sa.literal(1)),
        _sum_in("refunded", sa.literal(1)),
        _sum_in("refunded", col(Order.amount_minor)),
    ).where(col(Order.show_id) == show_id)
    row = (await (await session.connection()).execute(query)).one()
    return OrderTotals(*(int(value) for value in row))


def _sum(value: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(value), 0)


def _sum_in(state: str, value: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    return _sum(sa.case((col(Order.state) == state, value), else_=0))
