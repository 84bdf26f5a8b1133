"""What the screens say of stores that hang, lag or differ: lamps, and figures that do not stand still."""

import asyncio
import threading

import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from live.domain.ids import ShowId
from live.errors import RedisUnavailable, StoreUnavailable
from live.features.overlay.actions import token_of
from live.features.screens.presenters import known
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.views import Board
from live.hotpath import keys
from live.hub import Position
from live.runtime import Runtime
from live.sockets import build_ports
from live.store import ledger
from tests.asking import Api, eventually
from tests.factories import (
    make_offer,
    make_order,
    make_show,
    make_viewer,
)


async def position_of(show: str, runtime: Runtime) -> Position:
    totals = await runtime.log.totals(ShowId(show))
    assert totals
    return Position(totals.epoch, totals.seq)


async def test_what_was_sold_lately_is_forgotten_though_nothing_happens(
    app: Starlette, api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = await make_show(api)
    await make_order(api, await make_offer(api, show), await make_viewer(api))
    ports = build_ports(runtime, app.state.boards, app.state.door)
    since = await position_of(show, runtime)
    busy = await ports.sample(show, since)
    board = await app.state.boards.board(show, fresh=True)
    assert [offer.recent_units for offer in board.offers] == [1]
    real = runtime.redis.now_ms
    monkeypatch.setattr(runtime.redis, "now_ms", lambda: real() + 11_000)
    board = await app.state.boards.board(show, fresh=True)
    assert [offer.recent_units for offer in board.offers] == [0]
    calm = await ports.sample(show, since)
    assert calm.version != busy.version  # so that open pages are drawn anew


async def test_a_redis_that_does_not_answer_is_asked_once_for_all_screens(
    app: Starlette, api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = await make_show(api)
    boards: Boards = app.state.boards
    await boards.board(show, fresh=True)
    asked = 0

    async def hangs(_: ShowId) -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(known.FRESH_S * 2)
        raise RedisUnavailable

    monkeypatch.setattr(known, "HUNG_S", known.FRESH_S)
    monkeypatch.setattr(runtime.log, "totals", hangs)
    everyone = [boards.board(show, fresh=fresh) for fresh in (True, False, True, False)]
    for board in await asyncio.gather(*everyone):
        assert lamps(board)["redis"] == "fail"
        assert board.recovery is not None
    assert asked == 1


def lamps(board: Board) -> dict[str, str]:
    return {lamp.name: lamp.state for lamp in board.health}


async def test_a_ledger_that_nobody_keeps_is_a_lamp(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    board = await app.state.boards.board(show, fresh=True)
    assert lamps(board)["ledger"] == "ok"
    await runtime.redis.do("DEL", keys.WORKER)
    assert lamps(await Boards(runtime).board(show, fresh=True))["ledger"] == "fail"


async def test_a_process_that_is_late_is_a_lamp(app: Starlette, api: Api, runtime: Runtime) -> None:
    show, boards = await make_show(api), app.state.boards

    async def is_calm() -> bool:  # whatever else this machine does
        return lamps(await boards.board(show, fresh=True))["sockets"] == "ok"

    await eventually(is_calm)
    threading.Event().wait(0.6)  # nothing else runs meanwhile

    async def is_lit() -> bool:
        return lamps(await boards.board(show, fresh=True))["sockets"] == "warn"

    await eventually(is_lit)


async def test_a_ledger_that_does_not_move_is_a_lamp_however_little_it_lacks(
    app: Starlette, api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "POSITION_FRESH_S", 0.0)
    monkeypatch.setattr(known, "STUCK_S", 0.0)
    show = await make_show(api)
    offer = await make_offer(api, show)
    boards: Boards = app.state.boards

    async def is_even() -> bool:
        board = await boards.board(show, fresh=True)
        return board.ledger_lag == 0 and lamps(board)["ledger"] == "ok"

    await eventually(is_even)

    async def cannot(*_: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as locked:
        locked.setattr(ledger, "apply_facts", cannot)
        await make_order(api, offer, await make_viewer(api))
        await boards.board(show, fresh=True)
        board = await boards.board(show, fresh=True)
        assert board.ledger_lag == 1
        assert lamps(board)["ledger"] == "warn"
        assert lamps(board)["database"] == "ok"
    await eventually(is_even)


async def test_the_difference_is_one_to_the_ledger(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    await make_order(api, await make_offer(api, show), await make_viewer(api))

    async def is_even() -> bool:
        return (await Boards(runtime).board(show)).ledger_lag == 0

    await eventually(is_even)
    assert (await Boards(runtime).board(show)).difference == 0
    async with runtime.db.write() as session:
        await (await session.connection()).execute(text("UPDATE offers SET held_units = 3"))
    assert (await Boards(runtime).board(show)).difference == 2


async def test_the_control_room_opens_while_somebody_has_locked_the_database(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    now = runtime.clock.now()
    token = await token_of(show, db=runtime.db, now=now)
    async with runtime.db.write():
        assert await token_of(show, db=runtime.db, now=now) == token
