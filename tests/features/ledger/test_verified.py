"""No false alarm: whatever happens to a sale, and to the Redis under it, `live verify` finds it true."""

import asyncio

import pytest

from live.cli import verify
from live.features.audit.actions import export_ledger
from live.hotpath import keys
from tests.features.ledger.stand import History, Stand
from tests.features.ledger.test_rebuild import restart, wipe
from tests.hotpath.server import RedisServer

COUNTDOWNS_MS, DURATIONS_MS, HOLDS_MS = (0, 0, 20), (40, 600_000, 600_000), (0, 3_600_000)


class Evening(History):
    """All that operators, buyers and the clock do; some offers last for a moment only."""

    async def live(self, steps: int) -> None:
        for _ in range(4):
            values = {
                "countdown_ms": self.chance.choice(COUNTDOWNS_MS),
                "duration_ms": self.chance.choice(DURATIONS_MS),
                "hold_ms": self.chance.choice(HOLDS_MS),
                "limit": self.chance.randint(2, 6),
            }
            self.offers.append(await self.stand.arm(self.chance.randint(2, 12), **values))
        acts = (self.take, self.take, self.take, self.settle, self.settle, self.say, self.move)
        for _ in range(steps):
            await self.chance.choice(acts)()
            await asyncio.sleep(0.001)

    async def move(self) -> None:
        verb = self.chance.choice(
            ("pause", "resume", "resume", "freeze", "restock", "sweep", "close")
        )
        if verb == "sweep":
            await self.stand.stock.sweep(self.stand.show)
        elif verb != "close" or self.chance.random() < 0.2:
            offer, delta = (
                self.chance.choice(self.offers),
                self.chance.choice((-12, -2, -1, 1, 2, 5)),
            )
            await self.stand.stock.move(verb, offer, {"delta": delta} if verb == "restock" else {})


async def recomputed(stand: Stand) -> verify.Sale:
    await stand.drain()
    export = "".join([piece async for piece in export_ledger(stand.show, db=stand.db)])
    return verify.recompute(export.encode())


@pytest.mark.parametrize("seed", range(8))
async def test_a_sale_is_true_in_all_its_lives(
    ledger_server: RedisServer, stand: Stand, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "HOLD_MIN_MS", 0)  # here holds run out at once
    evening = Evening(stand, seed)
    for _ in range(3):
        await evening.live(70)
        await recomputed(stand)
        await (wipe if seed % 2 else restart)(ledger_server, stand)
        await stand.mend()
    await stand.log.move(stand.show, "end")
    for order in evening.orders:
        await stand.settle("pay", await stand.order(order))
    sale = await recomputed(stand)
    assert len(sale.orders) == len(evening.orders) > 0
    assert {offer["state"] for offer in sale.offers.values()} == {"closed"}


@pytest.mark.parametrize("is_order", [True, False])
async def test_time_goes_on_in_a_redis_whose_host_has_set_its_clock_back(
    ledger_server: RedisServer, stand: Stand, is_order: bool
) -> None:
    offer = await stand.arm()
    ahead = stand.client.now_ms() + 3_000_000
    await stand.client.do("HSET", keys.meta(stand.show), "now", ahead)
    if is_order:
        await stand.settle("cancel", await stand.taken(offer))
    else:
        await stand.stock.move("restock", offer, {"delta": 1})
    assert (await recomputed(stand)).at_ms == ahead
    await wipe(ledger_server, stand)
    await stand.mend()
    await stand.taken(offer, "v2")
    assert (await recomputed(stand)).at_ms >= ahead
