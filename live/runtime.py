"""The machinery, built once per process: clock, ids, database, Redis. The only reader of the clock."""

import asyncio
import os
import random
import secrets
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from redis.asyncio import Redis
from starlette.requests import HTTPConnection

from live.domain.ids import ItemId, OfferId, OrderId, ShowId, ViewerId
from live.hotpath.archive import Archiver
from live.hotpath.chat import Chat
from live.hotpath.client import Client
from live.hotpath.logs import LogReader
from live.hotpath.presence import Presence
from live.hotpath.restore import Restorer
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.hotpath.wait import WaitList
from live.jobs import JobQueue
from live.pictures import Pictures
from live.settings import Settings
from live.store import archive
from live.store.db import Database
from live.web.rate_limits import RateLimits
from live.web.tokens import Signer, ViewerTokens

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing to misread aloud
PAIRS = [a + b for a in ALPHABET for b in ALPHABET]  # 10 bits at a time
CHILD_DIGITS = 12  # of an item or offer: no two alike of the 100,000 that one CSV may hold


class Clock:
    """The one clock. UTC, aware."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def unix_s(self) -> float:
        """Seconds since 1970, for what runs out."""
        return time.time()

    def monotonic_s(self) -> float:
        """Seconds that never step back, for paces."""
        return time.monotonic()


def processors() -> int:
    """How many this process may run on."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def encode(number: int, length: int) -> str:
    """`number` in base 32, the lowest `length` digits."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def random_text(length: int) -> str:
    """`length` random digits of 5 bits each."""
    return encode(secrets.randbits(5 * length), length)


def new_show_id() -> ShowId:
    return ShowId(random_text(10))


def new_item_id(show: ShowId) -> ItemId:
    return ItemId(f"{show}-i{random_text(CHILD_DIGITS)}")


def new_offer_id(show: ShowId) -> OfferId:
    return OfferId(f"{show}-o{random_text(CHILD_DIGITS)}")


class OrderIds:
    """Time-ordered: 45 bits of milliseconds, then 50 random bits. Made in the burst: no system call."""

    def __init__(self) -> None:
        self._chance = random.Random(secrets.randbits(128))
        self._ms = 0
        self._time = ""

    def new(self, show: ShowId) -> OrderId:
        ms = time.time_ns() // 1_000_000
        if ms != self._ms:
            self._ms, self._time = ms, encode(ms, 9)
        bits = self._chance.getrandbits(50)
        return OrderId(
            f"{show}-{self._time}{PAIRS[bits >> 40]}{PAIRS[bits >> 30 & 1023]}"
            f"{PAIRS[bits >> 20 & 1023]}{PAIRS[bits >> 10 & 1023]}{PAIRS[bits & 1023]}"
        )


def new_viewer_id() -> ViewerId:
    return ViewerId("v" + random_text(16))


def new_cue_id(show: ShowId) -> str:
    return f"{show}-q{random_text(8)}"


def new_epoch() -> str:
    return random_text(12)


@dataclass(slots=True)
class Runtime:
    """Built by the process that owns it; actions get its parts, never the whole."""

    settings: Settings
    clock: Clock
    db: Database
    redis: Client
    tail: Redis  # a connection of its own for the hub, whose reads wait
    stock: StockCounter
    waits: WaitList
    log: ShowLog
    rulebook: Rulebook
    chat: Chat
    facts: LogReader
    presence: Presence
    restorer: Restorer
    archiver: Archiver
    jobs: JobQueue
    pictures: Pictures
    limits: RateLimits
    viewer_tokens: ViewerTokens
    ingest_keys: Signer  # of shows
    crowd_entries: Signer  # of rehearsals
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def build(cls, settings: Settings) -> "Runtime":
        redis = Client(settings.redis_url)
        db = Database.from_url(settings.database_url)

        async def is_archived(show: ShowId) -> bool:
            async with db.read() as session:
                return await archive.is_archived(session, show)

        rulebook = Rulebook(redis, is_archived)
        return cls(
            settings=settings,
            clock=Clock(),
            db=db,
            redis=redis,
            tail=Redis.from_url(settings.redis_url),
            stock=StockCounter(redis),
            waits=WaitList(redis),
            log=ShowLog(redis, is_archived),
            rulebook=rulebook,
            chat=Chat(redis, rulebook, is_archived),
            facts=LogReader(redis),
            presence=Presence(redis),
            restorer=Restorer(redis),
            archiver=Archiver(redis),
            jobs=JobQueue(settings.redis_url),
            pictures=Pictures(settings.data_dir / "pictures"),
            limits=RateLimits(enabled=settings.rate_limits == "on"),
            viewer_tokens=ViewerTokens(
                settings.secret_key.get_secret_value(),
                shop_secret=settings.shop_jwt_secret.get_secret_value()
                if settings.shop_jwt_secret
                else None,
            ),
            ingest_keys=Signer(settings.secret_key.get_secret_value(), "ingest"),
            crowd_entries=Signer(settings.secret_key.get_secret_value(), "crowd"),
        )

    async def close(self) -> None:
        await self.jobs.close()
        await self.log.close()
        await self.redis.close()
        await self.tail.aclose()
        await self.db.close()


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel until they have ended: on Python 3.11 `wait_for` may swallow a cancellation."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.5)


def runtime_of(connection: HTTPConnection) -> Runtime:
    """The process's runtime, from any request or socket."""
    runtime: Runtime = connection.app.state.runtime
    return runtime
