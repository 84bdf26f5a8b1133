"""The services that `scripts/bench peers` compares: how each gets a sale, and how its books are checked."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from live.crowd.client import Client
from live.hotpath.client import Client as Redis
from scripts.benchmarks.meter import calm
from scripts.benchmarks.orders import BUYERS, UNITS, Target
from scripts.benchmarks.servers import (
    control_room_settings,
    free_port,
    make_operator_token,
    own_redis,
    served,
)
from scripts.postgres import PostgresServer

SETTLE_S = 20.0  # requests that were under way when the client stopped are still finished


class Contestant(Protocol):
    """One service under the same burst."""

    @property
    def name(self) -> str: ...

    @property
    def tokens(self) -> Sequence[str]: ...

    @property
    def base_url(self) -> str: ...

    async def new_sale(self, units: int = UNITS) -> str:
        """The path to which orders of a fresh sale are posted."""
        ...

    async def quiet(self) -> None:
        """Waits until nothing is left to do after a burst, so that the next one's disk is its own."""
        ...

    async def check(self, path: str, units: int, accepted: int) -> str:
        """What is wrong with the books of a sale; empty: rows == units gone, and none too many."""
        ...


@dataclass(slots=True)
class Ours:
    """The control room. Its audit holds Redis against the orders in SQL."""

    target: Target
    redis: Redis
    name: str = "ours"

    @property
    def base_url(self) -> str:
        return self.target.client.base_url

    @property
    def tokens(self) -> Sequence[str]:
        return self.target.tokens

    async def new_sale(self, units: int = UNITS) -> str:
        return await self.target.new_sale(units)

    async def quiet(self) -> None:
        await self.target.quiet()
        await calm(self.redis)

    async def check(self, path: str, units: int, accepted: int) -> str:
        await self.quiet()
        audit = await self.target.client.call(
            "GET", f"/api/v1/shows/{self.target.show_id}/audit", token=self.target.token
        )
        offer = next(one for one in audit["offers"] if one["id"] == path.split("/")[-2])
        gone = offer["held"] + offer["paid"]
        wrong = "" if audit["ok"] else "the audit is not ok; "
        return wrong + judge(units, offer["left"], gone, gone, accepted)


@dataclass(slots=True)
class Peer:
    """One of `scripts/peers`."""

    name: str
    client: Client
    tokens: Sequence[str]
    redis: Redis | None = None

    @property
    def base_url(self) -> str:
        return self.client.base_url

    async def new_sale(self, units: int = UNITS) -> str:
        offer = await self.client.call("POST", "/offers", {"units": units})
        return f"/offers/{offer['id']}/orders"

    async def quiet(self) -> None:
        """An order is whole when it is answered; but Redis may be writing its file anew."""
        if self.redis is not None:
            await calm(self.redis)

    async def check(self, path: str, units: int, accepted: int) -> str:
        until = time.monotonic() + SETTLE_S
        while True:
            tally: dict[str, Any] = await self.client.call("GET", path.removesuffix("/orders"))
            wrong = judge(units, tally["left"], tally["units"], tally["rows"], accepted)
            if not wrong or time.monotonic() > until:
                return wrong
            await asyncio.sleep(0.1)


def judge(units: int, left: int, sold: int, rows: int, accepted: int) -> str:
    """What does not add up after a burst of orders of one unit each; empty when all does."""
    wrong = []
    if units - left != sold:
        wrong.append(f"{units - left} units are gone and orders have {sold}")
    if sold != rows:
        wrong.append(f"{rows} rows have {sold} units")
    if left < 0 or sold > units:
        wrong.append(f"{sold} sold of {units}")
    if accepted > rows:
        wrong.append(f"{accepted} orders were accepted and {rows} are there")
    return "; ".join(wrong)


@asynccontextmanager
async def ours_on(folder: Path) -> AsyncIterator[Ours]:
    """A control room with a show on air. Its Redis is set up as `live up` does it, and is asked here too."""
    port = free_port()
    place = folder / "ours"
    place.mkdir()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(own_redis(place))
        settings = control_room_settings(port, place / "var") | {"LIVE_REDIS_URL": url}
        base_url = await stack.enter_async_context(served(["live", "up"], port, folder, **settings))
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(base_url, connections=8), token)
        stack.callback(target.client.close)
        await target.set_up()
        redis = Redis(url)
        stack.push_async_callback(redis.close)
        yield Ours(target, redis)


@asynccontextmanager
async def peers_on(
    folder: Path, postgres: PostgresServer, databases: Sequence[str]
) -> AsyncIterator[list[Contestant]]:
    """The three of `scripts/peers`, each a process with a database of its own on the one server."""
    ports = [free_port() for _ in databases]
    urls = [postgres.url(name) for name in databases]
    async with AsyncExitStack() as stack:
        (folder / "redis").mkdir()
        redis_url = await stack.enter_async_context(own_redis(folder / "redis"))
        redis = Redis(redis_url)
        stack.push_async_callback(redis.close)
        starts = {
            "FastAPI + Redis + PostgreSQL": ["redis_sql", str(ports[0]), redis_url, urls[0]],
            "FastAPI + PostgreSQL, transaction": [
                *("postgres_only", str(ports[1]), urls[1], "transaction")
            ],
            "FastAPI + PostgreSQL, one statement": [
                *("postgres_only", str(ports[2]), urls[2], "statement")
            ],
        }
        buyers = [f"b{number}" for number in range(BUYERS)]
        found: list[Contestant] = []
        for port, (name, (module, *told)) in zip(ports, starts.items(), strict=True):
            base_url = await stack.enter_async_context(
                served([f"scripts.peers.{module}", *told], port, folder)
            )
            client = Client(base_url, connections=2)
            stack.callback(client.close)
            found.append(Peer(name, client, buyers, redis if module == "redis_sql" else None))
        yield found
