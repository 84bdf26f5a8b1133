"""Jobs of shows: starts that were scheduled, and old demo shows."""

import logging
from datetime import timedelta

from live.domain.ids import ShowId
from live.domain.show import ShowState
from live.errors import IllegalMove
from live.features.shows import actions
from live.jobs import Context
from live.runtime import Runtime
from live.store import schedule, shows

logger = logging.getLogger(__name__)

DEMO_MAX = timedelta(hours=12)  # a demo show on air longer than this was forgotten


async def start_due_shows(ctx: Context) -> None:
    """Start what was scheduled. A show that was started by hand or put away meanwhile stays as it is; one whose
    line-up is not fit stays planned, and its pages say why."""
    runtime: Runtime = ctx["runtime"]
    async with runtime.db.read() as session:
        due = await schedule.claim_due(session, runtime.clock.now())
    for row in due:
        await _start(runtime, row.show_id)
        async with runtime.db.write() as session:
            await schedule.mark_done(session, row.id, runtime.clock.now())
        await runtime.log.append(ShowId(row.show_id), "items", {})  # its pages read SQL again


async def _start(runtime: Runtime, show_id: str) -> None:
    show = await actions.find(show_id, db=runtime.db)
    if show.put_away_at is not None:
        logger.info("a scheduled show was put away", extra={"show": show_id})
        return
    if fault := await actions.fault_of(show_id, db=runtime.db):
        logger.warning("a scheduled show cannot start", extra={"show": show_id, "cause": fault})
        return
    try:
        await actions.move(show, "start", by=actions.CLOCK, db=runtime.db, log=runtime.log)
    except IllegalMove:
        logger.info("a scheduled show was not planned any more", extra={"show": show_id})


async def end_stale_demos(ctx: Context) -> None:
    """A demo show that nobody stopped ends after DEMO_MAX."""
    runtime: Runtime = ctx["runtime"]
    async with runtime.db.read() as session:
        live = await shows.list_shows_in(session, ShowState.LIVE)
    for show in live:
        if show.is_demo and show.created_at < runtime.clock.now() - DEMO_MAX:
            await actions.stop_demo(
                ShowId(show.id), by=actions.CLOCK, db=runtime.db, log=runtime.log
            )
            await actions.move(show, "end", by=actions.CLOCK, db=runtime.db, log=runtime.log)
