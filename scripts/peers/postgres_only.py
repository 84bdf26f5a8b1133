"""FastAPI + PostgreSQL: the offer's row is the counter, and the order goes in by the same transaction.

`python -m scripts.peers.postgres_only PORT DATABASE_URL transaction|statement`
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, HTTPException

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

CONNECTIONS = 4  # measured: all wait for one row, more of them only lengthen the queue for its lock
TAKE = """
UPDATE offers SET units_left = units_left - $2 WHERE id = $1 AND units_left >= $2 RETURNING price
"""
INSERT = """
INSERT INTO orders (offer_id, buyer, key, quantity, amount) VALUES ($1, $2, $3, $4, $5)
RETURNING id, offer_id, quantity, amount
"""
TAKE_AND_INSERT = """
WITH taken AS (
    UPDATE offers SET units_left = units_left - $4 WHERE id = $1 AND units_left >= $4 RETURNING price
)
INSERT INTO orders (offer_id, buyer, key, quantity, amount)
SELECT $1, $2, $3, $4, price * $4 FROM taken
RETURNING id, offer_id, quantity, amount
"""
LEFT = "SELECT units_left FROM offers WHERE id = $1"

Place = Callable[[asyncpg.Pool, int, str, str, int], Awaitable[asyncpg.Record | None]]


async def in_a_transaction(
    pool: asyncpg.Pool, offer_id: int, buyer: str, key: str, quantity: int
) -> asyncpg.Record | None:
    """The order, or None when there isn't enough left. Raises UniqueViolationError for a known key."""
    async with pool.acquire() as connection, connection.transaction():
        price = await connection.fetchval(TAKE, offer_id, quantity)
        if price is None:
            return None
        return await connection.fetchrow(INSERT, offer_id, buyer, key, quantity, price * quantity)


async def in_one_statement(
    pool: asyncpg.Pool, offer_id: int, buyer: str, key: str, quantity: int
) -> asyncpg.Record | None:
    """As `in_a_transaction`, in one round trip: the row is locked for a shorter time."""
    return await pool.fetchrow(TAKE_AND_INSERT, offer_id, buyer, key, quantity)


WAYS: dict[str, Place] = {"transaction": in_a_transaction, "statement": in_one_statement}


def create_app(database_url: str, place: Place) -> FastAPI:
    """The service."""
    pool: asyncpg.Pool

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        nonlocal pool
        pool = await open_pool(database_url, CONNECTIONS)
        yield
        await pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/offers", status_code=201)
    async def add(new: NewOffer) -> Offer:
        return Offer(id=await pool.fetchval(ADD_OFFER, PRICE, new.units))

    @app.get("/offers/{offer_id}")
    async def tally(offer_id: int) -> Tally:
        rows, units = await tally_rows(pool, offer_id)
        return Tally(left=await pool.fetchval(LEFT, offer_id) or 0, rows=rows, units=units)

    @app.post("/offers/{offer_id}/orders", status_code=201)
    async def order(offer_id: int, wish: Wish, buyer: Buyer, idempotency_key: Key) -> Order:
        try:
            placed = await place(pool, offer_id, buyer, idempotency_key, wish.quantity)
        except asyncpg.UniqueViolationError:
            placed = await pool.fetchrow(FIND_ORDER, buyer, idempotency_key)
        if placed is None:
            raise HTTPException(409, "sold out")
        return Order(**placed)

    return app


if __name__ == "__main__":
    serve(create_app(sys.argv[2], WAYS[sys.argv[3]]), int(sys.argv[1]))
