"""The orders of each minute as the control room draws them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from starlette.applications import Starlette

from live.features.screens.presenters.partials import present
from live.features.screens.presenters.views import Board
from tests.asking import Api
from tests.factories import make_offer, make_show


@pytest.fixture
async def board(app: Starlette, api: Api) -> Board:
    show = await make_show(api)
    await make_offer(api, show)
    made: Board = await app.state.boards.board(show, fresh=True)
    return made


def drawn(board: Board, minutes: int) -> str:
    """After so many whole minutes on air, with ten orders in each and two in the present one."""
    now = board.as_of.replace(second=20, microsecond=0)
    present_minute = now.replace(second=0)
    pace = tuple(_minute(present_minute, back, minutes) for back in range(30, -1, -1))
    show = replace(board.show, started_at=now - timedelta(minutes=minutes))
    numbers = replace(board.numbers, orders=9, pace=pace)
    return present(replace(board, show=show, numbers=numbers), "control", "en")["trend"]


def _minute(present_minute: datetime, back: int, minutes: int) -> tuple[datetime, int, int]:
    placed = 2 if back == 0 else 10 if back <= minutes else 0
    return present_minute - timedelta(minutes=back), placed, placed


@pytest.mark.parametrize("minutes", [2, 3, 5, 8, 17, 18, 29, 30, 90])
def test_a_steady_show_is_a_level_line(board: Board, minutes: int) -> None:
    line = drawn(board, minutes).split('class="series" d="M')[1].split('"')[0]
    heights = {point.split(" ")[1] for point in line.split("L")}
    assert len(heights) == 1
    assert heights != {"100.0"}


def test_nothing_is_drawn_before_there_are_two_whole_minutes(board: Board) -> None:
    html = drawn(board, 1)
    assert "series" not in html
    assert "two whole minutes" in html
