"""Redis loses everything, or some of it, or only its breath: what stands in SQL is sold on, and no more."""

import pytest

from live.domain.access import Viewer
from live.domain.outcomes import Refused, Taken, Verdict
from live.errors import Recovering, RedisUnavailable
from live.features.ledger.actions import GRACE_MS
from live.features.orders.actions import Door
from live.hotpath import keys
from live.hotpath.account import KEPT
from live.hotpath.client import Client
from live.hotpath.restore import Restorer
from live.runtime import Clock
from live.store.moments import to_ms
from live.store.orders import find_order
from live.web.rate_limits import RateLimits
from live.web.tokens import ViewerTokens
from tests.features.ledger.stand import History, Stand
from tests.hotpath.server import RedisServer

VIEWER = Viewer("v77", "n", 2**40)


async def wipe(server: RedisServer, stand: Stand) -> None:
    server.stop()
    server.wipe()
    server.start()
    await stand.reach()


async def restart(server: RedisServer, stand: Stand) -> None:
    server.stop()
    server.start()
    await stand.reach()


async def sells(stand: Stand, offer: str) -> bool:
    return isinstance(await stand.take(offer, "v99"), Taken)


async def is_unknown(stand: Stand, offer: str) -> bool:
    outcome = await stand.take(offer, "v99")
    return isinstance(outcome, Refused) and outcome.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("seed", range(6))
async def test_a_show_put_back_from_sql_is_the_show_that_was_lost(
    ledger_server: RedisServer, stand: Stand, seed: int
) -> None:
    await History(stand, seed).live(120)
    told = await stand.check()
    await stand.drain()
    before = await stand.image()
    await wipe(ledger_server, stand)
    await stand.mend()

    after = await stand.image()
    assert after == before
    head = await stand.facts.head(stand.show)
    assert head is not None
    assert (head.seq, head.state) == (told.seq, "live")
    assert head.epoch != "e1"


async def test_a_show_put_back_lives_on_and_can_be_put_back_again(
    ledger_server: RedisServer, stand: Stand
) -> None:
    history = History(stand, 11)
    await history.live(60)
    for _ in range(2):
        await stand.drain()
        before = await stand.image()
        await wipe(ledger_server, stand)
        await stand.mend()
        assert await stand.image() == before
        for _ in range(40):
            await history.take()
            await history.settle()
            await history.say()
        await stand.stock.sweep(stand.show)


async def test_a_buyer_of_many_offers_is_put_back_with_every_key(
    ledger_server: RedisServer, stand: Stand
) -> None:
    offers = [await stand.arm(9, limit=2) for _ in range(KEPT + 2)]
    wishes = [stand.wish(offer) for offer in (*offers, *offers)]
    first = [await stand.stock.take(wish) for wish in wishes]
    await stand.drain()
    before = await stand.image()
    await wipe(ledger_server, stand)
    await stand.mend()
    assert await stand.image() == before
    again = [await stand.stock.take(wish) for wish in wishes]
    assert [o._replace(repeat=True) for o in first if isinstance(o, Taken)] == again
    for offer in offers:
        assert isinstance(await stand.take(offer), Refused), "the limit is reached"


async def test_an_empty_redis_sells_nothing(ledger_server: RedisServer, stand: Stand) -> None:
    offer = await stand.arm(3)
    order = await stand.taken(offer)
    await stand.drain()
    await wipe(ledger_server, stand)
    assert await is_unknown(stand, offer)
    with pytest.raises(Recovering):
        await Door(stand.stock, stand.db, RateLimits(), ViewerTokens("s" * 32), Clock()).place(
            VIEWER, offer, 1, "k"
        )
    for call in (
        stand.stock.move("close", offer, {}),
        stand.log.move(stand.show, "end"),
        stand.log.append(stand.show, "items", {}),
    ):
        with pytest.raises(Recovering):
            await call
    await stand.mend()
    assert await sells(stand, offer)
    assert await stand.settle("pay", order) is Verdict.TAKEN


async def test_a_restarted_redis_sells_nothing_until_it_was_compared(
    ledger_server: RedisServer, stand: Stand
) -> None:
    offer = await stand.arm(9)
    order = await stand.taken(offer)
    await stand.drain()
    acked = await stand.taken(offer, "v2")  # not in SQL yet
    await restart(ledger_server, stand)

    head = await stand.facts.head(stand.show)
    assert head is not None
    assert head.state == "recovering"
    assert await is_unknown(stand, offer)
    assert await stand.settle("pay", order) is Verdict.UNKNOWN
    with pytest.raises(Recovering):
        await stand.stock.move("pause", offer, {})
    await stand.stock.sweep(stand.show)
    before = await stand.image()
    await stand.mend()

    assert await stand.image() == before  # nothing was rebuilt, it was let go on
    assert (await stand.order(acked.id)).state == "held"
    assert await sells(stand, offer)
    await stand.check()
    await stand.drain()
    head = await stand.facts.head(stand.show)
    assert head is not None
    assert (head.epoch, head.state) == ("e1", "live")


async def test_a_log_cut_short_is_noticed_before_anything_is_sold(
    ledger_server: RedisServer, stand: Stand
) -> None:
    offer = await stand.arm(5)
    await stand.taken(offer, "v1")
    cut = ledger_server.append_only_files()[-1]
    size = cut.stat().st_size
    for n in range(4):
        await stand.taken(offer, f"v{n + 2}")
    await stand.drain()
    before = await stand.image()
    ledger_server.stop()
    with cut.open("r+b") as file:
        file.truncate(size)
    ledger_server.start()
    await stand.reach()

    assert (await stand.numbers(offer))[0] == 4  # it would sell these four again
    assert await is_unknown(stand, offer)
    await stand.mend()
    assert await stand.image() == before
    assert not await sells(stand, offer)
    wish = stand.wish(offer, "v2")
    assert isinstance(await stand.stock.take(wish), Refused)


async def test_a_show_that_ended_comes_back_with_its_holds(
    ledger_server: RedisServer, stand: Stand
) -> None:
    offer = await stand.arm(5)
    order = await stand.taken(offer)
    await stand.log.move(stand.show, "end")
    await stand.drain()
    await wipe(ledger_server, stand)
    await stand.mend()
    assert await stand.settle("pay", order) is Verdict.TAKEN
    assert await stand.settle("cancel", order, as_operator=True) is Verdict.TAKEN


async def test_a_hold_that_ran_out_meanwhile_gets_more_time_and_its_key_the_old_answer(
    ledger_server: RedisServer, stand: Stand
) -> None:
    offer = await stand.arm(5, hold_ms=1)
    wish = stand.wish(offer)
    first = await stand.stock.take(wish)
    assert isinstance(first, Taken)
    await stand.drain()
    await wipe(ledger_server, stand)
    await stand.mend()
    await stand.stock.sweep(stand.show)
    order = await stand.order(first.order_id)
    assert order.state == "held"
    assert abs(order.expires_ms - stand.client.now_ms() - GRACE_MS) < 5_000
    again = await stand.stock.take(wish)
    assert isinstance(again, Taken)
    assert (again.order_id, again.expires_ms) == (first.order_id, first.expires_ms)


async def test_a_hold_that_was_extended_keeps_its_end_and_its_key_the_first_answer(
    ledger_server: RedisServer, stand: Stand
) -> None:
    wishes = [stand.wish(await stand.arm(5)) for _ in range(2)]
    taken = [await stand.stock.take(wish) for wish in wishes]
    orders = [await stand.order(one.order_id) for one in taken if isinstance(one, Taken)]
    assert (
        await stand.settle("extend", orders[0]) is Verdict.TAKEN
    )  # taken and extended in one batch
    await stand.drain()
    assert await stand.settle("extend", orders[1]) is Verdict.TAKEN  # extended in a later one
    await stand.drain()
    before, image = [await stand.order(order.id) for order in orders], await stand.image()
    for _ in range(2):
        await wipe(ledger_server, stand)
        await stand.mend()
        assert [await stand.order(order.id) for order in orders] == before
        assert await stand.image() == image
    assert [await stand.settle("extend", order) for order in orders] == [Verdict.REPEAT] * 2
    again = [await stand.stock.take(wish) for wish in wishes]
    assert again == [one._replace(repeat=True) for one in taken if isinstance(one, Taken)]
    async with stand.db.read() as session:
        row = await find_order(session, orders[0].id)
    assert row is not None
    assert to_ms(row.expires_at) == before[0].expires_ms > to_ms(row.answered_at)


async def test_a_redis_that_restarts_under_the_rebuild_is_not_trusted(
    ledger_server: RedisServer, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await stand.arm(5)
    await stand.taken(offer)
    await stand.drain()
    before = await stand.image()
    await wipe(ledger_server, stand)
    do_all, restarts = stand.client.do_all, [2]

    async def interrupted(commands: list[tuple[str, ...]]) -> list[object]:
        answers: list[object] = await do_all(commands)
        if commands[0][0] == "HSET" and restarts:
            restarts.pop()
            ledger_server.stop()
            ledger_server.start()
        return answers

    monkeypatch.setattr(stand.client, "do_all", interrupted)
    with pytest.raises(RedisUnavailable):
        await stand.mend()
    assert await is_unknown(stand, offer)
    await stand.mend()
    assert await stand.image() == before


async def test_trust_is_for_the_life_and_the_epoch_that_were_looked_at(
    ledger_server: RedisServer, ledger_client: Client, stand: Stand
) -> None:
    offer = await stand.arm(5)
    run = await ledger_client.run_id()
    await restart(ledger_server, stand)
    restorer = Restorer(ledger_client)
    assert not await restorer.trust(stand.show, run, "e1")
    assert not await restorer.trust(stand.show, await ledger_client.run_id(), "e0")
    assert await is_unknown(stand, offer)
    assert await restorer.trust(stand.show, await ledger_client.run_id(), "e1")
    assert not await restorer.trust(stand.show, await ledger_client.run_id(), "e1"), "told once"
    assert await sells(stand, offer)
    assert await ledger_client.do("SISMEMBER", keys.SHOWS, stand.show)


async def test_a_show_of_another_layout_is_laid_out_anew_once_its_log_is_in_sql(
    stand: Stand,
) -> None:
    """A new version of the program meets what the old one has left in Redis."""
    offer = await stand.arm(5)
    await stand.taken(offer)
    before = await stand.image()
    await stand.client.do("HDEL", keys.meta(stand.show), "layout")
    assert await is_unknown(stand, offer)
    await stand.mend()
    assert await is_unknown(stand, offer), "SQL does not have it all yet"
    await stand.drain()
    await stand.mend()
    after = await stand.image()
    for image in (before, after):
        for name in ("chain_n", "chain_head"):
            image["meta"].pop(name, None)
    assert after == before
    assert await sells(stand, offer)
