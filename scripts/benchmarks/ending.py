"""A show with many orders ends in a control room of its own: how much of its Redis memory comes back.

The orders go straight into its Redis; the control room's own worker carries them into SQL, its sweep
lets the holds run out, and the worker gives the memory back ARCHIVE_AFTER_S later (LIVE_ARCHIVE_AFTER_S).
"""

import asyncio
from pathlib import Path
from typing import Any

from live.crowd.client import Client as Http
from live.domain.ids import OfferId, ShowId
from live.domain.offer import HOLD_MIN_S
from live.hotpath.client import Client
from scripts.benchmarks.memory import Sample, given_back, parts_bytes, used_bytes, watch_fall
from scripts.benchmarks.orders import UNITS, Target
from scripts.benchmarks.sale import Sale
from scripts.benchmarks.servers import (
    control_room_settings,
    free_port,
    make_operator_token,
    own_redis,
    served,
)

HOLD_S = max(HOLD_MIN_S, 30)
ARCHIVE_AFTER_S = 5  # an hour, unless one sets it: too long to watch
SHOWN_EVERY_S = 10.0


async def measure(folder: Path, orders: int, patience_s: float) -> dict[str, Any]:
    """The figures; prints as it goes. `orders` are of one offer, UNITS at most, none of them paid."""
    port = free_port()
    async with own_redis(folder) as url:
        settings = control_room_settings(port, folder / "var")
        settings |= {"LIVE_REDIS_URL": url, "LIVE_ARCHIVE_AFTER_S": str(ARCHIVE_AFTER_S)}
        async with served(["live", "up"], port, folder, **settings) as base_url:
            client = Client(url)
            await client.sample_clock()
            token = await asyncio.to_thread(make_operator_token, settings)
            http = Http(base_url, connections=2)
            target = Target(http, token)
            await target.set_up()
            show = ShowId(target.show_id)
            before = await used_bytes(client)
            await Sale(client, show, [await _offer(target)]).fill(min(orders, UNITS))
            await target.quiet()
            at_end = await parts_bytes(client, show)
            await http.call("POST", f"/api/v1/shows/{show}/end", {}, token=token)
            samples = await watch_fall(client, show, patience_s)
            left = await parts_bytes(client, show)
            http.close()
            await client.close()
    return _told(before, samples, at_end, left, orders)


async def _offer(target: Target) -> OfferId:
    """An open offer whose holds run out soon."""
    show = f"/api/v1/shows/{target.show_id}"
    goods = {"sku": "E1", "title": "Ending", "list_price": 100, "stock": UNITS}
    item = await target.client.call("POST", f"{show}/items", goods, token=target.token)
    body = {
        "item_id": item["id"],
        "kind": "flash_sale",
        "price": 100,
        "quantity": UNITS,
        "per_buyer_limit": 1,
        "duration_s": 7200,
        "hold_s": HOLD_S,
        "countdown_s": 0,
    }
    offer = await target.client.call("POST", f"{show}/offers", body, token=target.token)
    path = f"/api/v1/offers/{offer['id']}/push"
    await target.client.call("POST", path, {}, token=target.token)
    return OfferId(str(offer["id"]))


def _told(
    before: int,
    samples: list[Sample],
    at_end: dict[str, int],
    left: dict[str, int],
    orders: int,
) -> dict[str, Any]:
    shown = -SHOWN_EVERY_S
    for sample in samples:
        if sample.at_s - shown >= SHOWN_EVERY_S or sample is samples[-1]:
            shown = sample.at_s
            print(
                f"{sample.at_s:6.0f} s after the end  {(sample.used - before) / 2**20:8.1f} MiB of the"
                f" show in Redis  {sample.holds:>8} holds left"
            )
    back = given_back(before, samples)
    print(
        f"{orders:,} orders took {back.taken / 2**20:.1f} MiB ({back.taken / orders:.0f} bytes each, log"
        f" trimmed); {back.share:.0%} was given back {back.seconds:.0f} s after the end"
        f"{'' if back.in_time else ', and it was still changing when the patience was over'}; left of"
        f" each order: {', '.join(f'{part} {size / orders:.0f}' for part, size in left.items())} bytes",
        flush=True,
    )
    return {
        "orders": orders,
        "bytes_per_order": round(back.taken / orders, 1),
        "parts_at_end": {part: round(size / orders, 1) for part, size in at_end.items()},
        "parts_left": {part: round(size / orders, 1) for part, size in left.items()},
        "given_back": round(back.share, 3),
        "seconds": round(back.seconds, 1),
        "settled": back.in_time,
    }
