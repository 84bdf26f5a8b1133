"""A client of the events: nothing missed, nothing twice, whatever happens to it and to the log."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from live.hub import Hub, MemoryBroker, Role, Who
from live.hub.broker import Broker, Position, parse_position
from live.hub.close_codes import CloseCode
from live.hub.connection import BACKLOG_MAX, TOGETHER_BYTES, EventClient
from live.hub.registry import RECENT_MAX, Registry
from live.hub.resume import Resume
from live.hub.stats import Stats
from tests.hub.fakes import Bench, FakeLine, House, comment, order, until

OPERATOR = Who(Role.OPERATOR, None, "中控")


def quiet_registry(broker: Broker, stats: Stats) -> Registry:
    """Rooms without beats, whose facts nobody but the clients hears."""
    return Registry(
        broker, stats, lambda *_: None, opened=lambda room: None, closed=lambda room: None
    )


class Desk:
    """The parts of a hub without sockets: clients come and go on fake lines."""

    def __init__(self, bench: Bench) -> None:
        self.stats = Stats()
        self.registry = quiet_registry(bench.broker, self.stats)
        self.resume = Resume(bench.broker, House().ports(), self.stats, slow_s=0.2)
        self.tasks: dict[EventClient, asyncio.Task[None]] = {}

    async def join(
        self, since: str | None = None, who: Who = OPERATOR
    ) -> tuple[EventClient, FakeLine]:
        room, line = await self.registry.room_of("s"), FakeLine()
        position = room.position if since is None else parse_position(since)
        client = EventClient(who, line, self.stats, position)
        room.add(client)
        self.tasks[client] = asyncio.create_task(self.resume.run(client, room, greet=since is None))
        return client, line

    async def leave(self, client: EventClient) -> None:
        task = self.tasks.pop(client)
        task.cancel()
        await asyncio.wait({task})
        self.registry.leave(self.registry.rooms["s"], client)


@pytest.fixture
async def desk(bench: Bench) -> AsyncIterator[Desk]:
    await bench.restart("s", "e1", 0)
    desk = Desk(bench)
    tail = asyncio.create_task(bench.broker.run(desk.registry))
    yield desk
    for client in list(desk.tasks):
        await desk.leave(client)
    tail.cancel()
    await asyncio.wait({tail})


@pytest.mark.parametrize("seq", ["9", "999999999999999", "9" * 26])
async def test_an_id_from_the_future_is_a_reset(desk: Desk, bench: Bench, seq: str) -> None:
    await bench.append("s", [comment("1")])
    client, line = await desk.join(f"e1:{seq}")
    await until(lambda: client.live)
    assert types(line) == ["hello", "reset"]
    assert not client.ended.done()


def types(line: FakeLine) -> list[object]:
    return [message["type"] for message in line.messages()]


@pytest.mark.parametrize("seed", range(4))
async def test_a_client_that_drops_at_random_reads_every_fact_once(
    bench: Bench, desk: Desk, seed: int
) -> None:
    chance = random.Random(seed)
    total = 1_500
    texts: list[str] = []
    await bench.append("s", [comment("0")])

    async def talk() -> None:
        said = 1
        while said < total:
            count = min(chance.randint(1, 9), total - said)
            await bench.append("s", [comment(str(n)) for n in range(said, said + count)])
            said += count
            await asyncio.sleep(chance.choice([0, 0, 0, 0.002]))

    _, witness = await desk.join("e1:0")
    talking = asyncio.create_task(talk())
    last = "e1:0"
    while len(texts) < total:
        client, line = await desk.join(last)
        await asyncio.sleep(chance.choice([0, 0.001, 0.02]))
        read = line.messages()[
            : chance.randint(0, len(line.frames))
        ]  # the rest is lost with the line
        texts += [message["data"]["text"] for message in read if message["type"] == "comment"]
        assert "reset" not in [message["type"] for message in read]
        last = str(read[-1]["id"]) if read else last
        await desk.leave(client)
    await talking
    assert texts == [str(n) for n in range(total)]
    await until(lambda: types(witness).count("comment") == total)


async def test_a_new_client_gets_a_snapshot_and_then_what_happens(bench: Bench, desk: Desk) -> None:
    await bench.append("s", [comment("old")])
    _, line = await desk.join()
    await until(lambda: types(line) == ["hello"])
    await bench.append("s", [comment("new")])
    await until(lambda: types(line) == ["hello", "comment"])
    hello = line.messages()[0]
    assert hello["id"] == "e1:1"
    assert hello["data"]["snapshot"] == {"full": True}
    assert line.messages()[1]["id"] == "e1:2"


async def test_the_hello_of_a_resume_does_not_run_ahead_of_the_replay(
    bench: Bench, desk: Desk
) -> None:
    await bench.append("s", [comment(str(n)) for n in range(9)])
    _, line = await desk.join("e1:4")
    await until(lambda: len(line.frames) == 6)
    assert [message["id"] for message in line.messages()] == [f"e1:{n}" for n in (4, 5, 6, 7, 8, 9)]


@pytest.mark.parametrize("since", ["e0:5", "e1:999", "nonsense", ""])
async def test_an_id_of_another_world_is_answered_by_a_reset(
    bench: Bench, desk: Desk, since: str
) -> None:
    await bench.append("s", [comment(str(n)) for n in range(9)])
    _, line = await desk.join(since)
    await until(lambda: types(line) == ["hello", "reset"])
    assert line.messages()[1]["id"] == "e1:9"
    assert line.messages()[1]["data"]["snapshot"] == {"full": True}


async def test_too_long_ago_is_answered_by_a_reset(bench: Bench, desk: Desk) -> None:
    for n in range(6):
        await bench.append("s", [comment(str(n))])
    await bench.trim("s", 4)
    _, line = await desk.join("e1:1")
    await until(lambda: types(line) == ["hello", "reset"])


async def test_a_new_epoch_resets_those_who_are_here(bench: Bench, desk: Desk) -> None:
    await bench.append("s", [comment("x")])
    _, line = await desk.join("e1:1")
    await until(lambda: types(line) == ["hello"])
    await bench.restart("s", "e2", 1)
    await until(lambda: types(line) == ["hello", "reset"])
    await bench.append("s", [comment("y")])
    await until(lambda: types(line) == ["hello", "reset", "comment"])
    assert [message["id"] for message in line.messages()] == ["e1:1", "e2:1", "e2:2"]


async def test_a_short_absence_is_made_good_without_the_log(
    desk: Desk, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.join("e1:0")
    await bench.append("s", [comment(str(n)) for n in range(RECENT_MAX)])
    await until(lambda: desk.stats.facts == RECENT_MAX)
    monkeypatch.delattr(type(bench.broker), "history")
    _, line = await desk.join("e1:5")
    await until(lambda: len(line.frames) == RECENT_MAX - 4)


async def test_a_client_that_pauses_is_caught_up_and_one_that_stops_is_closed(
    bench: Bench, desk: Desk
) -> None:
    (pausing, pause), (stopped, stop), (_, steady) = [await desk.join("e1:0") for _ in range(3)]
    await until(lambda: pausing.live and stopped.live)
    pause.reads = stop.reads = False
    long = "长" * 1_000
    for _ in range(10):
        await bench.append("s", [comment(long)] * 10)
    await until(lambda: types(steady).count("comment") == 100)
    await until(lambda: not pausing.live)
    assert max(pause.unread, stop.unread) < BACKLOG_MAX + TOGETHER_BYTES + 4_000
    pause.reads, pause.unread = True, 0
    await until(lambda: types(pause).count("comment") == 100)
    await until(stopped.ended.done)
    assert stopped.ended.result() is CloseCode.SLOW
    assert not pausing.ended.done()
    assert desk.stats.slow_closed == 1
    ids = [message["id"] for message in pause.messages()]
    assert ids == [f"e1:{n}" for n in range(101)]


async def test_a_viewer_hears_of_no_order_but_their_own(bench: Bench, desk: Desk) -> None:
    _, mine = await desk.join("e1:0", Who(Role.VIEWER, "v1", "阿梅"))
    _, theirs = await desk.join("e1:0", Who(Role.VIEWER, "v2", "小李"))
    _, all_ = await desk.join("e1:0")
    for n in range(50):
        await bench.append(
            "s", [order("take", n, "v1" if n % 10 == 0 else "v3"), order("pay", n, "v3")]
        )
    await bench.append("s", [comment("end")])
    await until(lambda: all(types(line)[-1:] == ["comment"] for line in (mine, theirs, all_)))
    assert types(theirs) == ["hello", "comment"]
    assert types(mine) == ["hello", *["order"] * 5, "comment"]
    assert types(all_).count("order") == 100


async def test_a_fact_without_its_fields_is_logged_and_skipped(
    bench: Bench, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    _, line = await desk.join("e1:0")
    await bench.append("s", [("offer", 1, {}), comment("next")])
    await until(lambda: types(line) == ["hello", "comment"])
    assert "lacks" in caplog.text


async def test_rooms_open_and_close_with_their_clients(house: House) -> None:
    broker = MemoryBroker()
    hub = Hub(broker, house.ports())
    assert hub.clients() == {"events": 0}
    registry = quiet_registry(broker, Stats())
    rooms = await asyncio.gather(*(registry.room_of("s") for _ in range(5)))
    assert len({id(room) for room in rooms}) == 1
    client = EventClient(OPERATOR, FakeLine(), Stats(), Position("e1", 0))
    rooms[0].add(client)
    registry.leave(rooms[0], client)
    assert registry.rooms == {}
    assert registry.empty.is_set()
