"""`live doctor`: looks at everything a show leans on, and says how to mend what is wrong."""

import argparse
import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError

from live.cli import open_files
from live.cli.options import add_settings, read_settings
from live.errors import StoreUnavailable
from live.features.health.actions import Health, look
from live.hotpath.client import Client
from live.hotpath.logs import LogReader
from live.hotpath.stock import StockCounter
from live.logs import mask
from live.settings import Settings
from live.store import schema
from live.store.db import Database

CLOCK_MAX_MS = 1_000  # deadlines are Redis time; people read the host's clock beside them
LAG_MAX = 2_000  # facts; more than a few seconds of a burst
DISK_MIN = 500 * 1024 * 1024  # bytes. 10^6 orders are about that much in Redis and SQL together


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    ok: bool
    seen: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{'ok  ' if self.ok else 'FAIL'} {self.what}: {self.seen}"
        return line if self.ok else f"{line}\n     mend: {self.mend}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder that is examined."""
    add_settings(parser, "data_dir")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 if anything fails."""
    settings = read_settings(args)
    failed = 0
    looks = (
        look_at_settings, look_at_open_files, look_at_data_folder, look_at_redis, look_at_database, look_at_worker
    )  # fmt: skip
    for look_at in looks:
        for finding in look_at(settings):
            print(finding, flush=True)
            failed += not finding.ok
    print("all is well" if not failed else f"{failed} to mend")
    return 1 if failed else 0


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Names nobody reads, and doors left open to the world."""
    known = {f"LIVE_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("LIVE_") and name not in known)
    yield Finding(
        "settings",
        not unknown,
        ", ".join(unknown) + " is read by nobody" if unknown else "every LIVE_ variable is known",
        "correct the spelling or unset it",
    )
    is_public = settings.host not in ("127.0.0.1", "localhost", "::1")
    if is_public or settings.public_url:
        yield Finding(
            "public address",
            bool(settings.public_url and settings.cookies_are_secure),
            settings.public_url or "listens to others, but no public address is set",
            "put a proxy with TLS in front and set LIVE_PUBLIC_URL=https://…",
        )
        yield Finding(
            "rate limits", settings.rate_limits == "on", settings.rate_limits, "LIVE_RATE_LIMITS=on"
        )


def look_at_open_files(settings: Settings) -> Iterator[Finding]:
    """Whether a web process may have a large audience. It raises its own limit as far as it is let."""
    most = open_files.allowed()
    seen = "no limit" if most < 0 else f"{most} at most in one process"
    mend = (
        f"ulimit -Hn {open_files.WANTED}, or LimitNOFILE= in the service; a viewer's socket is one"
    )
    yield Finding("open files", most < 0 or most >= open_files.WANTED, seen, mend)


def look_at_data_folder(settings: Settings) -> Iterator[Finding]:
    """It exists, it can be written, it has room, the key is private."""
    folder = settings.data_dir
    writable = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    seen = f"{folder} {'is writable' if writable else 'is missing or not writable'}"
    yield Finding("data folder", writable, seen, "run `live up` once, or set LIVE_DATA_DIR")
    if not writable:
        return
    free = shutil.disk_usage(folder).free
    seen = f"{free // 2**20} MiB free"
    yield Finding("disk", free > DISK_MIN, seen, "make room: a full disk stops the sale")
    key = folder / "secret_key"
    if key.exists() and not settings.secret_key.get_secret_value():
        mode = key.stat().st_mode & 0o777
        yield Finding("secret key", mode == 0o600, f"mode {mode:o}", f"chmod 600 {key}")


def look_at_redis(settings: Settings) -> Iterator[Finding]:
    """Reachable, new enough, durable, never evicting, and its clock."""
    wanted = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    if settings.order_ack == "aof":
        wanted["appendfsync"] = "always"
    client: Redis = Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
    try:
        info = cast(dict[str, Any], client.info("server"))
        config = {name: _configured(client, name) for name in wanted}
        offset_ms = _clock_offset_ms(client)
    except RedisError as error:
        where = mask(settings.redis_url)
        mend = (
            "start `live up`" if settings.embedded_redis else "start it or correct LIVE_REDIS_URL"
        )
        yield Finding("redis", False, f"{where} does not answer ({error})", mend)
        return
    finally:
        client.close()
    version = str(info["redis_version"])
    is_new = tuple(int(part) for part in version.split(".")[:2]) >= (6, 2)
    name = "valkey" if "valkey_version" in info else "redis"
    yield Finding("redis", is_new, f"{name} {info.get('valkey_version', version)}", "6.2 or newer")
    for key, value in wanted.items():
        mend = f"CONFIG SET {key} {value}"
        yield Finding(f"redis {key}", config[key] == value, config[key], mend)
    seen = f"Redis and this host differ by {offset_ms:+d} ms"
    yield Finding("clock", abs(offset_ms) < CLOCK_MAX_MS, seen, "keep both hosts on NTP")


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """Reachable, and its schema is this program's."""
    newest = schema.head_revision()
    try:
        current = schema.current_revision(settings.database_url)
    except StoreUnavailable as error:
        yield Finding("database", False, mask(str(error)), "start it or correct LIVE_DATABASE_URL")
        return
    kind = settings.database_url.split(":", 1)[0]
    yield Finding("database", True, f"{kind} answers")
    seen = f"revision {current or 'none'}, this program's is {newest}"
    yield Finding("schema", current == newest, seen, "live migrate")


def look_at_worker(settings: Settings) -> Iterator[Finding]:
    """Somebody keeps the ledger, it keeps up, and every live show sells."""
    seen = asyncio.run(_health(settings))
    if seen.redis != "ok":
        return  # said above
    age = seen.worker_age_s
    found = "no sign of life" if age is None else f"last sign of life {age:.1f} s ago"
    yield Finding(
        "worker", age is not None, found, "start `live work`; `live up` does it by itself"
    )
    if seen.ledger_lag is not None:
        found = f"{seen.ledger_lag} facts behind"
        mend = "see the worker's log; orders are safe in Redis meanwhile"
        yield Finding("ledger", seen.ledger_lag < LAG_MAX, found, mend)
    shows = ", ".join(seen.recovering)
    found = f"{shows} sell nothing yet" if shows else "none is recovering"
    yield Finding("live shows", not shows, found, "the worker puts them back; see its log")


async def _health(settings: Settings) -> Health:
    redis, database = Client(settings.redis_url), Database.from_url(settings.database_url)
    try:
        return await look(redis, database, StockCounter(redis), LogReader(redis))
    finally:
        await redis.close()
        await database.close()


def _configured(client: Redis, name: str) -> str:
    return cast(dict[str, str], client.config_get(name)).get(name, "unknown")


def _clock_offset_ms(client: Redis) -> int:
    before = time.time()
    seconds, micros = cast(tuple[int, int], client.time())
    middle = (before + time.time()) / 2
    return round((seconds + micros / 1e6 - middle) * 1000)
