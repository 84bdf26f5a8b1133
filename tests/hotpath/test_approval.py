"""All that wait are approved: in pieces, each with its line in the record."""

from collections.abc import Iterator
from typing import Any

import pytest

from live.domain.comment import CommentState, Incoming
from live.errors import RedisUnavailable
from live.hotpath.chat import SET_MAX
from tests.hotpath.server import RedisServer, binaries
from tests.hotpath.stage import Stage
from tests.hotpath.test_chat import HELD, SHOWN, decision, held_of

ACT = {"actor": "op", "verb": "comment:approve", "result": "ok", "began_ms": 0}


@pytest.fixture(params=binaries(), ids=str)
def hot_server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A durable one: another may answer before it has written, while its disk is slow."""
    server = RedisServer(request.param, durable=True)
    yield server
    server.remove()


class Interrupted(list[dict[str, str]]):
    """Comments to approve; when the second part of them is asked for, Redis is killed."""

    def __init__(self, server: RedisServer, comments: list[dict[str, str]]) -> None:
        super().__init__(comments)
        self._server = server

    def __getitem__(self, part: Any) -> Any:
        if isinstance(part, slice) and part.start:
            self._server.stop()
        return super().__getitem__(part)


async def test_the_half_that_was_approved_before_redis_went_away_is_on_record(
    hot_stage: Stage, hot_server: RedisServer
) -> None:
    await hot_stage.set_rules(premoderation=True)
    said = await hot_stage.chat.say_many(
        hot_stage.show, [Incoming(f"v{n}", "n", "t") for n in range(SET_MAX + 50)]
    )
    chosen = Interrupted(hot_server, [decision(one, SHOWN) for one in said])
    try:
        with pytest.raises(RedisUnavailable):
            await hot_stage.chat.set_states(hot_stage.show, HELD, HELD, chosen, ACT)
    finally:
        hot_server.start()
    facts = await hot_stage.facts.tail(hot_stage.show, 0, 1_000)
    decided = [fact for fact in facts if fact.kind == "comment_state"]
    assert len(decided) == SET_MAX
    [act] = [fact.payload for fact in facts if fact.kind == "act"]
    assert (act["actor"], act["verb"], act["detail"]) == ("op", "comment:approve", "200")
    assert isinstance(act["ms"], int)


async def test_more_than_one_call_can_hold_is_approved_and_nothing_else(hot_stage: Stage) -> None:
    await hot_stage.set_rules(premoderation=True)
    many = SET_MAX + 2
    said = await hot_stage.chat.say_many(
        hot_stage.show, [Incoming(f"v{n}", "n", "t") for n in range(many)]
    )
    hidden, shown, later, *rest = said
    decide = hot_stage.chat.set_state
    assert await decide(hot_stage.show, HELD, decision(hidden, CommentState.HIDDEN))
    assert await decide(hot_stage.show, HELD, decision(shown, SHOWN))
    chosen = [decision(one, SHOWN) for one in (hidden, shown, *rest)]
    approved = await hot_stage.chat.set_states(hot_stage.show, HELD, HELD, chosen, ACT)
    assert approved == [decision(one, SHOWN)["comment"] for one in rest]
    assert await hot_stage.chat.set_states(hot_stage.show, HELD, HELD, chosen, ACT) == []
    assert await held_of(hot_stage) == 1
    facts = await hot_stage.facts.tail(hot_stage.show, 0, 1_000)
    acts = [fact.payload["detail"] for fact in facts if fact.kind == "act"]
    assert acts == [str(SET_MAX - 2), "1"]
    told = [fact.payload["comment"] for fact in facts if fact.kind == "comment_state"]
    assert told == [decision(one, SHOWN)["comment"] for one in (hidden, shown, *rest)]
    assert await decide(hot_stage.show, HELD, decision(later, SHOWN))
    await hot_stage.check()
