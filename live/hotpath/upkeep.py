"""Redis's append-only file is written anew while nobody is buying.

A rewrite takes a processor and the disk for seconds, and every order waits for the disk: in a rush it would
cost more than the space is worth. Redis itself rewrites only a file that has grown very large.
"""

from live.hotpath import keys
from live.hotpath.client import Client
from live.hotpath.stock import StockCounter

WORTH_BYTES = 64 * 1024 * 1024  # a smaller file is read in a second at the next start
GROWN = 2  # times what the last rewrite left
CALM_BUCKETS = 4  # of ten seconds each: this one and the last three
CALM_ORDERS = 400  # of all shows in that time


async def rewrite_if_calm(client: Client, stock: StockCounter) -> bool:
    """Whether a rewrite was begun. Raises RedisUnavailable."""
    told = await client.do("INFO", "persistence")
    size, base = int(told.get("aof_current_size", 0)), int(told.get("aof_base_size", 0))
    if told.get("aof_rewrite_in_progress") or size < max(WORTH_BYTES, GROWN * base):
        return False
    if await orders_lately(client, stock) > CALM_ORDERS:
        return False
    await client.do("BGREWRITEAOF")
    return True


async def orders_lately(client: Client, stock: StockCounter) -> int:
    """Orders of all shows in the last half minute and more. Raises RedisUnavailable."""
    last = client.now_ms() // 10_000
    fields = [f"o:{bucket}" for bucket in range(last - CALM_BUCKETS + 1, last + 1)]
    shows = await stock.swept_shows()
    replies = await client.do_all([("HMGET", keys.pace(show), *fields) for show in shows])
    return sum(int(count or 0) for reply in replies for count in reply)
