"""Whether those at a socket of the house may still look: a sign-out ends what the sign-in had opened.

A page, a program or an overlay stays for hours, and meanwhile its login ends, its token is revoked, its
address is renewed or its role changes. Viewers are not asked again: their signed token was checked at the door.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from live.errors import LiveError, NotNow
from live.hub.close_codes import CloseCode
from live.hub.connection import Client
from live.hub.topics import Who

logger = logging.getLogger(__name__)

RECHECK_S = 5.0  # a handful of sockets, a few small queries each: nothing beside a beat

Ask = Callable[[], Awaitable[Who | None]]  # None: not signed in, or not allowed (any more)


class Doubt:
    """Something has happened after which everyone is asked again at once."""

    def __init__(self) -> None:
        self._raised = asyncio.Event()

    def raise_(self) -> None:
        self._raised.set()
        self._raised = asyncio.Event()

    async def wait(self, at_most_s: float) -> None:
        """Until it is raised, or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._raised.wait()


async def keep_asking(client: Client, ask: Ask, every_s: float, doubt: Doubt) -> None:
    """Until the answer is no; a new role counts from the next frame on."""
    while True:
        await doubt.wait(every_s)
        try:
            who = await ask()
        except NotNow:
            continue  # a database that is away has said nothing about anybody
        except LiveError:
            who = None
        except Exception:
            logger.exception("a socket's login could not be checked again")
            continue
        if who is None:
            client.end(CloseCode.NOT_SIGNED_IN)
            return
        client.who = who
