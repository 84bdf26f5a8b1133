"""What the screens say while Redis is away, or has lost something, and when it is over."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from live.features.screens.presenters.board import Boards
from live.features.screens.presenters.health_views import Recovery
from live.features.screens.presenters.partials import present
from live.features.screens.presenters.recovery import BACK_FOR, PATIENCE, Watch
from live.features.screens.presenters.views import Board
from live.hotpath import rebuilding, restore
from live.hotpath.rebuilding import Progress
from live.hotpath.restore import Restorer
from live.runtime import Runtime
from live.settings import Settings
from tests.engines import SECRET
from tests.features.ledger.stand import Stand
from tests.features.ledger.test_rebuild import restart, wipe
from tests.hotpath.server import RedisServer

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


@pytest.fixture
async def runtime(ledger_server: RedisServer, ledger_file: Path) -> AsyncIterator[Runtime]:
    """A web process's; no worker runs beside it: the test says when one looks."""
    values: dict[str, Any] = {"_env_file": None, "secret_key": SECRET}
    one = Runtime.build(
        Settings(data_dir=ledger_file.parent, redis_url=ledger_server.url, **values)
    )
    yield one
    await one.close()


@pytest.fixture
def boards(runtime: Runtime, stand: Stand) -> Boards:
    return Boards(runtime)


async def look(boards: Boards, stand: Stand) -> Board:
    return await boards.board(stand.show, fresh=True)


async def said(boards: Boards, stand: Stand) -> Recovery:
    found = (await look(boards, stand)).recovery
    assert found is not None
    return found


async def test_a_restart_is_told_from_beginning_to_end(
    ledger_server: RedisServer, stand: Stand, boards: Boards
) -> None:
    offer = await stand.arm(5)
    await stand.take(offer, "v1")
    await stand.drain()
    before = await look(boards, stand)
    assert (before.recovery, before.is_waiting) == (None, False)
    ledger_server.stop()
    assert (await said(boards, stand)).state == "away"
    away = await look(boards, stand)
    assert away.is_waiting
    assert away.offers == before.offers  # what was known stands, and nothing is shown as 0
    ledger_server.start()
    await stand.reach()
    assert (await said(boards, stand)).state == "checking"
    await stand.mend()
    back = await said(boards, stand)
    assert (back.state, back.is_rebuilt, back.missing) == ("back", False, 0)
    assert not (await look(boards, stand)).is_waiting


async def test_a_rebuild_is_told_order_by_order(
    ledger_server: RedisServer,
    stand: Stand,
    boards: Boards,
    runtime: Runtime,
) -> None:
    offer = await stand.arm(50)
    for buyer in range(40):
        await stand.take(offer, f"v{buyer}")
    await stand.drain()
    await look(boards, stand)
    await wipe(ledger_server, stand)
    assert (await said(boards, stand)).state == "lost"
    await Restorer(stand.client).begin(stand.show)
    assert (await said(boards, stand)).state == "reading"
    began = int(runtime.clock.now().timestamp() * 1000) - 5_000
    await stand.client.do(*rebuilding.note(stand.show, Progress(began, 10, 40)))
    writing = await said(boards, stand)
    assert (writing.state, writing.done, writing.total) == ("writing", 10, 40)
    assert writing.rest_s in (15, 16)
    await stand.mend()
    back = await said(boards, stand)
    assert (back.state, back.is_rebuilt, back.total, back.missing) == ("back", True, 40, 0)


async def test_the_worker_notes_how_far_it_is_and_takes_the_note_away(
    ledger_server: RedisServer, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await stand.arm(500)
    for buyer in range(450):
        await stand.take(offer, f"v{buyer}")
    await stand.drain()
    await wipe(ledger_server, stand)
    monkeypatch.setattr(restore, "CHUNK", 1)
    notes: list[Progress | None] = []
    do_all = stand.client.do_all

    async def noted(commands: Sequence[Sequence[Any]]) -> list[Any]:
        replies = await do_all(commands)
        notes.append(await rebuilding.read(stand.client, stand.show))
        return replies

    monkeypatch.setattr(stand.client, "do_all", noted)
    await stand.mend()
    told = [note for note in notes if note and note.total]
    assert [note.done for note in told] == sorted(note.done for note in told)
    assert {note.total for note in told} == {450}
    assert 0 < told[-1].done < 450
    assert await rebuilding.read(stand.client, stand.show) is None


async def test_what_was_on_the_screens_and_is_gone_is_admitted(
    ledger_server: RedisServer, stand: Stand, boards: Boards
) -> None:
    offer = await stand.arm(5)
    await stand.drain()
    for buyer in ("v1", "v2", "v3"):
        await stand.take(offer, buyer)  # Redis loses these before the ledger has them
    await look(boards, stand)
    await wipe(ledger_server, stand)
    await said(boards, stand)
    await stand.mend()
    back = await said(boards, stand)
    assert (back.is_rebuilt, back.missing) == (True, 3)


@pytest.mark.parametrize("is_away", [True, False])
async def test_a_process_that_starts_meanwhile_shows_what_sql_knows(
    ledger_server: RedisServer, stand: Stand, boards: Boards, is_away: bool
) -> None:
    offer = await stand.arm(5)
    await stand.take(offer, "v1")
    await stand.drain()
    await wipe(ledger_server, stand)
    if is_away:
        ledger_server.stop()
    board = await look(boards, stand)
    assert board.recovery
    assert board.recovery.state == ("away" if is_away else "lost")
    assert [(o.left, o.held) for o in board.offers] == [(4, 1)]
    status = present(board, "control", "en")["status"]
    assert re.findall(r'kpi-value num">([^<]+)<', status)[:3] == ["—"] * 3  # not known, and not 0
    if not is_away:
        await stand.mend()
        assert (await said(boards, stand)).state == "back"


async def test_restarts_of_a_show_that_nobody_looked_at_meanwhile_are_not_news(
    ledger_server: RedisServer, stand: Stand, boards: Boards
) -> None:
    await look(boards, stand)
    await restart(ledger_server, stand)
    await stand.mend()
    assert (await look(boards, stand)).recovery is None


async def test_good_news_is_told_for_a_minute_and_a_silent_worker_only_after_a_while(
    stand: Stand, runtime: Runtime
) -> None:
    totals = await runtime.log.totals(stand.show)
    assert totals
    watch = Watch()
    assert watch.troubled("lost", NOW, has_worker=False).has_worker
    assert not watch.troubled("lost", NOW + PATIENCE, has_worker=False).has_worker
    over = NOW + timedelta(seconds=30)
    back = watch.sound(totals, over)
    assert back
    assert (back.took_s, back.back_at) == (30, over)
    assert watch.sound(totals, over + BACK_FOR) == back
    assert watch.sound(totals, over + BACK_FOR + timedelta(seconds=1)) is None
