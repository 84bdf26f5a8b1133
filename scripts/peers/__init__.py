"""What others would build in an afternoon to sell limited stock, to be measured beside ours.

    redis_sql       FastAPI + Redis + PostgreSQL: a script checks and takes, then an order row is inserted
    postgres_only   FastAPI + PostgreSQL: the row of the offer is the counter. Twice: as a transaction of
                    two statements, and as one statement

    fanout/         not about stock: the same text to every socket, to be measured beside the hub

Written to be fast within what they are: one process, uvloop and httptools, pools that are open before
the first order, prepared statements, no reset between two uses of a connection, unix sockets, pydantic's
own serialiser, no foreign key on the path, HOT updates of the hot row. Both are durable: Redis syncs its
file before it answers, PostgreSQL its log before it commits. Both know an idempotency key again.

What they don't do, and ours does: the buyer's token is believed, not verified; no limit per buyer, no
rate limit; no hold that runs out, no pay or cancel; no opening or closing by the clock; no log that
screens follow, no hash chain, no number of the attempt. `redis_sql` loses units when it is killed between
the script and the INSERT: they are gone and no order has them.

`live/` never imports this; this never imports `live/`.
"""
