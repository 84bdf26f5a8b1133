"""The worker process: the ledger, the sweep, and arq's jobs; nothing in it serves a request."""

import asyncio
import contextlib
import signal

from live import logs
from live.features.ledger.tasks import keep_ledger, keep_sweeping
from live.runtime import Runtime
from live.settings import Settings


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then returns."""
    logs.configure(settings.log_format, settings.log_level)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    runtime = Runtime.build(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [
        asyncio.create_task(keep_ledger(runtime), name="ledger"),
        asyncio.create_task(keep_sweeping(runtime), name="sweep"),
    ]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()  # a loop that ended did so by an error: let the supervisor see it
    finally:
        for task in (*tasks, stopped):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await runtime.close()
