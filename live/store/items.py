"""Items: the line-up (排品) of a show, in the order in which the host means to show them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint, insert
from sqlmodel import BigInteger, Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.line_up import Line, Sale
from live.domain.marks import mark_of


class Item(SQLModel, table=True):
    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("show_id", "sku", "variant"),)

    id: str = Field(primary_key=True)
    show_id: str = Field(foreign_key="shows.id", ondelete="CASCADE")
    position: int
    sku: str
    variant: str = ""  # "" and not NULL: NULLs would escape the unique constraint
    title: str
    list_price_minor: int = Field(sa_type=BigInteger)
    stock: int
    image_url: str | None = None
    notes: str = ""
    # Of an item that was copied: units that were left there at that moment, and of how many.
    last_left: int | None = None
    last_stock: int | None = None
    created_at: datetime

    @property
    def mark(self) -> str:
        """Of all that an edit may change."""
        price, picture = self.list_price_minor, self.image_url
        return mark_of(self.title, self.variant, price, self.stock, picture, self.notes)


def last_of(item: Item) -> int:
    """Of how many units its stock is what was left last time; 0 where it is not, or nobody has sold any."""
    return (item.last_stock or 0) if item.stock == item.last_left else 0


def line_of(item: Item, sale: Sale | None) -> Line:
    """The item with that sale."""
    return Line(
        item.sku, item.variant, item.title, item.list_price_minor, item.stock, item.image_url, item.notes, sale,
    )  # fmt: skip


async def find_item(session: AsyncSession, item_id: str) -> Item | None:
    return await session.get(Item, item_id)


async def lock_item(session: AsyncSession, item_id: str) -> Item | None:
    """As it stands, and nobody else's until the transaction ends (SQLite has one writer anyhow)."""
    return await session.get(Item, item_id, with_for_update=True)


async def find_item_by_sku(
    session: AsyncSession, show_id: str, sku: str, variant: str = ""
) -> Item | None:
    query = select(Item).where(Item.show_id == show_id, Item.sku == sku, Item.variant == variant)
    return (await session.exec(query)).first()


async def list_items(session: AsyncSession, show_id: str) -> Sequence[Item]:
    """In line-up order."""
    query = select(Item).where(Item.show_id == show_id).order_by(col(Item.position), col(Item.id))
    return (await session.exec(query)).all()


async def next_position(session: AsyncSession, show_id: str) -> int:
    """The place after the last item; the first place is 1."""
    query = select(func.max(Item.position)).where(Item.show_id == show_id)
    return ((await session.exec(query)).one() or 0) + 1


async def insert_items(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Many new items, by column. As objects 100,000 of them would take ten times as long."""
    if rows:
        await (await session.connection()).execute(insert(Item), rows)


async def pictures_used(session: AsyncSession) -> Sequence[str]:
    """Addresses of the pictures of all items of all shows, each once."""
    query = select(Item.image_url).where(col(Item.image_url).is_not(None)).distinct()
    return [address for address in (await session.exec(query)).all() if address]
