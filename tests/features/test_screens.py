"""What the screens are drawn from: never older than the news that made them draw."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from starlette.applications import Starlette

from live.domain.access import Role as CrewRole
from live.domain.events import Fact
from live.domain.ids import ShowId
from live.features.screens.presenters import known
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.known import POSITION_FRESH_S
from live.features.screens.presenters.partials import PARTIALS, present
from live.features.screens.presenters.views import Board
from live.hub import Audience, Position, Role, Screen, Stats, Who
from live.hub.beat import Beat
from live.hub.connection import PageClient
from live.hub.registry import Room
from live.runtime import Runtime
from live.sockets import Sockets, build_ports
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done, eventually
from tests.factories import (
    make_item,
    make_offer,
    make_order,
    make_show,
    make_viewer,
    signed_in,
)
from tests.hub.fakes import FakeLine


@pytest.fixture
def keeps_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A board that was just made is always at hand: the bad order of events, every time."""
    monkeypatch.setattr(known, "FRESH_S", 3600.0)


async def hear(room: Room, runtime: Runtime) -> None:
    """The room is told what its show's log holds by now."""
    facts = await runtime.facts.tail(ShowId(room.show_id), room.position.seq, 100)
    room.publish(facts, Position(room.position.epoch, facts[-1].seq))


async def position_of(show: str, runtime: Runtime) -> Position:
    totals = await runtime.log.totals(ShowId(show))
    assert totals
    return Position(totals.epoch, totals.seq)


@pytest.mark.usefixtures("keeps_boards")
async def test_a_start_is_drawn_although_a_board_was_made_just_before_it(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api, live=False)
    await make_offer(api, show, push=False)
    room, stats, line = Room(show, await position_of(show, runtime)), Stats(), FakeLine()
    beat = Beat(room, build_ports(runtime, app.state.boards, app.state.door), stats)
    room.add(PageClient(Who(Role.OPERATOR, None, ""), line, stats, Audience(Screen.CONTROL, "en")))
    await beat.once()
    assert "ON AIR" not in json.loads(line.frames[-1].text)["content"]
    done(await api.post(f"/shows/{show}/start"))
    await hear(room, runtime)
    await beat.once()
    assert "ON AIR" in json.loads(line.frames[-1].text)["content"]


@pytest.mark.usefixtures("keeps_boards")
async def test_a_snapshot_has_every_fact_before_the_place_from_which_its_reader_goes_on(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api, live=False)
    offer = await make_offer(api, show, push=False)
    sockets = Sockets(runtime, app.state.boards, app.state.door)
    reader = Who(Role.OPERATOR, None, "")
    await sockets.snapshot(show, await position_of(show, runtime), reader)
    done(await api.post(f"/shows/{show}/start"))
    done(await api.post(f"/offers/{offer}/push"))
    told = await sockets.snapshot(show, await position_of(show, runtime), reader)
    plain = json.loads(json.dumps(told))
    assert plain["show"]["state"] == "live"
    assert [one["state"] for one in plain["offers"]] != ["draft"]


@pytest.mark.usefixtures("keeps_boards")
async def test_set_up_shows_what_was_saved_a_moment_ago(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api, live=False)
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: CrewRole.OPERATOR})
    await app.state.boards.board(show)
    await make_item(api, show, title="焖烧杯")
    page = await api.send("GET", f"/shows/{show}/setup", token=NOBODY, headers=headers)
    assert "焖烧杯" in page.text


async def test_every_screen_draws_a_sale_of_which_the_ledger_has_written_nothing_yet(
    app: Starlette, api: Api
) -> None:
    show = await make_show(api)
    buyer = await make_viewer(api)

    async def is_drawn(state: str) -> None:
        board = await app.state.boards.board(show, fresh=True)
        assert board.current is not None
        assert board.current.state == state
        unwritten = replace(board, marks={})
        for screen, lang in product(PARTIALS, ("zh", "en")):
            drawn = present(unwritten, screen, lang)
            assert drawn.keys() == {name for name, _ in PARTIALS[screen]}

    # Not one sale whose countdown runs out: its state is told by this process's estimate of Redis's clock,
    # and a move that comes within the error of that is refused.
    soon = await make_offer(api, show, countdown_s=60)
    await is_drawn("armed")
    done(await api.post(f"/offers/{soon}/close"))
    offer = await make_offer(api, show, quantity=1)
    await is_drawn("open")
    done(await api.post(f"/offers/{offer}/pause"))
    await is_drawn("paused")
    done(await api.post(f"/offers/{offer}/resume"))
    await make_order(api, offer, buyer)
    await is_drawn("sold_out")
    done(await api.post(f"/offers/{offer}/close"))
    await is_drawn("closed")
    done(await api.post(f"/shows/{show}/end"))
    await is_drawn("closed")


async def state_is(api: Api, offer: str, state: str) -> bool:
    return bool(done(await api.get(f"/offers/{offer}"))["state"] == state)


async def test_a_sales_marks_are_its_opening_and_its_closing_in_the_ledger(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    offer = await make_offer(api, show)
    looked_on: Boards = app.state.boards
    await looked_on.board(show, fresh=True)
    await make_order(api, offer, await make_viewer(api))
    done(await api.post(f"/offers/{offer}/close"))

    async def is_written() -> bool:
        return bool(done(await api.get(f"/shows/{show}/audit"))["ledger_lag"] == 0)

    await eventually(is_written)
    text = (await api.get(f"/shows/{show}/ledger")).text
    lines = [line.split(" ", 1) for line in text.split("\n\n", 1)[1].splitlines()]
    entries = {
        json.loads(body).get("state"): (json.loads(body)["n"], digest) for digest, body in lines
    }
    for boards in (looked_on, Boards(runtime)):  # one that was there, and one that came later
        await asyncio.sleep(POSITION_FRESH_S)
        board = await boards.board(show, fresh=True)
        marks = board.marks_of(offer)
        assert marks.opened
        assert marks.closed
        assert (marks.opened.n, marks.opened.hash) == entries["open"]
        assert (marks.closed.n, marks.closed.hash) == entries["closed"]
        assert marks.closed.hash in present(board, "control", "en")["marks"]
        assert marks.closed.hash[:12] in present(board, "overlay", "zh")["overlay-card"]


async def ordered(
    show: str, boards: Boards, api: Api, runtime: Runtime
) -> tuple[Board, str, Sequence[Fact]]:
    """A board, an order that was made after it, and what the log tells of that order."""
    offer = await make_offer(api, show)
    before = await boards.board(show, fresh=True)
    order = await make_order(api, offer, await make_viewer(api))
    return before, order, await runtime.facts.tail(ShowId(show), before.seq, 100)


async def test_what_the_hub_has_read_is_on_the_next_board_without_a_second_reading(
    app: Starlette, api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, boards = await make_show(api), app.state.boards
    before, order, facts = await ordered(show, boards, api, runtime)
    boards.hear(show, Position(before.epoch, facts[-1].seq), facts)

    async def reads_again(*_: object) -> None:
        raise AssertionError("the log was read a second time")

    monkeypatch.setattr(runtime.facts, "tail", reads_again)
    assert [view.id for view in (await boards.board(show, fresh=True)).orders] == [order]


async def test_what_the_hub_has_read_of_another_life_is_not_taken(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show, boards = await make_show(api), app.state.boards
    before, order, facts = await ordered(show, boards, api, runtime)
    other = [f._replace(order=f.order._replace(order="of-then")) for f in facts if f.order]
    boards.hear(show, Position("another", before.seq + len(other)), other)
    assert [view.id for view in (await boards.board(show, fresh=True)).orders] == [order]
