"""Comments on a real Redis: who may speak, who sees it, and what it counts for."""

import asyncio
from collections import Counter

import pytest

from live.domain.comment import CommentState, Duplicate, Incoming, Posted, Refused, seq_of
from live.domain.events import Fact
from live.domain.ids import ShowId
from live.domain.moderation import StandingKind
from live.errors import Conflict, NotShown, Recovering
from live.hotpath import keys
from live.hotpath.chat import Chat
from live.hotpath.rules import Rulebook
from tests.asking import eventually
from tests.hotpath.stage import Stage, new_show

SHOWN, HELD = CommentState.SHOWN, CommentState.HELD


async def comments(stage: Stage) -> list[Fact]:
    facts = (await stage.facts.after({stage.show: 0}, 100_000)).get(stage.show, [])
    return [fact for fact in facts if fact.kind == "comment"]


async def words_of(stage: Stage) -> dict[str, int]:
    totals = await stage.log.totals(stage.show)
    assert totals is not None
    return dict(totals.words)


async def held_of(stage: Stage) -> int:
    totals = await stage.log.totals(stage.show)
    assert totals is not None
    return totals.comments_held


async def stand(stage: Stage, viewer: str, kind: StandingKind, seconds: int = 0) -> None:
    payload = {"viewer": viewer, "name": "n", "standing": kind.value, "by": "op"}
    await stage.chat.set_standing(stage.show, payload, seconds)


def decision(answer: object, state: CommentState) -> dict[str, str]:
    assert isinstance(answer, Posted)
    said = {"viewer": "v1", "name": "n", "text": "t", "platform": ""}
    return {"comment": answer.id, "state": state.value, "by": "op", **said}


async def test_a_banned_viewer_is_refused_and_a_muted_one_for_a_while(hot_stage: Stage) -> None:
    await stand(hot_stage, "bad", StandingKind.BANNED)
    assert await hot_stage.say(viewer="bad") == Refused("banned")
    before = hot_stage.client.now_ms()
    await stand(hot_stage, "loud", StandingKind.MUTED, 3_600)
    answer = await hot_stage.say(viewer="loud")
    assert isinstance(answer, Refused)
    assert answer.code == "muted"
    assert abs(answer.until_ms - before - 3_600_000) < 60_000
    await hot_stage.client.do("HSET", keys.standing(hot_stage.show), "loud", f"m{before - 60_000}")
    assert isinstance(await hot_stage.say(viewer="loud"), Posted)
    await stand(hot_stage, "bad", StandingKind.FREE)
    assert isinstance(await hot_stage.say(viewer="bad"), Posted)
    await hot_stage.check()


async def test_who_is_shadowed_speaks_to_the_crew_alone_and_counts_for_nothing(
    hot_stage: Stage,
) -> None:
    await hot_stage.watch("扣1")
    await stand(hot_stage, "ghost", StandingKind.SHADOWED)
    answer = await hot_stage.say(viewer="ghost")
    assert isinstance(answer, Posted)
    assert (answer.state, answer.as_told) == (CommentState.SHADOWED, SHOWN)
    [fact] = await comments(hot_stage)
    assert (fact.payload["why"], fact.payload["sampled"]) == ("shadow", False)
    assert await words_of(hot_stage) == {"扣1": 0}


async def test_slow_mode_lets_a_viewer_speak_once_in_a_while_also_in_one_call(
    hot_stage: Stage,
) -> None:
    await hot_stage.set_rules(slow_s=300)
    said = await asyncio.gather(*(hot_stage.say(viewer=f"v{n % 3}") for n in range(9)))
    assert Counter(type(answer) for answer in said) == {Posted: 3, Refused: 6}
    waits = [answer.wait_ms for answer in said if isinstance(answer, Refused)]
    assert all(0 < wait <= 300_000 for wait in waits)
    outside = await hot_stage.say(viewer="v0", platform="youtube", message="m1")
    assert isinstance(outside, Posted), "what was said elsewhere was said"
    slow = keys.slow(hot_stage.show)
    await hot_stage.client.do("ZADD", slow, 1, "v1")
    assert isinstance(await hot_stage.say(viewer="v4"), Posted)
    assert await hot_stage.client.do("ZSCORE", slow, "v1") is None, "nobody waits here for ever"
    await hot_stage.set_rules(slow_s=0)
    assert isinstance(await hot_stage.say(viewer="v4"), Posted)


async def test_viewers_get_a_sample_that_can_be_read(hot_stage: Stage) -> None:
    await asyncio.gather(*(hot_stage.say(viewer=f"v{n}") for n in range(600)))
    told = await comments(hot_stage)
    seconds = (told[-1].at_ms - told[0].at_ms) / 1000
    sampled = sum(bool(fact.payload["sampled"]) for fact in told)
    assert 12 <= sampled <= 12 + 6 * seconds + 1
    assert len(told) == 600


async def test_a_message_from_outside_comes_in_once(hot_stage: Stage) -> None:
    said = [
        Incoming("x1", "n", "a", "youtube", "1"),
        Incoming("x1", "n", "a", "bilibili", "1"),
        Incoming("x1", "n", "b", "youtube", "1"),
        Incoming("x1", "n", "c", "youtube", "2"),
    ]
    answers = await hot_stage.chat.say_many(hot_stage.show, said)
    assert [type(answer) for answer in answers] == [Posted, Posted, Duplicate, Posted]
    again = await hot_stage.chat.say_many(hot_stage.show, said)
    assert [type(answer) for answer in again] == [Duplicate] * 4
    assert len(await comments(hot_stage)) == 3
    await stand(hot_stage, "x1", StandingKind.BANNED)
    more = await hot_stage.chat.say_many(hot_stage.show, [Incoming("x1", "n", "d", "youtube", "3")])
    assert more == [Refused("banned")]


async def test_the_memory_for_messages_is_bounded_and_long_enough(hot_stage: Stage) -> None:
    heard = keys.heard(hot_stage.show)
    first = Incoming("x", "n", "a", "youtube", "first")
    await hot_stage.chat.say_many(hot_stage.show, [first])
    for start in range(0, 99_999, 999):
        await hot_stage.client.do("SADD", heard[0], *(f"d{start + n}" for n in range(999)))
    rest = [Incoming("x", "n", "a", "youtube", f"m{n}") for n in range(300)]
    await hot_stage.chat.say_many(hot_stage.show, rest)
    assert await hot_stage.client.do("HGET", keys.chat(hot_stage.show), "heard") == b"b"
    again = await hot_stage.chat.say_many(hot_stage.show, [first, *rest])
    assert [type(answer) for answer in again] == [Duplicate] * 301
    for start in range(0, 99_900, 999):
        await hot_stage.client.do("SADD", heard[1], *(f"e{start + n}" for n in range(999)))
    more = [Incoming("x", "n", "a", "youtube", f"n{n}") for n in range(200)]
    await hot_stage.chat.say_many(hot_stage.show, more)
    assert await hot_stage.client.do("SCARD", heard[0]) < 1_000
    [late] = await hot_stage.chat.say_many(hot_stage.show, [first])
    assert isinstance(late, Posted), "after 100,000 others it may come in again"


async def test_another_process_screens_by_the_new_rules_at_once(hot_stage: Stage) -> None:
    async def nothing_is_archived(_: ShowId) -> bool:
        return False

    rulebook = Rulebook(hot_stage.client, nothing_is_archived)
    other = Chat(hot_stage.client, rulebook, nothing_is_archived)
    said = Incoming("v1", "n", "加微信 扣1")
    assert await other.say(hot_stage.show, said) == Posted(f"{hot_stage.show}-c2", SHOWN)
    await hot_stage.watch("扣1")
    await hot_stage.set_rules(premoderation=True)
    held = await other.say(hot_stage.show, said)
    assert isinstance(held, Posted)
    assert held.state is HELD
    await hot_stage.set_rules(blocked=("加微信",))
    hidden = await other.say(hot_stage.show, said)
    assert isinstance(hidden, Posted)
    assert hidden.state is CommentState.HIDDEN
    assert await words_of(hot_stage) == {"扣1": 1}, "what is hidden as it comes in does not count"
    await hot_stage.set_rules(links_off=True)
    link = Incoming("v1", "n", "abc.com")
    answers = await other.say_many(hot_stage.show, [said, link, said])
    assert [type(answer) for answer in answers] == [Posted, Refused, Posted]
    assert answers[1] == Refused("links_off")


async def test_two_who_change_rules_at_once_do_not_undo_each_other(hot_stage: Stage) -> None:
    before = await hot_stage.rulebook.read(hot_stage.show)
    await hot_stage.set_rules(slow_s=9)
    fact = ("words", {"words": ["1"]})
    late = await hot_stage.rulebook.replace(
        hot_stage.show, before, fact, chat=before.chat, words=["1"], anew=["1"]
    )
    assert late is None
    assert (await hot_stage.rulebook.read(hot_stage.show)).chat.slow_s == 9


async def test_what_is_held_is_counted_until_somebody_decides(hot_stage: Stage) -> None:
    await hot_stage.set_rules(premoderation=True)
    first, second, third = [await hot_stage.say(viewer=f"v{n}") for n in range(3)]
    assert await held_of(hot_stage) == 3
    decide = hot_stage.chat.set_state
    assert await decide(hot_stage.show, HELD, decision(first, SHOWN))
    assert not await decide(hot_stage.show, HELD, decision(first, SHOWN)), "once is enough"
    assert await decide(hot_stage.show, HELD, decision(second, CommentState.HIDDEN))
    assert await held_of(hot_stage) == 1
    assert await decide(hot_stage.show, HELD, decision(first, CommentState.HIDDEN))
    assert await decide(hot_stage.show, HELD, decision(third, CommentState.HIDDEN))
    assert await held_of(hot_stage) == 0
    facts = await hot_stage.facts.tail(hot_stage.show, 0, 100)
    was = [fact.payload["was"] for fact in facts if fact.kind == "comment_state"]
    assert was == ["held", "held", "shown", "held"]
    await hot_stage.check()


async def test_one_comment_is_pinned_and_falls_when_it_is_hidden(hot_stage: Stage) -> None:
    first, second = [await hot_stage.say(viewer=f"v{n}") for n in range(2)]
    assert isinstance(first, Posted)
    assert isinstance(second, Posted)

    async def pin(comment: str) -> bool:
        payload = {"comment": comment, "name": "n", "text": "t", "by": "op"}
        return await hot_stage.chat.pin(hot_stage.show, SHOWN, payload)

    assert await pin(first.id)
    assert not await pin(first.id)
    assert await pin(second.id)
    await hot_stage.chat.set_state(hot_stage.show, SHOWN, decision(second, CommentState.HIDDEN))
    facts = await hot_stage.facts.tail(hot_stage.show, 0, 100)
    pins = [(fact.payload["was"], fact.payload["comment"]) for fact in facts if fact.kind == "pin"]
    assert pins == [("", first.id), (first.id, second.id), (second.id, "")]
    with pytest.raises(NotShown):
        await pin(second.id)
    assert not await pin("")
    await hot_stage.check()


async def test_the_comments_of_who_owns_units_are_marked(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(9)
    order = await hot_stage.taken(offer, "buyer")
    await hot_stage.say(viewer="buyer")
    await hot_stage.say(viewer="other")
    await hot_stage.settle("cancel", order)
    await hot_stage.say(viewer="buyer")
    assert [f.payload["buyer"] for f in await comments(hot_stage)] == [True, False, False]


async def test_an_ended_show_takes_no_rules_but_can_be_cleaned_up(hot_stage: Stage) -> None:
    said = await hot_stage.say()
    before = await hot_stage.rulebook.read(hot_stage.show)
    await hot_stage.log.move(hot_stage.show, "end")
    assert await hot_stage.say() == Refused("ended")
    fact: tuple[str, dict[str, list[str]]] = ("words", {"words": []})
    with pytest.raises(Conflict, match="ended"):
        await hot_stage.rulebook.replace(
            hot_stage.show, before, fact, chat=before.chat, words=[], anew=[]
        )
    assert await hot_stage.chat.set_state(
        hot_stage.show, SHOWN, decision(said, CommentState.HIDDEN)
    )


async def test_a_show_that_redis_does_not_know_is_recovering(hot_stage: Stage) -> None:
    nowhere = new_show()
    with pytest.raises(Recovering):
        await hot_stage.chat.say(nowhere, Incoming("v", "n", "t"))
    with pytest.raises(Recovering):
        await hot_stage.chat.say_many(nowhere, [Incoming("v", "n", "t")])


async def test_words_said_in_the_same_window_count_once_for_a_viewer(hot_stage: Stage) -> None:
    await hot_stage.watch("1")
    await hot_stage.set_rules(tally_window_s=1)

    async def say_all() -> None:
        await asyncio.gather(*(hot_stage.say("1", f"v{n % 5}") for n in range(20)))

    await say_all()
    [*_, first] = await comments(hot_stage)

    async def is_next() -> bool:
        return hot_stage.client.now_ms() // 1000 > first.at_ms // 1000

    await eventually(is_next)
    await say_all()
    windows = {(f.payload["viewer"], f.at_ms // 1000) for f in await comments(hot_stage)}
    assert (await words_of(hot_stage))["1"] == len(windows) >= 10
    await hot_stage.set_rules(tally_window_s=0)
    await say_all()
    assert (await words_of(hot_stage))["1"] == len(windows) + 20


async def test_comments_of_a_batch_follow_each_other(hot_stage: Stage) -> None:
    said = [Incoming(f"v{n}", "n", str(n)) for n in range(700)]
    answers = await hot_stage.chat.say_many(hot_stage.show, said)
    seqs = [seq_of(answer.id) for answer in answers if isinstance(answer, Posted)]
    assert seqs == list(range(seqs[0], seqs[0] + 700))
    assert [fact.payload["text"] for fact in await comments(hot_stage)] == [s.text for s in said]
