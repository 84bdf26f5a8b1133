"""Doing the work: arq's worker, restarted for as long as we run."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgpack
from arq.cron import CronJob, cron
from arq.typing import WorkerCoroutine
from arq.worker import Retry, Worker, func
from redis.exceptions import RedisError

from live.errors import NotNow
from live.jobs.queue import QUEUE, settings
from live.logs import cause_of

logger = logging.getLogger(__name__)

Context = dict[str, Any]  # arq's; ours is under "runtime"
Task = Callable[..., Awaitable[Any]]

JOBS_AT_ONCE = 4
TIMEOUT_S = 120
TRIES = 5
AGAIN_S = 2.0  # before the worker is started anew after it lost Redis


@dataclass(frozen=True, slots=True)
class Cron:
    """A task every `every_s` seconds, which must divide 60, or (`every_s` 3600) every hour."""

    task: Task
    every_s: int


async def keep_working(
    url: str, runtime: object, tasks: Sequence[Task], crons: Sequence[Cron]
) -> None:
    """Take jobs for ever. arq ends when Redis goes away; then it is started again."""
    while True:
        worker = Worker(
            functions=[func(patient(task), name=task.__name__, max_tries=TRIES) for task in tasks],
            cron_jobs=[_cron(job) for job in crons],
            redis_settings=settings(url),
            queue_name=QUEUE,
            max_jobs=JOBS_AT_ONCE,
            job_timeout=TIMEOUT_S,
            keep_result=60,
            poll_delay=0.2,
            handle_signals=False,
            health_check_interval=10,
            job_serializer=msgpack.packb,
            job_deserializer=msgpack.unpackb,
            ctx={"runtime": runtime},
        )
        try:
            await worker.async_run()
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("the job worker lost Redis", extra={"cause": cause_of(error)})
        finally:
            await _close(worker)
        await asyncio.sleep(AGAIN_S)


async def _close(worker: Worker) -> None:
    """Jobs that run are cancelled, and run again later. arq's own `close` leaves the connections open when
    one of them was."""
    running = list(worker.tasks.values())
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    if worker._pool is not None:
        await worker._pool.aclose()


def patient(task: Task) -> WorkerCoroutine:
    """arq retries only what asks for it: a dependency that is away does."""

    async def tried(ctx: Context, *args: Any) -> Any:
        try:
            return await task(ctx, *args)
        except NotNow as error:
            raise Retry(defer=error.retry_after_s * ctx["job_try"]) from error

    return cast("WorkerCoroutine", tried)


def _cron(job: Cron) -> CronJob:
    if job.every_s >= 3600:
        return cron(patient(job.task), name=job.task.__name__, minute=7, second=0)
    return cron(patient(job.task), name=job.task.__name__, second=set(range(0, 60, job.every_s)))
