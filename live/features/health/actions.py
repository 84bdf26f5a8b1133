"""Every dependency by name, asked now: what can be sold, and what is late."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from live.domain.ids import ShowId
from live.errors import NotNow
from live.hotpath.client import Client
from live.hotpath.logs import LogReader
from live.hotpath.stock import StockCounter
from live.runtime import Runtime
from live.store import ledger
from live.store.db import Database
from live.store.shows import list_shows_in

PROBE_S = 2.0  # a dependency that takes longer to answer is not ready


@dataclass(frozen=True, slots=True)
class Health:
    """`redis`, `database` and `worker`: `ok` or why not.

    ledger_lag  facts that SQL does not have yet, of all shows that are not over; None: not known
    recovering  live shows that sell nothing until the worker has compared them with SQL
    """

    redis: str
    database: str
    worker: str
    worker_age_s: float | None
    ledger_lag: int | None
    recovering: Sequence[str]

    @property
    def is_ready(self) -> bool:
        """Something can be sold."""
        return self.redis == "ok"

    @property
    def is_whole(self) -> bool:
        return (self.redis, self.database, self.worker) == ("ok",) * 3 and not self.recovering


async def probe(runtime: Runtime) -> Health:
    """Never raises: what is away is said by name."""
    return await look(runtime.redis, runtime.db, runtime.stock, runtime.facts)


async def look(redis: Client, db: Database, stock: StockCounter, facts: LogReader) -> Health:
    """As `probe`, of stores that belong to no runtime."""
    redis_state, database_state = await asyncio.gather(_asked(redis.do("PING")), _asked(db.ping()))
    age_ms: int | None = None
    lag, recovering = None, list[str]()
    try:
        async with asyncio.timeout(PROBE_S):
            if redis_state == "ok":
                age_ms = await facts.worker_age_ms()
                has_database = database_state == "ok"
                lag, recovering = await _shows(db if has_database else None, stock, facts)
    except NotNow as error:
        redis_state = error.code
    except TimeoutError:
        lag, recovering = None, []  # slow, yet both have answered: not known is all there is to say
    worker = "unknown" if redis_state != "ok" else "missing" if age_ms is None else "ok"
    age_s = None if age_ms is None else age_ms / 1000
    return Health(redis_state, database_state, worker, age_s, lag, recovering)


async def _shows(
    db: Database | None, stock: StockCounter, facts: LogReader
) -> tuple[int | None, list[str]]:
    """The lag, None without a database; live shows (without a database: any) that are not trusted."""
    swept = await stock.swept_shows()
    if db is None:
        _, heads = await facts.heads(swept)
        return None, [show for show, head in heads.items() if head and head.state == "recovering"]
    try:
        async with db.read() as session:
            live = {ShowId(show.id) for show in await list_shows_in(session, "live")}
            positions = await ledger.positions(session)
    except NotNow:
        return await _shows(None, stock, facts)
    _, heads = await facts.heads([*live | set(swept)])
    lag = sum(
        max(head.seq - positions.get(show, ("", 0))[1], 0) for show, head in heads.items() if head
    )
    lost = [show for show in live if (head := heads[show]) is None or head.state == "recovering"]
    return lag, sorted(lost)


async def _asked(question: Awaitable[object]) -> str:
    try:
        async with asyncio.timeout(PROBE_S):
            await question
    except NotNow as error:
        return error.code
    except TimeoutError:
        return "timeout"
    return "ok"
