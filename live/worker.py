"""The worker process: the ledger, the sweep, and arq's jobs; nothing in it serves a request."""

import asyncio
import gc
import os
import signal

from live import logs
from live.features.archive.tasks import archive_shows, rewrite_redis_file
from live.features.ledger.tasks import keep_ledger, keep_sweeping
from live.features.products.tasks import import_products, remove_unused_pictures
from live.features.rehearsals.tasks import write_cards
from live.features.reports.tasks import write_summaries
from live.features.shows.tasks import end_stale_demos, start_due_shows
from live.jobs import Cron, keep_working
from live.runtime import Runtime, end
from live.settings import Settings

NICE = 10  # where processors are few, those who answer buyers go first; the ledger catches up after the rush
GC_YOUNG = 20_000  # objects made before the collector looks at the young ones
TASKS = (import_products,)
CRONS = (
    Cron(start_due_shows, 5),
    Cron(write_summaries, 20),
    Cron(write_cards, 20),
    Cron(archive_shows, 30),
    Cron(rewrite_redis_file, 30),
    Cron(end_stale_demos, 3600),
    Cron(remove_unused_pictures, 3600),
)


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then returns."""
    logs.configure(settings.log_format, settings.log_level)
    os.nice(NICE)
    gc.freeze()
    gc.set_threshold(GC_YOUNG, 20, 50)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    runtime = Runtime.build(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks: list[asyncio.Task[None]] = [
        asyncio.create_task(keep_ledger(runtime), name="ledger"),
        asyncio.create_task(keep_sweeping(runtime), name="sweep"),
        asyncio.create_task(keep_working(settings.redis_url, runtime, TASKS, CRONS), name="jobs"),
    ]
    stopped = asyncio.create_task(_until(stop), name="until asked")
    try:
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()  # a loop that ended did so by an error: let the supervisor see it
    finally:
        await end([*tasks, stopped])
        await runtime.close()


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()
