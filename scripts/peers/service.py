"""What all peers have in common: what goes in and out, the tables, the pool, how they are served."""

from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI, Header
from pydantic import BaseModel, Field

PRICE = 100
CURRENCY = "CNY"
SCHEMA = """
CREATE TABLE IF NOT EXISTS offers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    price integer NOT NULL,
    units_left integer NOT NULL CHECK (units_left >= 0)
) WITH (fillfactor = 10);
CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    offer_id bigint NOT NULL,
    buyer text NOT NULL,
    key text NOT NULL,
    quantity integer NOT NULL,
    amount integer NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (buyer, key)
);
"""
ADD_OFFER = "INSERT INTO offers (price, units_left) VALUES ($1, $2) RETURNING id"
FIND_ORDER = "SELECT id, offer_id, quantity, amount FROM orders WHERE buyer = $1 AND key = $2"
COUNT_ORDERS = """
SELECT count(*) AS rows, coalesce(sum(quantity), 0)::bigint AS units FROM orders WHERE offer_id = $1
"""


class NewOffer(BaseModel):
    units: int = Field(ge=1)


class Offer(BaseModel):
    id: int


class Wish(BaseModel):
    quantity: int = Field(ge=1, le=100)


class Order(BaseModel):
    id: int
    offer_id: int
    quantity: int
    amount: int
    currency: str = CURRENCY
    state: str = "placed"


class Tally(BaseModel):
    """What is left of an offer, and the rows and units that SQL has of it."""

    left: int
    rows: int
    units: int


async def buyer_of(authorization: Annotated[str, Header()]) -> str:
    """The buyer is believed. A coroutine, since FastAPI gives a plain function to a thread."""
    return authorization.removeprefix("Bearer ")


async def no_reset(_: Any) -> None:
    """Nothing here leaves anything behind on a connection: spares a round trip for each use."""


async def open_pool(url: str, connections: int) -> asyncpg.Pool:
    """All connections are open, and the tables are there."""
    pool = await asyncpg.create_pool(
        url, min_size=connections, max_size=connections, reset=no_reset
    )
    await pool.execute(SCHEMA)
    return pool


async def tally_rows(pool: asyncpg.Pool, offer_id: int) -> tuple[int, int]:
    """Rows and units of the offer."""
    found = await pool.fetchrow(COUNT_ORDERS, offer_id)
    return found["rows"], found["units"]


def serve(app: FastAPI, port: int) -> None:
    """As `live serve` and the reference are served."""

    @app.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"ok": True}

    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        backlog=4096,
    )


Buyer = Annotated[str, Depends(buyer_of)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
