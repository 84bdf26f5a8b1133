"""The orders of each minute as the control room draws them, and what is marked on them."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from starlette.applications import Starlette

from live.domain.ids import ShowId
from live.domain.trend import Trend
from live.features.screens.presenters import board as board_module
from live.features.screens.presenters import known
from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.partials import present
from live.features.screens.presenters.trend import TrendView, trend_view
from live.features.screens.presenters.views import Board
from live.runtime import Runtime
from live.store.entries import list_entries
from tests.asking import Api, done, eventually
from tests.factories import make_offer, make_order, make_show, make_viewer

NOW = datetime(2026, 11, 22, 20, 41, 20, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
MINUTE = timedelta(minutes=1)


def view(minutes: int, trend: Trend | None = None) -> TrendView:
    """After so many minutes on air, with ten orders in each and two in the present one."""
    present_minute = NOW.replace(second=0)
    pace = []
    for back in range(30, -1, -1):
        placed = 2 if back == 0 else 10 if back <= minutes else 0
        pace.append((present_minute - back * MINUTE, placed, placed))
    began = NOW - minutes * MINUTE
    return trend_view(pace, trend or Trend(), names={"o1": "Mug"}, began=began, now=NOW)


@pytest.mark.parametrize("minutes", [2, 3, 17, 29, 30, 90])
def test_a_steady_show_is_a_level_line_of_whole_minutes(minutes: int) -> None:
    data: dict[str, Any] = view(minutes).data
    assert set(data["placed"]) == {10} == set(data["paid"])
    assert len(data["at"]) == len(data["placed"]) == min(minutes, 30)
    assert data["from"] < data["at"][0]
    assert data["at"][-1] < data["to"] == (NOW.replace(second=0) + MINUTE).timestamp()


def offer(state: str, **told: object) -> dict[str, Any]:
    return {"offer": "o1", "state": state, "delta": 0, **told}


def told(*facts: tuple[int, dict[str, Any]]) -> list[tuple[str, int]]:
    """The marks of what happened so many seconds ago: kind, and seconds ago."""
    trend = Trend()
    for ago_s, fact in facts:
        kind = "outage" if "what" in fact else "offer"
        trend.hear(kind, NOW_MS - ago_s * 1000, fact)
    return [(e.kind, round((NOW - e.at).total_seconds())) for e in view(30, trend).events]


def outage(from_s: int, to_s: int, what: str = "redis") -> tuple[int, dict[str, Any]]:
    times = {"from_ms": NOW_MS - from_s * 1000, "to_ms": NOW_MS - to_s * 1000}
    return to_s, {**times, "what": what}


def test_a_sale_is_marked_where_it_was_pushed_sold_out_restocked_and_ended() -> None:
    assert told(
        (600, offer("armed")),
        (590, offer("open")),
        (500, offer("paused")),
        (480, offer("open")),
        (400, offer("sold_out")),
        (390, offer("open")),  # a hold ran out, and its unit was taken at once
        (389, offer("sold_out")),
        (300, offer("open", delta=10)),
        (200, offer("sold_out")),
        (150, offer("sold_out", delta=-3)),
        (100, offer("closed")),
        (90, offer("closed")),
    ) == [
        ("push", 600),
        ("sold_out", 400),
        ("restock", 300),
        ("sold_out", 200),
        ("restock", 150),
        ("sold_out", 150),
        ("end", 100),
    ]


def test_an_outage_that_several_have_seen_is_one_and_stands_where_it_began() -> None:
    assert told(
        outage(300, 280), outage(295, 270), outage(200, 190), outage(299, 275, "database")
    ) == [
        ("outage", 300),
        ("outage", 299),
        ("outage", 200),
    ]


def test_what_is_older_than_the_chart_is_left_out_and_what_reaches_into_it_is_not() -> None:
    assert told(
        outage(3000, 2900), (2500, offer("open")), outage(2000, 1000), (60, offer("closed"))
    ) == [
        ("outage", 2000),
        ("end", 60),
    ]


def marks(board: Board) -> list[tuple[str, str, int]]:
    return [(event.kind, event.title, event.units) for event in board.trend.events]


async def test_another_process_marks_the_same_from_the_ledger(
    app: Starlette, api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    looked_on: Boards = app.state.boards
    await looked_on.board(show, fresh=True)
    sale = await make_offer(api, show, quantity=2)
    await make_order(api, sale, await make_viewer(api), 2)
    done(await api.post(f"/offers/{sale}/restock", {"delta": 5}))
    await runtime.log.append(
        ShowId(show), "outage", {"from_ms": NOW_MS, "to_ms": NOW_MS + 4_000, "what": "database"}
    )
    done(await api.post(f"/offers/{sale}/close"))
    board = await looked_on.board(show, fresh=True)
    seen = marks(board)
    assert [kind for kind, _, _ in seen if kind != "outage"] == [
        "push",
        "sold_out",
        "restock",
        "end",
    ]
    assert {title for kind, title, _ in seen if kind != "outage"} == {"保温杯"}
    assert ("restock", "保温杯", 5) in seen

    async def is_written() -> bool:
        async with runtime.db.read() as session:
            kinds = [e.kind for e in await list_entries(session, show, ("outage", "offer"))]
        return "outage" in kinds and len(kinds) == 5

    await eventually(is_written)
    assert marks(await Boards(runtime).board(show)) == seen
    await runtime.redis.do("FLUSHALL")  # the worker puts the show back, in a new life

    async def is_back() -> bool:
        totals = await runtime.log.totals(ShowId(show))
        return totals is not None and totals.epoch != board.epoch

    await eventually(is_back)
    again = marks(await looked_on.board(show, fresh=True))
    assert [mark for mark in again if mark[0] != "outage"] == [
        mark for mark in seen if mark[0] != "outage"
    ]


async def test_what_one_process_has_missed_it_gets_from_the_ledger(
    app: Starlette, api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_module, "ENTRIES_READ", 1)
    monkeypatch.setattr(known, "POSITION_FRESH_S", 0.0)
    show, late = await make_show(api), Boards(runtime)
    assert marks(await late.board(show, fresh=True)) == []
    sale = await make_offer(api, show, quantity=2)
    done(await api.post(f"/offers/{sale}/restock", {"delta": 5}))
    await make_order(api, sale, await make_viewer(api), 2)
    done(await api.post(f"/offers/{sale}/close"))

    async def is_whole() -> bool:
        seen = [kind for kind, _, _ in marks(await late.board(show, fresh=True))]
        return seen == ["push", "restock", "end"]

    await eventually(is_whole)


async def test_the_page_gets_the_numbers_in_an_attribute_and_the_marks_in_words(
    app: Starlette, api: Api
) -> None:
    show = await make_show(api)
    await make_offer(api, show)
    board = await app.state.boards.board(show, fresh=True)
    html = present(board, "control", "en")["trend"]
    [attribute] = re.findall(r"data-trend='([^']*)'", html)
    assert json.loads(unescape(attribute)) == board.trend.data
    assert "Pushed: 保温杯" in html
    assert "two whole minutes" in html or "first order" in html
