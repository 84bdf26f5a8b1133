"""The worker's endless rounds: the ledger, the watch over Redis, and the sweep of what the clock brings."""

import asyncio
import logging

from live.errors import LiveError, NotNow, RedisUnavailable, StoreUnavailable
from live.features.archive.actions import forget_archived
from live.features.ledger.actions import Desk, Outages
from live.runtime import Runtime, processors

logger = logging.getLogger(__name__)

GATHER_S = 0.025  # after the first fact of a calm moment: what comes with it is one transaction
PAUSE_S = 0.1  # in a rush: fewer, larger transactions leave the disk to the orders
MANY = 5_000  # facts in one round: there is more, and no pause
RUSH_PER_S = 3_000  # facts; below it, writing them costs less than a tenth of a processor
FEW = 4  # processors: with as many, the ledger has one for itself and need not stand aside
DOZE_S = 0.5  # the longest wait for a fact; a show that went on air meanwhile is read after it
ALL_S = 1.0  # between two rounds over shows that are not on air, too
SWEEP_S = 0.25  # promise 5: a hold is back on sale within a second of its expiry
# How soon a restarted Redis is noticed: until it is compared with SQL it sells nothing.
WATCH_S = 0.15
# How soon a loss without a restart is noticed, or an archived show that is wanted again.
CHECK_S = 1.0
WHAT = {RedisUnavailable: "redis", StoreUnavailable: "database"}  # that was away, by the error
SIGN_S = 2.0  # between two signs of life
AWAY_S = 0.5  # between attempts while a dependency is away


class _Outage:
    """Something that a loop needs is away: said once, however often the loop tries."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._is_said = False

    def goes_on(self, error: NotNow) -> None:
        if not self._is_said:
            logger.warning(self._what, extra={"cause": error.code})
        self._is_said = True

    def end(self) -> None:
        self._is_said = False


async def keep_ledger(runtime: Runtime, *, all_s: float = ALL_S) -> None:
    """Drain all logs into SQL, for ever, and watch whether Redis still holds what SQL has. Every `all_s`
    seconds the shows that are not on air are looked at, too."""
    desk = Desk(runtime.db, runtime.facts, runtime.restorer, runtime.waits)
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_draining(runtime, desk, all_s), name="drain")
        group.create_task(_keep_watch(runtime, desk), name="watch")
        group.create_task(_keep_signing(runtime), name="signs of life")


async def _keep_draining(runtime: Runtime, desk: Desk, all_s: float) -> None:
    next_all, rested, outage = 0.0, False, _Outage("the ledger waits")
    rest_s = runtime.settings.ledger_rest_s if processors() < FEW else 0.0
    while _is_wanted():
        now = asyncio.get_running_loop().time()
        try:
            everything = now >= next_all
            written = await desk.drain(runtime.settings.ledger_batch, everything=everything)
            outage.end()
            if everything and not written:
                next_all = now + all_s
            rested = rested and written >= MANY
            if rest_s and not rested and written >= RUSH_PER_S * PAUSE_S:
                await _stand_aside(desk, rest_s)
                rested = True
            elif 0 < written < MANY:
                await asyncio.sleep(PAUSE_S)
            elif not written:
                rest = next_all - asyncio.get_running_loop().time()
                await desk.wait(min(max(rest, GATHER_S), DOZE_S))
                await asyncio.sleep(GATHER_S)
        except NotNow as error:
            outage.goes_on(error)
            await asyncio.sleep(AWAY_S)
        except LiveError:
            logger.exception("the ledger met facts it cannot place; it looks again")
            await asyncio.sleep(AWAY_S)


async def _stand_aside(desk: Desk, most_s: float) -> None:
    """Until the rush is over, `most_s` at the longest. A rush is a few seconds in which every row written is
    an order answered later; the log holds what comes, and afterwards it is read in larger pieces."""
    loop = asyncio.get_running_loop()
    until, behind = loop.time() + most_s, await desk.behind()
    while loop.time() < until:
        await asyncio.sleep(PAUSE_S)
        before, behind = behind, await desk.behind()
        if behind - before < RUSH_PER_S * PAUSE_S:
            return


async def _keep_watch(runtime: Runtime, desk: Desk) -> None:
    compared, next_check, outage = "", 0.0, _Outage("the watch waits")
    outages = Outages(runtime.log)
    while _is_wanted():
        now = asyncio.get_running_loop().time()
        try:
            run = await runtime.redis.run_id()
            if run == compared:
                outages.answered("redis", runtime.redis.now_ms())
            if run != compared or now >= next_check:
                lost = await desk.mend(runtime.clock.now())
                await outages.mended(runtime.redis.now_ms(), desk.on_air, lost)
                await runtime.presence.sweep(desk.shows)
                if run != compared:
                    await forget_archived(db=runtime.db, archiver=runtime.archiver)
                compared, next_check = run, now + CHECK_S
            outage.end()
            await asyncio.sleep(WATCH_S)
        except NotNow as error:
            outage.goes_on(error)
            if what := WHAT.get(type(error)):
                outages.missed(what)
                next_check = (
                    0.0  # it is back when it is asked next, not when it would be asked anyway
                )
            await asyncio.sleep(WATCH_S)
        except LiveError:
            logger.exception("a show could not be put back; the watch tries again")
            await asyncio.sleep(AWAY_S)


async def _keep_signing(runtime: Runtime) -> None:
    while _is_wanted():
        try:
            await runtime.facts.sign_of_life()
            await asyncio.sleep(SIGN_S)
        except NotNow:
            await asyncio.sleep(AWAY_S)


async def keep_sweeping(runtime: Runtime) -> None:
    """Expire holds, open and close offers, for ever. Every process does it: the script is safe twice."""
    while _is_wanted():
        try:
            for show in await runtime.stock.swept_shows():
                if not await runtime.stock.sweep(show):
                    await runtime.stock.leave(show)
            await asyncio.sleep(SWEEP_S)
        except NotNow:
            await asyncio.sleep(AWAY_S)
        except Exception:  # a bug here must not keep expired holds from going back on sale
            logger.exception("a sweep failed")
            await asyncio.sleep(AWAY_S)


def _is_wanted() -> bool:
    """False once the task was cancelled: on Python 3.11 `asyncio.wait_for`, inside the pools of our
    engines, may swallow the cancellation, and a loop that never hears of it would never end."""
    task = asyncio.current_task()
    return task is None or not task.cancelling()
