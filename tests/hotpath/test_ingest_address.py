"""Which of a show's ingest addresses is open, in every process."""

import pytest

from live.domain.comment import Duplicate, Incoming, Posted
from live.domain.ids import ShowId
from live.errors import NotFound, Recovering
from live.hotpath.chat import Chat
from live.hotpath.rules import Rulebook
from tests.hotpath.stage import Stage, new_show
from tests.hotpath.test_chat import comments


def outside() -> Incoming:
    return Incoming("x1", "n", "a", "youtube", "1")


async def is_archived(_: ShowId) -> bool:
    return False


async def test_a_renewed_address_is_open_and_the_old_one_shut_in_every_process(
    hot_stage: Stage,
) -> None:
    show, client = hot_stage.show, hot_stage.client
    rulebooks = [hot_stage.rulebook, *(Rulebook(client, is_archived) for _ in range(2))]
    processes = [Chat(client, rulebook, is_archived) for rulebook in rulebooks]
    for chat in processes:  # each knows the rules of before
        assert isinstance((await chat.say_many(show, [outside()], 0))[0], Posted | Duplicate)
    await hot_stage.set_rules(ingest_n=1)
    with pytest.raises(NotFound):
        await processes[1].say_many(show, [outside()], 0)
    assert await processes[2].say_many(show, [outside()], 1) == [Duplicate()]
    assert len(await comments(hot_stage)) == 1


async def test_no_address_is_shut_for_good_while_redis_does_not_know_the_show(
    hot_stage: Stage,
) -> None:
    with pytest.raises(Recovering):
        await hot_stage.chat.say_many(new_show(), [outside()], 3)
