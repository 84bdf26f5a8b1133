"""A show that is over leaves Redis: whoever asks gets the same answers, and a refund brings it back."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from live.domain.ids import ShowId
from live.features.archive import actions, tasks
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.known import FRESH_S
from live.hub import Role, Who
from live.runtime import Runtime
from live.sockets import Sockets
from live.store import archive
from live.store.orders import find_order
from live.store.shows import find_show
from tests.asking import NOBODY, Api, done, eventually, refused
from tests.engines import listening
from tests.factories import Viewer, buy, make_offer, make_order, make_show, make_viewer


@dataclass
class Evening:
    """A show with one sale: a paid order, one that the buyer gave back, perhaps one that ran out."""

    api: Api
    runtime: Runtime
    show: str = ""
    offer: str = ""
    paid: str = ""
    expired: str = ""
    cancelled: str = ""

    async def happen(self, *, something_runs_out: bool) -> None:
        self.viewer = await make_viewer(self.api)
        self.show = await make_show(self.api)
        hold_s = 1 if something_runs_out else 60
        self.offer = await make_offer(self.api, self.show, hold_s=hold_s, per_buyer_limit=3)
        done(await self.api.put(f"/shows/{self.show}/words", {"words": ["想要"]}))
        await self.api.post(
            f"/shows/{self.show}/comments", {"text": "想要"}, token=self.viewer.token
        )
        self.first = await buy(self.api, self.offer, self.viewer, key="the-key")
        self.paid = done(self.first)["id"]
        done(await self.settle("pay", self.paid))
        self.cancelled = await make_order(self.api, self.offer, self.viewer)
        done(await self.settle("cancel", self.cancelled))
        if something_runs_out:
            self.expired = await make_order(self.api, self.offer, self.viewer)
        self.early = Boards(self.runtime)  # of a process that nobody asks again until much later
        await self.early.board(self.show)
        done(await self.api.post(f"/shows/{self.show}/end"))
        await eventually(self.is_settled)

    async def settle(self, verb: str, order: str, token: str | None = None) -> Any:
        token = self.viewer.token if token is None else token
        return await self.api.post(f"/orders/{order}/{verb}", token=token)

    async def is_settled(self) -> bool:
        audit = await self.api.audit(self.show)
        return bool(audit["ok"] and audit["offers"][0]["held"] == 0)

    async def keys(self) -> list[bytes]:
        found: list[bytes] = await self.runtime.redis.do("KEYS", "{show:" + self.show + "}:*")
        return found

    async def leave(self) -> None:
        """The show is archived, as an hour later; a watch that looks in the middle of it takes it back."""
        now = self.runtime.clock.now()

        async def has_left() -> bool:
            return self.show in await archive_all(self.runtime, now + timedelta(hours=1), now)

        await eventually(has_left)
        assert await self.keys() == []

    async def is_archived(self) -> bool:
        async with self.runtime.db.read() as session:
            return await archive.is_archived(session, self.show)

    async def told(self) -> dict[str, Any]:
        """What the API says of the evening to those who ask."""
        paths = {
            "show": f"/shows/{self.show}",
            "orders": f"/shows/{self.show}/orders",
            "audit": f"/shows/{self.show}/audit",
            "offer": f"/offers/{self.offer}",
            "receipt": f"/orders/{self.paid}/receipt",
            **{i: f"/orders/{i}" for i in (self.paid, self.expired, self.cancelled) if i},
        }
        said = {name: done(await self.api.get(path)) for name, path in paths.items()}
        tally = done(await self.api.get(f"/shows/{self.show}/tally"))
        tally.pop("as_of")
        ledger = await self.api.get(f"/shows/{self.show}/ledger")
        return said | {"tally": tally, "ledger": ledger.text}


async def archive_all(runtime: Runtime, before: datetime, now: datetime) -> list[str]:
    found = await actions.archive_settled(
        before,
        now,
        db=runtime.db,
        facts=runtime.facts,
        stock=runtime.stock,
        presence=runtime.presence,
        archiver=runtime.archiver,
    )
    return [str(show) for show in found]


@pytest.fixture
async def evening(api: Api, runtime: Runtime) -> Evening:
    one = Evening(api, runtime)
    await one.happen(something_runs_out=False)
    return one


@pytest.fixture
async def long_evening(api: Api, runtime: Runtime) -> Evening:
    one = Evening(api, runtime)
    await one.happen(something_runs_out=True)
    return one


async def test_everyone_is_told_the_same_before_and_after(long_evening: Evening) -> None:
    evening = long_evening
    before = await evening.told()
    await evening.leave()
    assert await evening.told() == before
    assert before["audit"]["ok"] is True
    assert before["tally"]["keywords"] == [{"word": "想要", "count": 1}]
    assert await evening.keys() == []


async def test_the_proof_of_an_archived_show_still_finds_a_unit_that_is_missing(
    evening: Evening,
) -> None:
    await evening.leave()
    async with evening.runtime.db.write() as session:
        order = await find_order(session, evening.paid)
        assert order is not None
        order.quantity = 2
        session.add(order)
    assert (await evening.api.audit(evening.show))["ok"] is False


async def test_a_key_gets_its_first_answer_and_nothing_new_is_sold(evening: Evening) -> None:
    await evening.leave()
    api, offer, viewer = evening.api, evening.offer, evening.viewer
    again = await buy(api, offer, viewer, key="the-key")
    assert (again.status_code, again.content) == (201, evening.first.content)
    refused(await buy(api, offer, viewer, 2, key="the-key"), 409, "key_reused")
    refused(await buy(api, offer, viewer, key="another"), 409, "ended")
    other = await make_viewer(api)
    refused(await buy(api, offer, other, key="the-key"), 409, "ended")
    assert await evening.keys() == []


async def test_what_cannot_be_done_after_the_end_is_refused_as_before(evening: Evening) -> None:
    await evening.leave()
    api, show, offer = evening.api, evening.show, evening.offer
    item = {"sku": "B2", "title": "盖毯", "list_price": 100, "stock": 5}
    for verb in ("push", "pause", "resume", "close"):
        refused(await api.post(f"/offers/{offer}/{verb}"), 409, "illegal_move")
    for delta in (1, -1):
        refused(await api.post(f"/offers/{offer}/restock", {"delta": delta}), 409, "illegal_move")
    for verb in ("start", "end"):
        refused(await api.post(f"/shows/{show}/{verb}"), 409, "illegal_move")
    said = await api.post(f"/shows/{show}/comments", {"text": "在吗"}, token=evening.viewer.token)
    refused(said, 409, "ended")
    refused(await api.post(f"/shows/{show}/cues", {"text": "x"}), 409, "ended")
    refused(await api.put(f"/shows/{show}/words", {"words": ["x"]}), 409, "ended")
    refused(await api.post(f"/shows/{show}/items", item), 409, "ended")
    assert await evening.keys() == []


async def test_a_line_may_still_be_mended(evening: Evening, app: Starlette) -> None:
    await evening.leave()
    boards: Boards = app.state.boards
    item = (await boards.board(evening.show)).items[0].id
    done(await evening.api.patch(f"/items/{item}", {"title": "保温杯 二"}))

    async def is_drawn() -> bool:
        return (await boards.board(evening.show)).items[0].title == "保温杯 二"

    await eventually(is_drawn)
    assert await evening.keys() == []


async def test_settling_that_changes_nothing_leaves_the_show_where_it_is(evening: Evening) -> None:
    await evening.leave()
    assert done(await evening.settle("pay", evening.paid))["state"] == "paid"
    assert done(await evening.settle("cancel", evening.cancelled))["state"] == "cancelled"
    refused(await evening.settle("cancel", evening.paid), 409, "illegal_move")
    refused(await evening.settle("pay", evening.cancelled), 409, "illegal_move")
    stranger = (await make_viewer(evening.api)).token
    refused(await evening.settle("pay", evening.paid, stranger), 404, "not_found")
    assert await evening.keys() == []


async def test_money_that_comes_later_still_is_refunded_and_the_show_leaves_again(
    long_evening: Evening,
) -> None:
    evening = long_evening
    await evening.leave()
    assert done(await evening.settle("pay", evening.expired))["state"] == "refunded"
    operator = evening.api.operator
    assert done(await evening.settle("cancel", evening.paid, operator))["state"] == "refunded"
    assert not await evening.is_archived()
    await eventually(evening.is_settled)
    before = await evening.told()
    assert before["audit"]["offers"][0]["refunded"] == 2
    assert before["tally"]["gmv_paid"] == 0
    await evening.leave()
    assert await evening.told() == before


async def test_screens_of_an_archived_show_look_as_before(evening: Evening, app: Starlette) -> None:
    runtime, show, viewer = evening.runtime, evening.show, evening.viewer.id

    async def looks(boards: Boards) -> tuple[Any, ...]:
        board, sockets = await boards.board(show), Sockets(runtime, boards, app.state.door)
        snapshot = await sockets.snapshot(show, board.position, Who(Role.VIEWER, viewer, "n"))
        figures = replace(board.numbers, viewers=0, orders_per_min=0, pace=())
        health = [lamp for lamp in board.health if lamp.name != "sockets"]  # of the process
        return (
            (figures, board.words, board.chain, board.offers, board.host, health),
            (await sockets.present_personal(show, board.position, viewer, "zh"))["my-order"],
            snapshot["orders"],
        )

    open_before: Boards = app.state.boards
    before = await looks(open_before)
    assert before[2]
    await evening.leave()
    assert await looks(Boards(runtime)) == before
    assert await looks(evening.early) == before
    await asyncio.sleep(FRESH_S)
    assert await looks(open_before) == before
    slug = done(await evening.api.get(f"/shows/{show}"))["slug"]
    assert (await evening.api.send("GET", f"/watch/{slug}", token=NOBODY)).status_code == 200
    assert await evening.keys() == []


async def test_a_client_that_resumes_is_reset_to_what_stands(
    evening: Evening, app: Starlette
) -> None:
    head = await evening.runtime.facts.head(ShowId(evening.show))
    assert head is not None
    await evening.leave()
    config = uvicorn.Config(app, log_level="error", lifespan="off")
    async with listening(config) as address:
        url = f"ws://{address}/api/v1/shows/{evening.show}/events?since={head.epoch}:{head.seq - 1}"
        offered = [Subprotocol("live.v1"), Subprotocol(f"bearer.{evening.viewer.token}")]
        async with connect(url, subprotocols=offered) as client, asyncio.timeout(5):
            while (read := json.loads(await client.recv()))["type"] != "reset":
                assert read["type"] == "hello"
    assert read["data"]["snapshot"]["show"]["state"] == "ended"
    assert {order["id"] for order in read["data"]["snapshot"]["orders"]} == {
        evening.paid,
        evening.cancelled,
    }
    assert await evening.keys() == []


async def test_a_show_with_a_hold_or_one_that_changed_lately_stays(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show, hold_s=60)
    viewer: Viewer = await make_viewer(api)
    order = await make_order(api, offer, viewer)
    done(await api.post(f"/shows/{show}/end"))

    async def is_written() -> bool:
        return bool((await api.audit(show))["ok"])

    await eventually(is_written)
    now = runtime.clock.now()
    assert await archive_all(runtime, now + timedelta(hours=1), now) == []
    done(await api.post(f"/orders/{order}/pay", token=viewer.token))
    await eventually(is_written)
    await tasks.archive_shows({"runtime": runtime})
    assert not await is_archived(runtime, show)
    assert await archive_all(runtime, now + timedelta(hours=1), now) == [show]
    assert await is_archived(runtime, show)


async def is_archived(runtime: Runtime, show: str) -> bool:
    async with runtime.db.read() as session:
        row = await find_show(session, show)
    return row is not None and row.archived_at is not None
