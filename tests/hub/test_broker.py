"""One suite for both brokers: what is told is contiguous, and history is whole or refused."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgpack
import pytest
from redis.asyncio import Redis

from live.domain.events import Fact
from live.errors import RedisUnavailable
from live.hub.broker import HISTORY_MAX, NOWHERE, Position, parse_position
from tests.hub.fakes import Bench, RedisBench, comment, log_key, meta_key, until


class Ear:
    def __init__(self) -> None:
        self.told: dict[str, list[Fact]] = {}
        self.cuts: list[tuple[str, Position]] = []

    async def facts(self, show_id: str, position: Position, facts: Sequence[Fact]) -> None:
        assert position.seq == facts[-1].seq
        self.told.setdefault(show_id, []).extend(facts)

    def lost(self, show_id: str, position: Position) -> None:
        self.cuts.append((show_id, position))

    def seqs(self, show_id: str) -> list[int]:
        return [fact.seq for fact in self.told.get(show_id, [])]


@pytest.fixture
async def ear(bench: Bench) -> AsyncIterator[Ear]:
    ear = Ear()
    task = asyncio.create_task(bench.broker.run(ear))
    yield ear
    task.cancel()
    await asyncio.wait({task})


async def test_facts_after_the_watch_are_told_once_in_order(bench: Bench, ear: Ear) -> None:
    await bench.append("s", [comment("before")])
    assert await bench.broker.watch("s") == Position("e1", 1)
    for n in range(20):
        await bench.append("s", [comment(f"{n}-{i}") for i in range(n % 3 + 1)])
    total = 1 + sum(n % 3 + 1 for n in range(20))
    await until(lambda: len(ear.seqs("s")) == total - 1)
    assert ear.seqs("s") == list(range(2, total + 1))
    assert ear.told["s"][0].payload["text"] == "0-0"


async def test_a_show_that_is_forgotten_is_not_told(bench: Bench, ear: Ear) -> None:
    await bench.append("a", [comment("x")])
    await bench.append("b", [comment("x")])
    await bench.broker.watch("a")
    await bench.broker.watch("b")
    bench.broker.forget("a")
    await bench.append("a", [comment("y")])
    await bench.append("b", [comment("y")])
    await until(lambda: ear.seqs("b") == [2])
    assert ear.seqs("a") == []


async def test_history_starts_in_the_middle_of_an_entry(bench: Bench) -> None:
    await bench.append("s", [comment(str(n)) for n in range(5)])
    await bench.append("s", [comment("last")])
    facts = await bench.broker.history("s", Position("e1", 2))
    assert facts is not None
    assert [(fact.seq, fact.payload["text"]) for fact in facts] == [
        (3, "2"),
        (4, "3"),
        (5, "4"),
        (6, "last"),
    ]
    assert await bench.broker.history("s", Position("e1", 6)) == []


@pytest.mark.parametrize("since", [Position("e1", 7), Position("e0", 3), NOWHERE])
async def test_history_of_another_world_is_refused(bench: Bench, since: Position) -> None:
    await bench.append("s", [comment(str(n)) for n in range(6)])
    assert await bench.broker.history("s", since) is None


async def test_history_that_was_trimmed_is_refused(bench: Bench) -> None:
    for n in range(6):
        await bench.append("s", [comment(str(n))])
    await bench.trim("s", 4)
    assert await bench.broker.history("s", Position("e1", 2)) is None
    facts = await bench.broker.history("s", Position("e1", 3))
    assert facts is not None
    assert [fact.seq for fact in facts] == [4, 5, 6]


async def test_history_that_is_too_long_is_refused(bench: Bench) -> None:
    await bench.append("s", [comment("x")] * (HISTORY_MAX + 1))
    assert await bench.broker.history("s", Position("e1", 0)) is None
    assert len(await bench.broker.history("s", Position("e1", 1)) or []) == HISTORY_MAX


async def test_a_new_epoch_cuts_the_thread_and_goes_on(bench: Bench, ear: Ear) -> None:
    await bench.append("s", [comment("x")] * 3)
    await bench.broker.watch("s")
    await bench.restart("s", "e2", 3)
    await until(lambda: bool(ear.cuts))
    assert ear.cuts == [("s", Position("e2", 3))]
    await bench.append("s", [comment("y")])
    await until(lambda: ear.seqs("s") == [4])


async def test_numbers_that_run_backwards_cut_the_thread(bench: Bench, ear: Ear) -> None:
    await bench.append("s", [comment("x")] * 3)
    await bench.broker.watch("s")
    await bench.restart("s", "e1", 1)
    await until(lambda: ear.cuts == [("s", Position("e1", 1))])


async def test_an_unreadable_entry_cuts_its_own_show_only(redis_bench: RedisBench) -> None:
    ear = Ear()
    for show_id in ("bad", "good"):
        await redis_bench.append(show_id, [comment("x")])
        await redis_bench.broker.watch(show_id)
    task = asyncio.create_task(redis_bench.broker.run(ear))
    async with redis_bench.redis.pipeline(transaction=True) as pipe:
        pipe.hset(meta_key("bad"), "seq", "2")
        pipe.xadd(log_key("bad"), {"f": b"\xc1"}, id="2-0")
        await pipe.execute()
    await redis_bench.append("good", [comment("y")])
    await until(lambda: ear.cuts == [("bad", Position("e1", 2))] and ear.seqs("good") == [2])
    assert await redis_bench.broker.history("bad", Position("e1", 1)) is None
    task.cancel()
    await asyncio.wait({task})


async def test_the_tail_survives_a_redis_that_drops_every_connection(
    redis_bench: RedisBench,
) -> None:
    ear = Ear()
    await redis_bench.append("s", [comment("x")])
    await redis_bench.broker.watch("s")
    task = asyncio.create_task(redis_bench.broker.run(ear))
    for n in range(5):
        await redis_bench.redis.client_kill_filter(_type="normal", skipme=True)
        await redis_bench.append("s", [comment(str(n))])
        await asyncio.sleep(0.03)
    await until(lambda: ear.seqs("s") == [2, 3, 4, 5, 6])
    task.cancel()
    await asyncio.wait({task})


@pytest.mark.parametrize("cut", [True, False])
async def test_a_log_that_lost_what_was_told_and_ran_past_it_cuts_the_thread(
    redis_bench: RedisBench, cut: bool
) -> None:
    """Redis is back with less, under the same epoch, and has sold on before we look again: by the life of
    the server that the show is trusted in, it is known, though no read has failed."""
    ear = Ear()
    await redis_bench.append("s", [comment("x")])
    await redis_bench.broker.watch("s")
    task = asyncio.create_task(redis_bench.broker.run(ear))
    for n in range(3):
        await redis_bench.append("s", [comment(f"told {n}")])
    await until(lambda: ear.seqs("s") == [2, 3, 4])
    async with redis_bench.redis.pipeline(transaction=True) as pipe:
        if cut:
            pipe.delete(log_key("s"))
        for seq in (3, 4, 5) if cut else (5,):
            pipe.xadd(log_key("s"), {"f": msgpack.packb([comment("other")])}, id=f"{seq}-0")
        pipe.hset(meta_key("s"), mapping={"seq": "5", "run": "another life"})
        await pipe.execute()
    await until(lambda: bool(ear.cuts) if cut else ear.seqs("s") == [2, 3, 4, 5])
    assert ear.cuts == ([("s", Position("e1", 5))] if cut else [])
    assert 5 not in ear.seqs("s") or not cut
    task.cancel()
    await asyncio.wait({task})


async def test_without_redis_a_look_up_says_not_now(tmp_path: Path) -> None:
    bench = RedisBench(Redis(unix_socket_path=str(tmp_path / "nothing")))
    with pytest.raises(RedisUnavailable):
        await bench.broker.watch("s")
    with pytest.raises(RedisUnavailable):
        await bench.broker.history("s", Position("e1", 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        ":",
        "e1:",
        "e1:-1",
        "e1:x",
        ":5",
        "e1:٣",
        "e" * 90 + ":1",
        "e1:" + "9" * 26,
        "e1:" + "9" * 19,
    ],
)
def test_what_is_no_event_id_is_nowhere(text: str) -> None:
    assert parse_position(text) == NOWHERE


def test_an_event_id_goes_and_comes_back() -> None:
    assert parse_position(str(Position("ab:c", 12))) == Position("ab:c", 12)
