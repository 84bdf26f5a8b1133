"""Short texts that the crew has at hand, by room (`domain/snippets.py`)."""

from collections.abc import Sequence

from sqlmodel import Field, SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Snippet(SQLModel, table=True):
    __tablename__ = "snippets"

    room_id: str = Field(foreign_key="rooms.id", ondelete="CASCADE", primary_key=True)
    kind: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    text: str


async def list_snippets(session: AsyncSession, room_id: str, kind: str) -> list[str]:
    """In their order; none where nobody has set any."""
    query = select(Snippet.text).where(Snippet.room_id == room_id, Snippet.kind == kind)
    return list((await session.exec(query.order_by(col(Snippet.position)))).all())


async def room_snippets(session: AsyncSession, room_id: str) -> dict[str, tuple[str, ...]]:
    """All of the room's, by kind."""
    query = select(Snippet.kind, Snippet.text).where(Snippet.room_id == room_id)
    told: dict[str, tuple[str, ...]] = {}
    for kind, text in (await session.exec(query.order_by(col(Snippet.position)))).all():
        told[kind] = (*told.get(kind, ()), text)
    return told


async def set_snippets(
    session: AsyncSession, room_id: str, kind: str, texts: Sequence[str]
) -> None:
    """These instead of those that there were."""
    old = delete(Snippet).where(col(Snippet.room_id) == room_id, col(Snippet.kind) == kind)
    await session.exec(old)
    for position, text in enumerate(texts, start=1):
        session.add(Snippet(room_id=room_id, kind=kind, position=position, text=text))
