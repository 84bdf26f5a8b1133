"""Every dependency by name, asked now."""

import asyncio
from collections.abc import Awaitable

from live.errors import NotNow
from live.runtime import Runtime

PROBE_S = 2.0  # a dependency that takes longer to answer is not ready


async def probe(runtime: Runtime) -> dict[str, str]:
    """Dependency → `ok` or why not."""
    redis, database = await asyncio.gather(
        _asked(runtime.redis.do("PING")), _asked(runtime.db.ping())
    )
    return {"redis": redis, "database": database}


async def _asked(question: Awaitable[object]) -> str:
    try:
        async with asyncio.timeout(PROBE_S):
            await question
    except NotNow as error:
        return error.code
    except TimeoutError:
        return "timeout"
    return "ok"
