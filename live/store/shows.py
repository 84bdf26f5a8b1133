"""Shows (场次): one airing in a room. `state` and its times follow the show's facts."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from live.domain.attendance import Attendance
from live.domain.show import ShowState
from live.store.moments import to_ms


class Show(SQLModel, table=True):
    __tablename__ = "shows"

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    room_id: str = Field(foreign_key="rooms.id", index=True)
    title: str
    state: str = Field(default="planned", index=True)
    currency: str
    starts_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    stream_url: str | None = None
    # Seconds by which viewers see and hear the host late.
    video_delay_s: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    is_demo: bool = False
    demo_running: bool = False
    rehearsal_of: str | None = Field(default=None, index=True)  # the show that is rehearsed
    created_at: datetime
    epoch: str | None = None  # the life of the show's Redis keys; the last one that was opened
    # Since when the crew does not want to see it in their list. Only planned shows are put away.
    put_away_at: datetime | None = None
    # Since when Redis holds nothing of it (`live/store/archive.py`).
    archived_at: datetime | None = None
    # The draft that the operator has set as the next one; "": the next in line-up order.
    next_offer: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    pinned_comment: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    # Who watched, as in `domain/attendance.py`; the worker copies it from Redis, a little late.
    peak_viewers: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    unique_viewers: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    views: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    watch_ms: int = Field(
        default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("0")}
    )

    @property
    def attendance(self) -> Attendance:
        """`live_ms` is known when the show is over."""
        live_ms = 0
        if self.started_at is not None and self.ended_at is not None:
            live_ms = to_ms(self.ended_at) - to_ms(self.started_at)
        return Attendance(
            self.peak_viewers, self.unique_viewers, self.views, self.watch_ms, live_ms
        )


async def find_show(session: AsyncSession, show_id: str) -> Show | None:
    return await session.get(Show, show_id)


async def lock_show(session: AsyncSession, show_id: str) -> Show | None:
    """As it stands, and nobody else's until the transaction ends."""
    return await session.get(Show, show_id, with_for_update=True)


async def find_show_by_slug(session: AsyncSession, slug: str) -> Show | None:
    return (await session.exec(select(Show).where(Show.slug == slug))).first()


async def list_shows(
    session: AsyncSession,
    room_ids: Collection[str] | None = None,
    *,
    limit: int = 200,
    offset: int = 0,
) -> Sequence[Show]:
    """What is on air, what is planned (the soonest first, then those without a time), what is over (the latest
    first); of these rooms, or (None) of all. Rehearsals and what was put away are left out.
    """
    group = sa.case({ShowState.LIVE: 0, ShowState.PLANNED: 1}, value=col(Show.state), else_=2)
    due = sa.case((col(Show.state) == ShowState.PLANNED, col(Show.starts_at)))
    since = sa.func.coalesce(col(Show.ended_at), col(Show.started_at), col(Show.created_at))
    query = select(Show).where(*_listed(room_ids))
    query = query.order_by(group, due.nulls_last(), since.desc(), col(Show.id).desc())
    return (await session.exec(query.limit(limit).offset(offset))).all()


async def count_shows(session: AsyncSession, room_ids: Collection[str] | None = None) -> int:
    """How many `list_shows` has in all."""
    query = select(sa.func.count()).select_from(Show).where(*_listed(room_ids))
    return (await session.exec(query)).one()


def _listed(room_ids: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    is_away = sa.and_(col(Show.state) == ShowState.PLANNED, col(Show.put_away_at).is_not(None))
    where = [col(Show.rehearsal_of).is_(None), sa.not_(is_away)]
    return where if room_ids is None else [*where, col(Show.room_id).in_(room_ids)]


async def list_shows_in(
    session: AsyncSession, state: str, *, archived: bool = True
) -> Sequence[Show]:
    """All shows in that state, oldest first; or (`archived` False) without those that Redis has let go."""
    query = select(Show).where(Show.state == state).order_by(col(Show.created_at), col(Show.id))
    if not archived:
        query = query.where(col(Show.archived_at).is_(None))
    return (await session.exec(query)).all()


async def list_rehearsals(session: AsyncSession, show_id: str) -> Sequence[str]:
    """Ids of all that there were of it."""
    return (await session.exec(select(Show.id).where(Show.rehearsal_of == show_id))).all()


async def find_demo_show(session: AsyncSession) -> Show | None:
    """The newest demo show."""
    query = select(Show).where(Show.is_demo).order_by(col(Show.created_at).desc())
    return (await session.exec(query)).first()


async def raise_attendance(session: AsyncSession, show_id: str, told: Attendance) -> None:
    """None of it falls, whoever writes it."""
    figures = {
        col(Show.peak_viewers): told.peak,
        col(Show.unique_viewers): told.unique,
        col(Show.views): told.views,
        col(Show.watch_ms): told.watch_ms,
    }
    change = update(Show).where(col(Show.id) == show_id)
    await session.exec(
        change.values(
            {
                column: sa.case((column < n, sa.literal(n, sa.BigInteger())), else_=column)
                for column, n in figures.items()
            }
        )
    )
