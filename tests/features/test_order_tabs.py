"""The orders' tabs of the control room: the show's counts, and the rows that need a look."""

import re
from typing import Any

import pytest
from starlette.applications import Starlette

from live.domain.ids import ShowId
from live.features.screens.presenters import tail
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.partials import present
from live.features.screens.presenters.views import Board
from live.runtime import Runtime
from live.store.entries import list_entries
from tests.asking import NOBODY, Api, done, eventually
from tests.factories import Viewer, make_offer, make_order, make_show, make_viewer

TABS = ("unpaid", "expiring", "paid_orders", "failed", "lost")


def counts(board: Board) -> dict[str, int]:
    return {name: getattr(board.numbers, name) for name in TABS}


async def declines(api: Api, show: str, order: str, viewer: Viewer) -> None:
    """The buyer at the sandbox checkout, whose card is declined."""
    slug = done(await api.get(f"/shows/{show}"))["slug"]
    headers = {"authorization": f"Bearer {viewer.token}"}
    path = f"/watch/{slug}/orders/{order}"
    answer = await api.send(
        "POST", f"{path}/pay", token=NOBODY, headers=headers, data={"outcome": "fail"}
    )
    assert answer.status_code == 303, answer.text


async def fresh(app: Starlette, show: str) -> Board:
    board: Board = await app.state.boards.board(show, fresh=True)
    return board


def failed(board: Board) -> list[str]:
    return [order.id for order in board.orders if order.declined]


async def test_every_order_is_counted_where_it_stands(app: Starlette, api: Api) -> None:
    show = await make_show(api)
    slow = await make_offer(api, show, hold_s=600)
    soon = await make_offer(api, show, hold_s=25)
    viewers = [await make_viewer(api) for _ in range(5)]
    orders = [await make_order(api, slow, viewer) for viewer in viewers]
    expiring = await make_order(api, soon, viewers[0])
    for order in orders[:2]:
        done(await api.post(f"/orders/{order}/pay"))
    done(await api.post(f"/orders/{orders[2]}/cancel"))
    await declines(api, show, orders[3], viewers[3])
    board = await fresh(app, show)
    assert counts(board) == {
        "unpaid": 3, "expiring": 1, "paid_orders": 2, "failed": 1, "lost": 1,
    }  # fmt: skip
    assert board.numbers.orders == 6 == board.numbers.orders_per_min
    assert failed(board) == [orders[3]]
    html = present(board, "control", "zh")["orders"]
    assert re.search(rf'class="order-row is-held is-failed" id="order-{orders[3]}"', html)
    assert '"expiring": "1"' in html
    assert f'"new": "{html.count("order-row is-")}"' in html, "as many as are listed"
    done(await api.post(f"/orders/{orders[3]}/pay"))  # the next try
    board = await fresh(app, show)
    assert (failed(board), board.numbers.failed) == ([], 0)
    assert (
        f'class="order-row is-held" id="order-{expiring}"'
        in present(board, "control", "zh")["orders"]
    )


async def test_what_needs_a_look_is_listed_though_newer_orders_came(
    app: Starlette, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "ORDERS_KEPT", 2)
    show = await make_show(api)
    await fresh(app, show)
    soon = await make_offer(api, show, hold_s=25)
    slow = await make_offer(api, show, hold_s=600)
    viewers = [await make_viewer(api) for _ in range(4)]
    expiring = await make_order(api, soon, viewers[0])
    declined = await make_order(api, slow, viewers[1])
    await declines(api, show, declined, viewers[1])
    newest = [await make_order(api, slow, viewer) for viewer in viewers[2:]]
    board = await fresh(app, show)
    listed = {order.id: order.is_newest for order in board.orders}
    assert listed == {newest[1]: True, newest[0]: True, declined: False, expiring: False}
    assert failed(board) == [declined]
    assert counts(board) == {
        "unpaid": 4, "expiring": 1, "paid_orders": 0, "failed": 1, "lost": 0,
    }  # fmt: skip


async def test_a_declined_payment_is_known_to_another_process_and_after_a_loss_of_redis(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    sale = await make_offer(api, show, hold_s=600)
    viewers = [await make_viewer(api) for _ in range(2)]
    orders = [await make_order(api, sale, viewer) for viewer in viewers]
    for order, viewer in zip(orders, viewers, strict=True):
        await declines(api, show, order, viewer)
    done(await api.post(f"/orders/{orders[0]}/pay"))
    board = await fresh(app, show)
    assert failed(board) == [orders[1]]

    async def is_written() -> bool:
        async with runtime.db.read() as session:
            written = await list_entries(session, show, ("declined",))
        return len(written) == 2 and (await Boards(runtime).board(show)).ledger_lag == 0

    await eventually(is_written)
    assert failed(await Boards(runtime).board(show)) == [orders[1]]
    proof: Any = done(await api.get(f"/shows/{show}/audit"))
    assert proof["ok"]
    await runtime.redis.do("FLUSHALL")

    async def is_back() -> bool:
        totals = await runtime.log.totals(ShowId(show))
        return totals is not None and totals.epoch != board.epoch

    await eventually(is_back)
    again = await fresh(app, show)
    assert failed(again) == [orders[1]]
    assert counts(again) == counts(board)


async def test_a_declined_payment_of_somebody_elses_order_is_not_told(
    app: Starlette, api: Api
) -> None:
    show = await make_show(api)
    sale = await make_offer(api, show)
    order = await make_order(api, sale, await make_viewer(api))
    slug = done(await api.get(f"/shows/{show}"))["slug"]
    stranger = {"authorization": f"Bearer {(await make_viewer(api)).token}"}
    path = f"/watch/{slug}/orders/{order}/pay"
    answer = await api.send("POST", path, token=NOBODY, headers=stranger, data={"outcome": "fail"})
    assert answer.status_code == 404
    assert (await fresh(app, show)).numbers.failed == 0
