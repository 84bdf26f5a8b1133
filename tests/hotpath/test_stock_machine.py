"""Any history of calls, on a real Redis and on the model: the same answers, the same stock, the same log."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from live.domain.outcomes import Outcome, Refused, Verdict
from live.errors import IllegalMove
from live.hotpath.account import KEPT
from live.hotpath.client import Client
from live.hotpath.takes import Take
from tests.hotpath.model import Model, ModelOffer, ModelOrder
from tests.hotpath.server import RedisServer
from tests.hotpath.stage import LONG_MS, Stage

BUYERS = st.sampled_from(["v1", "v2", "v3"])
UNITS = st.integers(1, 3)
PLACES = st.integers(0, 1_000)


class StockMachine(RuleBasedStateMachine):
    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.model = Model()
        self.made = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.stage.client.close())
        self.runner.close()

    @initialize()
    def begin(self) -> None:
        self.stage: Stage = self.run(self._begin())

    async def _begin(self) -> Stage:
        client = Client(self.url)
        await client.sample_clock()
        return await Stage(client).start()

    def any_offer(self, place: int) -> ModelOffer:
        return self.model.offers[place % len(self.model.offers)]

    def any_order(self, place: int) -> ModelOrder:
        return self.model.orders[place % len(self.model.orders)]

    @precondition(lambda self: self.model.is_live and len(self.model.offers) < KEPT + 2)
    @rule(quantity=st.integers(1, 6), limit=st.integers(1, 4), runs_out=st.booleans())
    def arm(self, quantity: int, limit: int, runs_out: bool) -> None:
        hold_ms = 0 if runs_out else LONG_MS
        offer = self.run(self.stage.arm(quantity, limit=limit, hold_ms=hold_ms))
        self.model.offers.append(ModelOffer(offer, quantity, limit, runs_out))

    def wish(self, place: int, buyer: str, units: int, key: str) -> tuple[Take, ModelOrder]:
        offer = self.any_offer(place)
        wish = self.stage.wish(offer.id, buyer, units, key)
        return wish, ModelOrder(wish.order_id, offer, buyer, units, key)

    def new_key(self) -> str:
        self.made += 1
        return f"k{self.made}"

    def send(self, wishes: list[tuple[Take, ModelOrder]]) -> None:
        """All of them in one call of the script; the model takes them one after the other."""

        async def all_at_once() -> list[Outcome]:
            return await asyncio.gather(*(self.stage.stock.take(wish) for wish, _ in wishes))

        for (_, order), outcome in zip(wishes, self.run(all_at_once()), strict=True):
            self.compare(order, self.model.take(order), outcome)

    def compare(self, order: ModelOrder, expected: Verdict, outcome: Outcome) -> None:
        if isinstance(outcome, Refused):
            assert outcome.verdict is expected
            return
        assert expected is (Verdict.REPEAT if outcome.repeat else Verdict.TAKEN)
        first = self.model.with_key(order.buyer, order.key)
        assert first is not None
        assert (outcome.order_id, outcome.quantity) == (first.id, first.quantity)

    @precondition(lambda self: self.model.offers)
    @rule(place=PLACES, buyer=BUYERS, units=UNITS)
    def take(self, place: int, buyer: str, units: int) -> None:
        self.send([self.wish(place, buyer, units, self.new_key())])

    @precondition(lambda self: self.model.offers)
    @rule(wanted=st.lists(st.tuples(PLACES, BUYERS, UNITS, st.booleans()), min_size=2, max_size=9))
    def take_many(self, wanted: list[tuple[int, str, int, bool]]) -> None:
        shared = self.new_key()
        self.send(
            [
                self.wish(place, buyer, units, shared if is_shared else self.new_key())
                for place, buyer, units, is_shared in wanted
            ]
        )

    @precondition(lambda self: self.model.orders)
    @rule(place=PLACES, more=st.integers(0, 1))
    def send_again(self, place: int, more: int) -> None:
        """The same key: with the same body, or with another."""
        known = self.any_order(place)
        offer = self.model.offers.index(known.offer)
        self.send([self.wish(offer, known.buyer, known.quantity + more, known.key)])

    @precondition(lambda self: self.model.orders)
    @rule(place=PLACES, as_operator=st.booleans())
    def pay(self, place: int, as_operator: bool) -> None:
        order = self.any_order(place)
        assert self.settle("pay", order, as_operator) is self.model.pay(order)

    @precondition(lambda self: self.model.in_state("expired"))
    @rule(place=PLACES, rival=BUYERS, units=UNITS)
    def pay_late(self, place: int, rival: str, units: int) -> None:
        """After someone, perhaps the same buyer, has taken what came back."""
        late = self.model.in_state("expired")
        order = late[place % len(late)]
        offer = self.model.offers.index(order.offer)
        self.send([self.wish(offer, rival, units, self.new_key())])
        assert self.settle("pay", order, False) is self.model.pay(order)

    @precondition(lambda self: self.model.orders)
    @rule(place=PLACES, as_operator=st.booleans())
    def cancel(self, place: int, as_operator: bool) -> None:
        order = self.any_order(place)
        verdict = self.settle("cancel", order, as_operator)
        assert verdict is self.model.cancel(order, as_operator=as_operator)

    @precondition(lambda self: self.model.in_state("held"))
    @rule(place=PLACES, as_operator=st.booleans(), any_state=st.booleans())
    def extend(self, place: int, as_operator: bool, any_state: bool) -> None:
        orders = self.model.orders if any_state else self.model.in_state("held")
        order = orders[place % len(orders)]
        before = self.run(self.stage.order(order.id))
        verdict = self.settle("extend", order, as_operator)
        assert verdict is self.model.extend(order)
        after = self.run(self.stage.order(order.id))
        more_ms = LONG_MS if verdict is Verdict.TAKEN else 0
        assert after.expires_ms == before.expires_ms + more_ms
        assert after.answered_ms == before.answered_ms
        assert after.is_extended is order.is_extended

    def settle(self, verb: str, order: ModelOrder, as_operator: bool) -> Verdict:
        async def call() -> Verdict:
            known = await self.stage.order(order.id)
            return await self.stage.settle(verb, known, as_operator=as_operator)

        verdict: Verdict = self.run(call())
        return verdict

    @rule()
    def sweep(self) -> None:
        self.run(self.stage.stock.sweep(self.stage.show))
        self.model.sweep()

    @precondition(lambda self: self.model.offers)
    @rule(
        place=PLACES,
        verb=st.sampled_from(
            ["pause", "resume", "resume", "freeze", "restock", "restock", "close"]
        ),
        delta=st.integers(-5, 5).filter(bool),
    )
    def move(self, place: int, verb: str, delta: int) -> None:
        offer = self.any_offer(place)
        values = {"delta": delta} if verb == "restock" else {}
        verdict, _ = self.run(self.stage.stock.move(verb, offer.id, values))
        assert verdict is self.model.move(verb, offer, delta)

    @precondition(lambda self: len(self.model.orders) > 8)
    @rule()
    def end(self) -> None:
        try:
            self.run(self.stage.log.move(self.stage.show, "end"))
        except IllegalMove:
            assert not self.model.is_live
        self.model.end()

    @invariant()
    def redis_its_log_and_the_model_agree(self) -> None:
        told = self.run(self.stage.check())
        assert {i: o["state"] for i, o in told.orders.items()} == {
            o.id: o.state for o in self.model.orders
        }
        for offer in self.model.offers:
            assert told.offers[offer.id]["left"] == self.model.left(offer) >= 0
            state = told.offers[offer.id]["state"]
            assert offer.state == ("open" if state == "sold_out" else state)


def test_any_history_obeys_the_promises(hot_server: RedisServer) -> None:
    StockMachine.url = hot_server.url
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
