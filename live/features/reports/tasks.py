"""Jobs of reports: the summaries that the report's page and the list of shows tell from."""

from live.domain.show import ShowState
from live.features.reports import actions
from live.jobs import Context
from live.runtime import Runtime
from live.store import ledger, shows, summary


async def write_summaries(ctx: Context) -> None:
    """Keep the report of each show that ended, and make it anew when facts came after it: late payments."""
    runtime: Runtime = ctx["runtime"]
    async with runtime.db.read() as session:
        ended = await shows.list_shows_in(session, ShowState.ENDED)
        positions = await ledger.positions(session)
        kept = await summary.summary_positions(session)
    for show in ended:
        if show.id not in positions or kept.get(show.id) == positions[show.id][1]:
            continue
        report = await actions.summarise(
            show, db=runtime.db, log=runtime.log, stock=runtime.stock, facts=runtime.facts
        )
        if report.proof.lag:
            continue  # soon there is more to count
        async with runtime.db.write() as session:
            now, body = runtime.clock.now(), actions.body_of(report)
            await summary.save_summary(session, show.id, now, report.seq, body)
