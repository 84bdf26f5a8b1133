"""The token of a show's overlay: made at its first use, checked, and replaced by another."""

import contextlib
from datetime import datetime
from secrets import token_urlsafe

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.errors import NotFound, NotNow
from live.features.shows.actions import on_record
from live.hotpath.shows import ShowLog
from live.store.db import Database
from live.store.tokens import (
    OverlayToken,
    find_overlay_token,
    find_overlay_token_of,
    replace_overlay_tokens,
)

TOKEN_BYTES = 24


async def token_of(show_id: str, *, db: Database, now: datetime) -> str:
    """The show's overlay token, made at the first call. It reads, and can do nothing."""
    async with db.read() as session:
        known = await find_overlay_token_of(session, show_id)
    if known is not None:
        return known.token
    async with db.write() as session:
        known = await find_overlay_token_of(session, show_id)
        if known is not None:
            return known.token
        token = token_urlsafe(TOKEN_BYTES)
        session.add(OverlayToken(token=token, show_id=show_id, created_at=now))
    return token


async def check(show_id: str, token: str, *, db: Database) -> None:
    """Raises NotFound: a wrong token and a wrong show look alike."""
    async with db.read() as session:
        known = await find_overlay_token(session, token)
    if known is None or known.show_id != show_id:
        raise NotFound


async def renew(show_id: ShowId, *, by: Actor, db: Database, log: ShowLog, now: datetime) -> str:
    """The show's overlay has another token from now on, which is returned. Those before open nothing more, and
    overlays that are open with them are shown out at once (hub/standing.py).

    Raises Conflict `ended`, Recovering, RedisUnavailable, StoreUnavailable; then nothing has changed.
    """
    async with on_record(show_id, by, "overlay:renew", log=log):
        await log.refuse_ended(show_id)
        async with db.write() as session:
            token = token_urlsafe(TOKEN_BYTES)
            await replace_overlay_tokens(session, show_id, token, now)
        with contextlib.suppress(NotNow):  # it is done: then they are asked again within seconds
            await log.append(show_id, "devices", {})
    return token


def path_of(show_id: str, token: str) -> str:
    """What stands in the overlay's address after the host; `look_of` says what may be added."""
    return f"/overlay/{show_id}?token={token}"
