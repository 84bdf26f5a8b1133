from live.hotpath import keys
from live.hotpath.tellings import KEPT_S, hear, tell
from tests.hotpath.stage import Stage


async def test_what_is_told_is_heard_under_its_ticket_only(hot_stage: Stage) -> None:
    client, show = hot_stage.client, hot_stage.show
    first = await tell(client, show, {"lines": ["第 2 行"]})
    second = await tell(client, show, {"lines": []})
    assert await hear(client, show, first) == {"lines": ["第 2 行"]}
    assert await hear(client, show, second) == {"lines": []}
    for wrong in ("", "x" * 4000, first + "0"):
        assert await hear(client, show, wrong) is None


async def test_it_is_forgotten_by_itself(hot_stage: Stage) -> None:
    ticket = await tell(hot_stage.client, hot_stage.show, {})
    left = await hot_stage.client.do("TTL", keys.telling(hot_stage.show, ticket))
    assert 0 < left <= KEPT_S
