"""Rooms (直播间): permanent places; a show is one airing in one of them."""

from collections.abc import Sequence

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Room(SQLModel, table=True):
    __tablename__ = "rooms"

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    title: str


async def find_room(session: AsyncSession, room_id: str) -> Room | None:
    return await session.get(Room, room_id)


async def lock_room(session: AsyncSession, room_id: str) -> Room | None:
    """As it stands, and nobody else's until the transaction ends."""
    return await session.get(Room, room_id, with_for_update=True)


async def find_room_by_slug(session: AsyncSession, slug: str) -> Room | None:
    return (await session.exec(select(Room).where(Room.slug == slug))).first()


async def list_rooms(session: AsyncSession) -> Sequence[Room]:
    return (await session.exec(select(Room).order_by(col(Room.title), col(Room.id)))).all()
