"""The connection to Redis and the scripts: every call of the hot path goes through `Client`.

Redis faults become `RedisUnavailable`: the caller answers 503 and nothing is retried blindly, except
by the order batch, whose orders carry their own keys.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Sequence
from contextvars import Context
from hashlib import sha1
from pathlib import Path
from typing import Any

from hiredis import ReplyError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from live.errors import RedisUnavailable
from live.hotpath.wire import Wire

LUA = Path(__file__).parent / "lua"
# Connections. Bounded, so that a burst queues here instead of opening thousands of sockets.
POOL_SIZE = 32
REQUEST_DEADLINE_MS = 2_000  # shorter than the time after which the reply is given up
REPLY_TIMEOUT_S = 3.0  # longer than any script; a stopped Redis is noticed after this
# What Redis says when it cannot serve now. The driver has names for some of it; and what a script met is
# wrapped by 6.2 in words of its own.
AWAY_ERRORS = (
    RedisConnectionError,
    RedisTimeoutError,
    ReadOnlyError,
    OutOfMemoryError,
    MasterDownError,
    ClusterDownError,
    TryAgainError,
    OSError,
)
AWAY_WORDS = re.compile(
    r"(?:^|: -)(?:LOADING|MISCONF|OOM|BUSY|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|READONLY|TRYAGAIN)\b"
)


class Script:
    """One Lua file after the shared prelude and the `parts` that it needs, or `plain` without any;
    addressed by its content hash."""

    def __init__(self, name: str, *parts: str, plain: bool = False) -> None:
        files = [name] if plain else ["prelude", *parts, name]
        source = "".join((LUA / f"{file}.lua").read_text(encoding="utf-8") for file in files)
        self.name = name
        self.source = source.encode()
        self.sha = sha1(self.source, usedforsecurity=False).hexdigest()


class Client:
    """Redis, and its clock as this process sees it."""

    def __init__(self, url: str) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=POOL_SIZE,
            timeout=REPLY_TIMEOUT_S,
            socket_timeout=REPLY_TIMEOUT_S,
            socket_connect_timeout=1.0,
            health_check_interval=0,
        )
        self.redis: Redis = Redis(connection_pool=pool)
        self.wire = Wire(url)  # the order path's own connection
        self._offset_ms: float | None = None
        self._resampling: asyncio.Task[None] | None = None

    def deadline_ms(self) -> int:
        """Until when (Redis time) a command sent now may have an effect: its sender is told 503 then."""
        return self.now_ms() + REQUEST_DEADLINE_MS

    def too_late(self) -> RedisUnavailable:
        """The error for a command that Redis has seen after its deadline. Perhaps its clock was set
        forward: then every command would be late until it is read anew."""
        if self._resampling is None or self._resampling.done():
            loop = asyncio.get_running_loop()
            self._resampling = loop.create_task(self._resample(), context=Context())
        return RedisUnavailable()

    async def _resample(self) -> None:
        with contextlib.suppress(RedisUnavailable):
            await self.sample_clock()

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[Any] = ()) -> Any:
        """The script's answer. Raises RedisUnavailable; the script may then have run or not."""
        try:
            try:
                return await self.redis.evalsha(script.sha, len(keys), *keys, *args)  # type: ignore[misc]
            except NoScriptError:
                return await self.redis.eval(script.source, len(keys), *keys, *args)  # type: ignore[arg-type,misc]
        except (RedisError, OSError, TimeoutError) as error:
            raise await self._given_up(error) from error

    async def do(self, *command: Any) -> Any:
        """One plain command's raw answer. Raises RedisUnavailable."""
        try:
            return await self.redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except (RedisError, OSError, TimeoutError) as error:
            raise await self._given_up(error) from error

    async def do_all(self, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Several commands in one round trip, not atomic; their raw answers in order."""
        pipe = self.redis.pipeline(transaction=False)
        for command in commands:
            pipe.execute_command(*command)
        try:
            return list(await pipe.execute())
        except (RedisError, OSError, TimeoutError) as error:
            raise await self._given_up(error) from error

    async def _given_up(self, error: Exception) -> Exception:
        """The error to raise. After a restart every idle connection is a dead one: all are let go at the
        first that fails, so that one caller learns of it and not one for each."""
        if isinstance(error, RedisConnectionError):
            await self.redis.connection_pool.disconnect(inuse_connections=False)
        return unavailable(error)

    async def run_id(self) -> str:
        """The server's present life: a restart and a failover give another one."""
        told: dict[str, Any] = await self.do("INFO", "server")
        return str(told["run_id"])

    async def sample_clock(self) -> float:
        """Measure Redis time against this process's monotonic clock; returns the host's skew in ms."""
        seconds, micros = await self.do("TIME")
        after = time.monotonic()
        redis_ms = int(seconds) * 1000 + int(micros) / 1000
        # As if Redis had looked at its clock only when the reply was here: what is estimated is late by the way
        # back at most, and never early. Else a screen would say "open" some milliseconds before the script agrees,
        # and a buyer who presses at once would be refused.
        self._offset_ms = redis_ms - after * 1000
        return redis_ms - time.time() * 1000

    def now_ms(self) -> int:
        """Redis time as estimated here, never ahead of it; the wall clock until the first sample."""
        if self._offset_ms is None:
            return int(time.time() * 1000)
        return int(time.monotonic() * 1000 + self._offset_ms)

    async def close(self) -> None:
        if self._resampling is not None:
            self._resampling.cancel()
            await asyncio.wait({self._resampling})
        await self.wire.close()
        await self.redis.aclose(close_connection_pool=True)  # it does not own a pool it was given


def unavailable(error: Exception) -> Exception:
    """The error to raise for a Redis fault: ours when Redis is away, the original when it is a bug."""
    if isinstance(error, AWAY_ERRORS):
        return RedisUnavailable()
    if isinstance(error, ResponseError | ReplyError) and AWAY_WORDS.search(str(error)):
        return RedisUnavailable()
    return error
