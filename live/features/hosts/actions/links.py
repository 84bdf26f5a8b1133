"""The host's tablet is let in by a code: a link that is good for a few minutes and once.

The code on a screen may be photographed. So it lives shortly, opens one show's host screen and nothing else,
makes one device, and that device is on a list from which it can be shown out at once: the fact `devices` has
every process ask anew who is at its sockets (`hub/standing.py`).
"""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from live.domain.access import Actor, Role
from live.domain.ids import ShowId
from live.errors import Conflict, NotFound, NotNow
from live.features.accounts.actions.tokens import hash_token
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.runtime import random_text
from live.store import host_links
from live.store.db import Database
from live.store.host_links import HostLink

LINK_LIVES = timedelta(minutes=10)  # long enough to fetch the tablet
DEVICE_LIVES = timedelta(hours=24)  # a show with its rehearsal; the next one has a code of its own
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Link:
    """A new code: `token` is told here and nowhere else."""

    id: str
    token: str
    expires_at: datetime


async def make_link(
    show_id: ShowId, *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> Link:
    """Raises Conflict `ended`."""
    async with on_record(show_id, by, "host:link", log=log):
        await log.refuse_ended(show_id)
        link = Link(f"h{random_text(8)}", secrets.token_urlsafe(TOKEN_BYTES), now + LINK_LIVES)
        async with db.write() as session:
            await host_links.drop_expired(session, show_id, now)
            session.add(
                HostLink(
                    id=link.id, show_id=show_id, token_hash=hash_token(link.token), by=by.name,
                    created_at=now, expires_at=link.expires_at,
                )
            )  # fmt: skip
    return link


async def find_link(token: str, *, db: Database, now: datetime) -> HostLink:
    """One that can still be used. Raises NotFound; Conflict `link_used`, `link_expired`, `link_revoked`."""
    async with db.read() as session:
        link = await host_links.find_link(session, hash_token(token))
    if link is None:
        raise NotFound("There is no such link.")
    if link.revoked_at is not None:
        raise Conflict("The link was revoked.", code="link_revoked")
    if link.used_at is not None:
        raise Conflict("The link was used before.", code="link_used")
    if link.expires_at <= now:
        raise Conflict("The link has run out.", code="link_expired")
    return link


async def join(
    token: str, device: str, *, db: Database, log: ShowLog, now: datetime
) -> tuple[HostLink, str]:
    """The device is the host's from now on; what its cookie holds. Raises as `find_link`; Conflict `ended`."""
    link = await find_link(token, db=db, now=now)
    show_id, secret = ShowId(link.show_id), secrets.token_urlsafe(TOKEN_BYTES)
    await log.refuse_ended(show_id)
    async with db.write() as session:
        is_first = await host_links.use_link(
            session, link.id, now,
            device_hash=hash_token(secret), device=device, until=now + DEVICE_LIVES,
        )  # fmt: skip
    if not is_first:
        raise Conflict("The link was used before.", code="link_used")
    by = Actor("device", link.id, device, Role.HOST, shows=frozenset({show_id}))
    await _tell(show_id, by, "host:join", device, log)
    return link, secret


async def revoke_link(
    show_id: ShowId, link_id: str, *, by: Actor, db: Database, log: ShowLog, now: datetime
) -> HostLink:
    """The link opens nothing any more, and its device is shown out. Twice is harmless. Raises NotFound."""
    async with db.write() as session:
        link = await host_links.revoke_link(session, show_id, link_id, now)
    if link is None:
        raise NotFound("There is no such link.")
    await _tell(show_id, by, "host:revoke", link.device or link.id, log)
    return link


async def _tell(show_id: ShowId, by: Actor, verb: str, detail: str, log: ShowLog) -> None:
    """It is done in SQL: a log that is away, or shut, changes nothing about that. Then its sockets hear of it
    when they are next asked, within seconds."""
    with contextlib.suppress(NotNow, Conflict):
        async with on_record(show_id, by, verb, detail, log=log):
            await log.append(show_id, "devices", {})
