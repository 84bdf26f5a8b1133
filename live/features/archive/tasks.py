"""The job that gives back the memory of shows that are over."""

from datetime import timedelta

from live.features.archive import actions
from live.jobs import Context
from live.runtime import Runtime


async def archive_shows(ctx: Context) -> None:
    """Those in which nothing has happened for `archive_after_s` seconds."""
    runtime: Runtime = ctx["runtime"]
    now = runtime.clock.now()
    await actions.archive_settled(
        now - timedelta(seconds=runtime.settings.archive_after_s), now,
        db=runtime.db, facts=runtime.facts, stock=runtime.stock, archiver=runtime.archiver,
    )  # fmt: skip
