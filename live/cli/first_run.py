"""The first run: a room to work in, and an owner who can sign in."""

import asyncio

from live.features.accounts.actions import ensure_account, ensure_default_room
from live.runtime import Clock
from live.settings import Settings
from live.store.db import Database

OWNER_EMAIL = "owner@live.local"


def furnish(settings: Settings) -> list[str]:
    """The default room, and an owner unless there is an account; lines to print, once.

    With the demo on, the demo makes its own account.
    """
    return asyncio.run(_furnish(settings))


async def _furnish(settings: Settings) -> list[str]:
    database = Database.from_url(settings.database_url)
    now = Clock().now()
    try:
        async with database.write() as session:
            await ensure_default_room(session, now)
        if settings.demo:
            return []
        password = await ensure_account(database, email=OWNER_EMAIL, name="Owner", now=now)
    finally:
        await database.close()
    return [f"first sign-in: {OWNER_EMAIL}  {password}  (shown once)"] if password else []
