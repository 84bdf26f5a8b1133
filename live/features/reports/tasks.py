"""Jobs of reports: the summary that the list of shows tells from."""

from datetime import timedelta

from live.domain.show import ShowState
from live.features.reports import actions
from live.jobs import Context
from live.runtime import Runtime
from live.store import shows, summary

SETTLED_AFTER = timedelta(hours=1)  # late payments may change a report; after this it stands


async def write_summaries(ctx: Context) -> None:
    """Keep the summary of each show that ended; write it anew for an hour, while payments still come."""
    runtime: Runtime = ctx["runtime"]
    async with runtime.db.read() as session:
        ended = await shows.list_shows_in(session, ShowState.ENDED)
        known = {
            row.show_id: row for row in await summary.list_summaries(session, [s.id for s in ended])
        }
    now = runtime.clock.now()
    for show in ended:
        if show.ended_at is None:
            continue
        if show.id in known and known[show.id].made_at > show.ended_at + SETTLED_AFTER:
            continue
        report = await actions.summarise(
            show, peak_viewers=0, words=(), db=runtime.db, stock=runtime.stock, facts=runtime.facts
        )
        async with runtime.db.write() as session:
            await summary.save_summary(session, show.id, now, actions.body_of(report))
