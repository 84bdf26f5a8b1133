"""The worker's endless rounds: the ledger, and the sweep of what the clock brings about."""

import asyncio
import logging

from live.domain.ids import ShowId
from live.errors import LiveError, NotNow
from live.features.ledger import actions
from live.runtime import Runtime
from live.store import ledger
from live.store.shows import list_shows_in

logger = logging.getLogger(__name__)

IDLE_S = (
    0.05  # between two rounds that found nothing: how late an order may be in SQL when all is calm
)
SWEEP_S = 0.25  # promise 5: a hold is back on sale within a second of its expiry
CHECK_S = 1.0  # how soon a lost Redis is noticed
AWAY_S = 0.5  # between attempts while a dependency is away


async def keep_ledger(runtime: Runtime) -> None:
    """Drain all logs into SQL, for ever; look once a second whether Redis has lost a show."""
    next_check = 0.0
    while True:
        try:
            positions = await _positions(runtime)
            now = asyncio.get_running_loop().time()
            if now >= next_check:
                await _mend(runtime, positions)
                next_check = now + CHECK_S
            written = await actions.drain(
                positions, runtime.settings.ledger_batch, db=runtime.db, facts=runtime.facts
            )
            if not written:
                await asyncio.sleep(IDLE_S)
        except NotNow as error:
            logger.warning("the ledger waits", extra={"cause": error.code})
            await asyncio.sleep(AWAY_S)
        except LiveError:
            logger.exception("the ledger met facts it cannot place; it looks again")
            next_check = 0.0
            await asyncio.sleep(AWAY_S)


async def _positions(runtime: Runtime) -> dict[ShowId, tuple[str, int]]:
    async with runtime.db.read() as session:
        found = await ledger.positions(session)
    return {ShowId(show): position for show, position in found.items()}


async def _mend(runtime: Runtime, positions: dict[ShowId, tuple[str, int]]) -> None:
    async with runtime.db.read() as session:
        wanted = [
            show.id for state in ("live", "planned") for show in await list_shows_in(session, state)
        ]
    for show_id in wanted:
        show = ShowId(show_id)
        epoch, seq = positions.get(show, ("", 0))
        if await actions.has_lost(show, epoch, seq, facts=runtime.facts):
            await actions.rebuild(
                show, db=runtime.db, restorer=runtime.restorer, now=runtime.clock.now()
            )


async def keep_sweeping(runtime: Runtime) -> None:
    """Expire holds, open and close offers, for ever. Every process does it: the script is safe twice."""
    while True:
        try:
            for show in await runtime.stock.swept_shows():
                await runtime.stock.sweep(show)
            await asyncio.sleep(SWEEP_S)
        except NotNow:
            await asyncio.sleep(AWAY_S)
