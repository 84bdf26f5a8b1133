import asyncio

from live.domain.comment import Posted, Refused, seq_of
from live.hotpath import keys
from live.hotpath.logs import KEEP_FACTS
from tests.hotpath.stage import Stage


async def say(stage: Stage, viewer: str = "v1") -> int:
    answer = await stage.say("扣1", viewer)
    assert isinstance(answer, Posted)
    return seq_of(answer.id)


async def test_entries_follow_each_other_by_the_number_of_their_facts(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3)
    await asyncio.gather(*(hot_stage.take(offer, f"v{i}") for i in range(9)), say(hot_stage))
    facts = (await hot_stage.facts.after({hot_stage.show: 0}, 1000))[hot_stage.show]
    assert [fact.seq for fact in facts] == list(range(1, len(facts) + 1))
    entries = await hot_stage.client.do("XRANGE", keys.log(hot_stage.show), "-", "+")
    starts = [int(entry_id.partition(b"-")[0]) for entry_id, _ in entries]
    assert all(entry_id.endswith(b"-0") for entry_id, _ in entries)
    assert len(starts) < len(facts)  # several facts share an entry
    head = await hot_stage.facts.head(hot_stage.show)
    assert head is not None
    assert (head.epoch, head.state, head.seq) == ("e1", "live", len(facts))
    await hot_stage.check()


async def test_facts_say_what_happened_in_whole_numbers_and_plain_words(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(3, price=2**40)
    order = await hot_stage.taken(offer, n=2)
    fact = (await hot_stage.facts.tail(hot_stage.show, 0, 1))[-1]
    assert (fact.kind, fact.at_ms) == ("take", order.placed_ms)
    assert fact.order is not None
    assert fact.order.amount == order.amount == 2**41
    assert fact.order.name == "买家"
    assert not [v for v in (fact.at_ms, *fact.order) if isinstance(v, float)]
    meta = await hot_stage.client.do("HGETALL", keys.meta(hot_stage.show))
    assert meta[b"gmv_placed"] == str(2**41).encode()


async def test_a_comment_gets_its_number_and_counts_each_speaker_once(hot_stage: Stage) -> None:
    await hot_stage.watch("扣1", "想要")
    seqs = await asyncio.gather(*(say(hot_stage, viewer=f"v{i % 3}") for i in range(9)))
    assert sorted(seqs) == list(range(min(seqs), min(seqs) + 9))
    told = await hot_stage.facts.tail(hot_stage.show, 0, 100)
    comments = [fact for fact in told if fact.kind == "comment"]
    assert [fact.payload["comment"] for fact in comments] == [
        f"{hot_stage.show}-c{fact.seq}" for fact in comments
    ]
    totals = await hot_stage.log.totals(hot_stage.show)
    assert totals is not None
    assert totals.words == (("扣1", 3), ("想要", 0))
    assert totals.comments == 9
    await hot_stage.check()


async def test_nobody_comments_after_the_end_but_acts_go_on_record(hot_stage: Stage) -> None:
    await hot_stage.log.move(hot_stage.show, "end")
    assert await hot_stage.say() == Refused("ended")
    act = {"actor": "a", "verb": "order:refund", "detail": "", "ms": 0}
    assert await hot_stage.log.append(hot_stage.show, "act", act)
    await hot_stage.check()


async def test_the_tail_starts_after_what_was_seen_also_inside_an_entry(hot_stage: Stage) -> None:
    offer = await hot_stage.arm(9)
    await asyncio.gather(*(hot_stage.take(offer, f"v{i}") for i in range(5)))
    last = (await hot_stage.facts.tail(hot_stage.show, 0, 100))[-1].seq
    facts = await hot_stage.facts.tail(hot_stage.show, last - 2, 100)
    assert [fact.seq for fact in facts] == [last - 1, last]


async def test_trimming_keeps_enough_to_resume_and_never_what_sql_lacks(hot_stage: Stage) -> None:
    for _ in range(3):
        await asyncio.gather(*(say(hot_stage) for _ in range(2_000)))
    before = await hot_stage.facts.length(hot_stage.show)
    await hot_stage.facts.committed(hot_stage.show, "e1", KEEP_FACTS, 1, "h")
    assert await hot_stage.facts.length(hot_stage.show) == before
    await hot_stage.facts.committed(hot_stage.show, "e1", KEEP_FACTS + 700, 2, "h")
    entries = await hot_stage.client.do("XRANGE", keys.log(hot_stage.show), "-", "+", "COUNT", 1)
    oldest = int(entries[0][0].partition(b"-")[0])
    assert 700 <= oldest <= 700 + 256
    assert (await hot_stage.facts.tail(hot_stage.show, 0, 1))[-1].seq == 6_001
