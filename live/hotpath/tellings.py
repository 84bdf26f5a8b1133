"""What one page wants another one to know after a redirect: a JSON object, forgotten after a while."""

import json
import secrets
from typing import Any

from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client

KEPT_S = 900  # long enough to read a list of refused lines and to reload it in the other language


async def tell(client: Client, show: ShowId, told: dict[str, Any]) -> str:
    """Keeps it; the returned ticket opens it again. Raises RedisUnavailable."""
    ticket = secrets.token_urlsafe(9)
    packed = json.dumps(told, ensure_ascii=False)
    await client.do("SET", keys.telling(show, ticket), packed, "EX", KEPT_S)
    return ticket


async def hear(client: Client, show: ShowId, ticket: str) -> dict[str, Any] | None:
    """What was told, or None for a ticket that is unknown by now."""
    packed = await client.do("GET", keys.telling(show, ticket[:40]))
    if packed is None:
        return None
    told: dict[str, Any] = json.loads(packed)
    return told
