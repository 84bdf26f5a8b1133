"""Asking for work. Arguments and results are msgpack: never pickle, which would run code of whoever writes to Redis."""

from typing import Any

import msgpack
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

from live.errors import NotNow, RedisUnavailable

QUEUE = "live:jobs"
POLL_S = 0.1  # between two looks for a result


class JobQueue:
    """The queue as a web process sees it; connects at the first job."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: ArqRedis | None = None

    async def enqueue(self, name: str, *args: Any, job_id: str | None = None) -> None:
        """Have it done some time soon. With a `job_id`, asking again while it waits changes nothing.

        Raises RedisUnavailable.
        """
        await self._enqueue(name, args, job_id)

    async def run(self, name: str, *args: Any, timeout_s: float) -> Any:
        """Have it done and wait for the result. Raises RedisUnavailable, NotNow after `timeout_s`."""
        job = await self._enqueue(name, args, None)
        try:
            return await job.result(timeout=timeout_s, poll_delay=POLL_S)
        except TimeoutError as error:
            raise NotNow("The worker is busy; look again in a moment.", retry_after_s=5) from error
        except (RedisError, OSError) as error:
            raise RedisUnavailable from error

    async def _enqueue(self, name: str, args: tuple[Any, ...], job_id: str | None) -> Any:
        try:
            if self._pool is None:
                self._pool = await create_pool(
                    settings(self._url),
                    job_serializer=msgpack.packb,
                    job_deserializer=msgpack.unpackb,
                    default_queue_name=QUEUE,
                )
            return await self._pool.enqueue_job(name, *args, _job_id=job_id)
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisUnavailable from error

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()


def settings(url: str) -> RedisSettings:
    """arq's own settings for our URL."""
    made = RedisSettings.from_dsn(url)
    made.conn_retries = 1
    return made
