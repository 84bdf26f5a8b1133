"""FastAPI + Redis + PostgreSQL: a script takes the units, then the order's row is inserted.

`python -m scripts.peers.redis_sql PORT REDIS_URL DATABASE_URL`
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, HTTPException
from redis.asyncio import BlockingConnectionPool, Redis

from scripts.peers.service import (
    ADD_OFFER,
    FIND_ORDER,
    PRICE,
    Buyer,
    Key,
    NewOffer,
    Offer,
    Order,
    Tally,
    Wish,
    open_pool,
    serve,
    tally_rows,
)

REDIS_CONNECTIONS = 64
SQL_CONNECTIONS = 16  # measured: with more of them the two cores only change between backends
KEY_KEPT_S = 24 * 3600
TAKEN, SOLD_OUT, REPEAT = 1, 0, 2
TAKE = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 2 end
local left = tonumber(redis.call('GET', KEYS[1]))
if not left then return -1 end
if left < tonumber(ARGV[1]) then return 0 end
redis.call('DECRBY', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], 1, 'EX', ARGV[2])
return 1
"""
INSERT = """
INSERT INTO orders (offer_id, buyer, key, quantity, amount) VALUES ($1, $2, $3, $4, $5) RETURNING id
"""


class Shop:
    """What the routes need of Redis and of PostgreSQL."""

    def __init__(self, redis: Redis, pool: asyncpg.Pool) -> None:
        self._redis = redis
        self._pool = pool
        self._take = redis.register_script(TAKE)

    async def add(self, units: int) -> int:
        offer_id: int = await self._pool.fetchval(ADD_OFFER, PRICE, units)
        await self._redis.set(f"left:{offer_id}", units)
        return offer_id

    async def tally(self, offer_id: int) -> Tally:
        rows, units = await tally_rows(self._pool, offer_id)
        left = await self._redis.get(f"left:{offer_id}")
        return Tally(left=int(left or 0), rows=rows, units=units)

    async def order(self, offer_id: int, quantity: int, buyer: str, key: str) -> Order:
        left, known = f"left:{offer_id}", f"key:{buyer}:{key}"
        said = await self._take(keys=[left, known], args=[quantity, KEY_KEPT_S])
        if said == REPEAT:
            return await self._again(buyer, key)
        if said == SOLD_OUT:
            raise HTTPException(409, "sold out")
        if said != TAKEN:
            raise HTTPException(404, "no such offer")
        amount = PRICE * quantity
        try:
            order_id = await self._pool.fetchval(INSERT, offer_id, buyer, key, quantity, amount)
        except (asyncpg.PostgresError, OSError):
            async with self._redis.pipeline() as undo:
                undo.incrby(left, quantity)
                undo.delete(known)
                await undo.execute()
            raise
        return Order(id=order_id, offer_id=offer_id, quantity=quantity, amount=amount)

    async def _again(self, buyer: str, key: str) -> Order:
        found = await self._pool.fetchrow(FIND_ORDER, buyer, key)
        if found is None:
            raise HTTPException(409, "the first request with this key is still under way")
        return Order(**found)


def create_app(redis_url: str, database_url: str) -> FastAPI:
    """The service."""
    shop: Shop

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        nonlocal shop
        connections = BlockingConnectionPool.from_url(redis_url, max_connections=REDIS_CONNECTIONS)
        redis = Redis(connection_pool=connections)
        pool = await open_pool(database_url, SQL_CONNECTIONS)
        shop = Shop(redis, pool)
        yield
        await pool.close()
        await redis.aclose(close_connection_pool=True)

    app = FastAPI(lifespan=lifespan)

    @app.post("/offers", status_code=201)
    async def add(new: NewOffer) -> Offer:
        return Offer(id=await shop.add(new.units))

    @app.get("/offers/{offer_id}")
    async def tally(offer_id: int) -> Tally:
        return await shop.tally(offer_id)

    @app.post("/offers/{offer_id}/orders", status_code=201)
    async def order(offer_id: int, wish: Wish, buyer: Buyer, idempotency_key: Key) -> Order:
        return await shop.order(offer_id, wish.quantity, buyer, idempotency_key)

    return app


if __name__ == "__main__":
    serve(create_app(sys.argv[2], sys.argv[3]), int(sys.argv[1]))
