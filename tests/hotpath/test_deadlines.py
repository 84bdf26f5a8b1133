"""A command that Redis sees too late has no effect: its sender was told that nothing was changed."""

import pytest

from live.errors import RedisUnavailable
from live.hotpath import client
from tests.hotpath.stage import Stage


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command from now on reaches Redis after its deadline."""
    monkeypatch.setattr(client, "REQUEST_DEADLINE_MS", -1_000)


async def test_no_command_of_people_works_late(
    hot_stage: Stage, request: pytest.FixtureRequest
) -> None:
    offer = await hot_stage.arm(5)
    held, paid = await hot_stage.taken(offer), await hot_stage.taken(offer)
    await hot_stage.settle("pay", paid)
    before = await hot_stage.told()
    request.getfixturevalue("late")
    stage, stock, log = hot_stage, hot_stage.stock, hot_stage.log
    commands = [
        stock.move("pause", offer, {}),
        stock.move("close", offer, {}),
        stock.move("restock", offer, {"delta": 3}),
        stock.move("arm", f"{stage.show}-o2", {}),
        stock.settle("pay", held, held.buyer),
        stock.settle("cancel", held, held.buyer),
        stock.settle("cancel", paid, None),
        log.append(stage.show, "cue", {"cue": "q"}),
        log.move(stage.show, "end"),
        stage.take(offer),
    ]
    for command in commands:
        with pytest.raises(RedisUnavailable):
            await command
    assert await hot_stage.told() == before


async def test_a_clock_that_was_set_forward_is_read_anew(hot_stage: Stage) -> None:
    """The app's idea of Redis time is ten minutes old: one command is late, the next ones are not."""
    offer = await hot_stage.arm(5)
    assert hot_stage.client._offset_ms is not None
    hot_stage.client._offset_ms -= 600_000
    with pytest.raises(RedisUnavailable):
        await hot_stage.take(offer)
    assert hot_stage.client._resampling is not None
    await hot_stage.client._resampling
    await hot_stage.taken(offer)
