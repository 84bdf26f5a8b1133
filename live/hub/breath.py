"""Long work in small pieces, so that an order that comes in the middle of it need not wait for its end."""

import asyncio
import time

TURN_S = 0.001


class Breath:
    """Of one piece of work: `take` it often; the others are let in once a TURN_S."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    async def take(self) -> None:
        if time.perf_counter() - self._began > TURN_S:
            await asyncio.sleep(0)
            self._began = time.perf_counter()
