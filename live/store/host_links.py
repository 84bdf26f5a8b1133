"""Host links: a device that shows one show's host screen without a sign-in, and the code that made it one.

Both tokens are kept as hashes: the link's, which a camera reads once, and the device's, which its cookie holds.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession


class HostLink(SQLModel, table=True):
    __tablename__ = "host_links"

    id: str = Field(primary_key=True)
    show_id: str = Field(foreign_key="shows.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    by: str
    created_at: datetime
    expires_at: datetime  # of the link, while nobody has used it
    used_at: datetime | None = None
    device_hash: str | None = Field(default=None, unique=True)
    device: str = ""  # what kind of thing it is, as its browser says
    device_until: datetime | None = None
    revoked_at: datetime | None = None


async def find_link(session: AsyncSession, token_hash: str) -> HostLink | None:
    """Whatever became of it."""
    return (await session.exec(select(HostLink).where(HostLink.token_hash == token_hash))).first()


async def use_link(
    session: AsyncSession,
    link_id: str,
    now: datetime,
    *,
    device_hash: str,
    device: str,
    until: datetime,
) -> bool:
    """False when it has run out, was used or revoked meanwhile: of two who try at once one gets it."""
    change = (
        update(HostLink)
        .where(
            col(HostLink.id) == link_id,
            col(HostLink.used_at).is_(None),
            col(HostLink.revoked_at).is_(None),
            col(HostLink.expires_at) > now,
        )
        .values(used_at=now, device_hash=device_hash, device=device, device_until=until)
    )
    return (await session.exec(change)).rowcount == 1


async def find_device(session: AsyncSession, device_hash: str, now: datetime) -> HostLink | None:
    """The device, unless it was shown out or its time is over."""
    query = select(HostLink).where(
        HostLink.device_hash == device_hash,
        col(HostLink.revoked_at).is_(None),
        col(HostLink.device_until) > now,
    )
    return (await session.exec(query)).first()


async def list_devices(session: AsyncSession, show_id: str) -> Sequence[HostLink]:
    """Those that were not shown out, the newest first; some may be past their time."""
    query = select(HostLink).where(
        HostLink.show_id == show_id,
        col(HostLink.used_at).is_not(None),
        col(HostLink.revoked_at).is_(None),
    )
    return (await session.exec(query.order_by(col(HostLink.used_at).desc()))).all()


async def drop_expired(session: AsyncSession, show_id: str, now: datetime) -> None:
    """Codes that nobody has used and nobody can use any more."""
    unused = col(HostLink.used_at).is_(None)
    await session.exec(
        delete(HostLink).where(
            col(HostLink.show_id) == show_id, unused, col(HostLink.expires_at) <= now
        )
    )


async def revoke_link(
    session: AsyncSession, show_id: str, link_id: str, now: datetime
) -> HostLink | None:
    """The link, used or not; None: no such link of this show. Doing so twice is harmless."""
    link = await session.get(HostLink, link_id)
    if link is None or link.show_id != show_id:
        return None
    link.revoked_at = link.revoked_at or now
    session.add(link)
    return link
