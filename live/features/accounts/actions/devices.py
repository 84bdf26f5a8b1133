"""The host's devices: let into a show's host screen, and its rehearsals', by a code, known by a cookie of their own."""

from datetime import datetime

from live.domain.access import Actor, Role
from live.features.accounts.actions.tokens import hash_token
from live.store import host_links, shows
from live.store.db import Database

HOST_COOKIE = "host"


async def actor_of_device(db: Database, secret: str, now: datetime) -> Actor | None:
    """The host of that show and its rehearsals; None when it was shown out, or its time is over."""
    async with db.read() as session:
        device = await host_links.find_device(session, hash_token(secret), now)
        show = await shows.find_show(session, device.show_id) if device else None
        if device is None or show is None:
            return None
        rehearsals = await shows.list_rehearsals(session, show.id)
    here = frozenset({show.id, *rehearsals})
    return Actor("device", device.id, device.device, Role.HOST, show.room_id, shows=here)
