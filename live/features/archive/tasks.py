"""Jobs that give back what is not needed any more: the memory of shows that are over, and disk."""

from datetime import timedelta

from live.features.archive import actions
from live.hotpath.upkeep import rewrite_if_calm
from live.jobs import Context
from live.runtime import Runtime


async def archive_shows(ctx: Context) -> None:
    """Those in which nothing has happened for `archive_after_s` seconds."""
    runtime: Runtime = ctx["runtime"]
    now = runtime.clock.now()
    await actions.archive_settled(
        now - timedelta(seconds=runtime.settings.archive_after_s), now,
        db=runtime.db, facts=runtime.facts, stock=runtime.stock, presence=runtime.presence,
        archiver=runtime.archiver,
    )  # fmt: skip


async def rewrite_redis_file(ctx: Context) -> None:
    """Of the Redis that `live up` started; another one has its own keeper."""
    runtime: Runtime = ctx["runtime"]
    if runtime.settings.embedded_redis:
        await rewrite_if_calm(runtime.redis, runtime.stock)
