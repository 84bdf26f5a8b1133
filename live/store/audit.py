"""The audit log: who did what to what, and how it ended. Rows are only ever added.

Each row carries a digest of itself and of the row before it, so that a row changed or taken out later
shows (`first_broken_entry`). No tokens, no personal data of buyers: ids only.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import text
from sqlmodel import BigInteger, Field, Integer, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

CHAIN_LOCK = 7_041_776  # any number of ours: PostgreSQL's advisory lock on "the last row"


class AuditEntry(SQLModel, table=True):
    __tablename__ = "audit_entries"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite")
    )
    at: datetime
    actor: str
    verb: str  # `offer:push`
    subject: str
    detail: str = ""
    result: str = "ok"
    ms: int = 0
    room_id: str | None = Field(default=None, index=True)
    show_id: str | None = Field(default=None, index=True)
    digest: str = ""


async def record(
    session: AsyncSession,
    *,
    at: datetime,
    actor: str,
    verb: str,
    subject: str,
    detail: str = "",
    result: str = "ok",
    ms: int = 0,
    room_id: str | None = None,
    show_id: str | None = None,
) -> AuditEntry:
    """Adds a row in the caller's transaction; the row lives or dies with what it tells of."""
    if session.get_bind().dialect.name == "postgresql":
        await (await session.connection()).execute(
            text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK}
        )
    newest = select(AuditEntry.digest).order_by(col(AuditEntry.id).desc()).limit(1)
    before = (await session.exec(newest)).first() or ""
    entry = AuditEntry(
        at=at, actor=actor, verb=verb, subject=subject, detail=detail, result=result, ms=ms,
        room_id=room_id, show_id=show_id,
    )  # fmt: skip
    entry.digest = _digest(before, entry)
    session.add(entry)
    await session.flush()
    return entry


async def list_entries(
    session: AsyncSession,
    *,
    show_id: str | None = None,
    room_id: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> Sequence[AuditEntry]:
    """Newest first; `before_id` is the last id of the page before."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if show_id is not None:
        query = query.where(AuditEntry.show_id == show_id)
    if room_id is not None:
        query = query.where(AuditEntry.room_id == room_id)
    if before_id is not None:
        query = query.where(col(AuditEntry.id) < before_id)
    return (await session.exec(query)).all()


async def first_broken_entry(session: AsyncSession) -> int | None:
    """The id of the first row that does not fit the one before it; None when nobody has meddled."""
    before = ""
    for entry in (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all():
        if entry.digest != _digest(before, entry):
            return entry.id
        before = entry.digest
    return None


def _digest(before: str, entry: AuditEntry) -> str:
    told = [
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.verb,
        entry.subject,
        entry.detail,
        entry.result,
    ]
    told += [str(entry.ms), entry.room_id or "", entry.show_id or ""]
    return sha256("\n".join([before, *(repr(value) for value in told)]).encode()).hexdigest()
