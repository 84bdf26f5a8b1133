"""Who is here and for how long: the script on a real Redis against what is plainly true.

Times are Redis's own: the script tells when it thinks it ran, and the model goes by that. A process dies here
by a call whose lease is over at once.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from live.domain.attendance import Attendance, Change, Place
from live.domain.ids import ShowId
from live.hotpath import keys
from live.hotpath.client import Client
from live.hotpath.presence import Heard, Presence, opened
from live.hotpath.restore import Restorer
from live.hotpath.shows import Totals
from tests.asking import eventually
from tests.hotpath.presence_model import PresenceModel
from tests.hotpath.server import RedisServer
from tests.hotpath.stage import Stage

LONG_MS = 3_600_000
CHUNK = 100  # as the hub tells them
GAP_MS = 8  # between two visits that are two views; the machine sleeps for longer and for less

VIEWERS = st.sampled_from([f"v{n}" for n in range(6)])
PROCESSES = st.sampled_from(["a", "b", "c"])
CROWDS = st.frozensets(VIEWERS, max_size=5)


class Listening(Presence):
    """Remembers when the last call was decided. `is_lazy`: leaves those who are gone to others."""

    at_ms = 0
    is_lazy = False

    async def take_out(self, show: ShowId) -> None:
        if not self.is_lazy:
            await super().take_out(show)

    async def _call(self, show: Any, process: str, *args: Any) -> tuple[Heard, bool]:
        answer = await super()._call(show, process, *args)
        if process:
            self.at_ms = int(await self._client.do("HGET", keys.attendance(show), "now") or 0)
        return answer


class PresenceMachine(RuleBasedStateMachine):
    url = ""
    is_lazy = False

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.model = PresenceModel(GAP_MS)
        self.names: dict[str, str] = {}  # process → the name of its present life
        self.numbers: dict[str, int] = {}
        self.lives = 0
        self.has_died = False

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.stage: Stage = self.run(self._begin())
        client, options = self.stage.client, {"view_ms": GAP_MS, "gone_max": 1}
        self.presence = Listening(client, lease_ms=LONG_MS, **options)
        self.dying = Listening(client, lease_ms=0, **options)
        self.presence.is_lazy = self.dying.is_lazy = self.is_lazy
        self.sweeper = Presence(client, **options)

    async def _begin(self) -> Stage:
        client = Client(self.url)
        await client.sample_clock()
        stage = Stage(client)
        await stage.log.plan(stage.show, "e1")
        return stage

    def tell(self, process: str, came: frozenset[str], *, dies: bool = False) -> None:
        """From now on these, and nobody else, are in the process."""
        show = self.stage.show
        if process not in self.names:
            self.lives += 1
            self.names[process], self.numbers[process] = f"{process}{self.lives}", 0
        name, number = self.names[process], self.numbers[process]
        before = self.model.here.get(name, set())
        change = Change(
            name, number, sorted(came - before), (), sorted(before - came), {Place.VIEWER: 1}
        )
        speaker = self.dying if dies else self.presence
        assert self.run(speaker.tell(show, change))
        self.numbers[process] += 1
        self.model.tell(name, set(came), speaker.at_ms)
        if dies:
            self.has_died = True
            self.model.end(name, speaker.at_ms)
            del self.names[process]

    @rule(process=PROCESSES, came=CROWDS)
    def live_on(self, process: str, came: frozenset[str]) -> None:
        self.tell(process, came)

    @rule(process=PROCESSES, came=CROWDS)
    def die(self, process: str, came: frozenset[str]) -> None:
        """Nobody takes its viewers out until somebody speaks."""
        self.tell(process, came, dies=True)

    @rule(process=PROCESSES)
    def stall(self, process: str) -> None:
        """It was taken for dead, and goes on as if nothing had been: it is told."""
        if process in self.names:
            name, came = self.names[process], frozenset(self.model.here[self.names[process]])
            self.tell(process, came, dies=True)
            number = self.numbers[process]
            change = Change(name, number, ["late"], places={})
            assert not self.run(self.presence.tell(self.stage.show, change))
            self.tell(process, came)

    @rule(process=PROCESSES)
    def leave(self, process: str) -> None:
        if name := self.names.pop(process, None):
            change = Change(name, self.numbers[process], is_last=True)
            assert self.run(self.presence.tell(self.stage.show, change))
            self.model.end(name, self.presence.at_ms)

    @rule(process=PROCESSES, viewer=VIEWERS)
    def tell_twice(self, process: str, viewer: str) -> None:
        """A call whose answer got lost is not taken twice."""
        if process in self.names:
            came = frozenset(self.model.here[self.names[process]]) | {viewer}
            self.tell(process, came)
            again = Change(self.names[process], self.numbers[process] - 1, [viewer, "late"])
            assert not self.run(self.presence.tell(self.stage.show, again))

    @rule(ms=st.sampled_from([2, GAP_MS + 2]))
    def wait(self, ms: int) -> None:
        self.run(asyncio.sleep(ms / 1000))

    @rule()
    def start(self) -> None:
        self.move("start", "planned")

    @rule()
    def end(self) -> None:
        self.move("end", "live")

    def move(self, verb: str, only: str) -> None:
        if self.model.state == only:
            self.run(self.stage.log.move(self.stage.show, verb))
            field = "started_ms" if verb == "start" else "ended_ms"
            at_ms = int(self.run(self.stage.client.do("HGET", keys.meta(self.stage.show), field)))
            self.model.move(verb, at_ms)

    @rule()
    def is_true(self) -> None:
        self.run(self.sweeper.take_out(self.stage.show))
        if self.names:  # whoever is alive speaks, and numbers are of that moment
            process = min(self.names)
            self.tell(process, frozenset(self.model.here[self.names[process]]))
        at_ms = self.run(self.moment())
        totals: Totals = self.run(self.stage.log.totals(self.stage.show))
        told, true = totals.attendance, self.model.attendance(at_ms)
        assert totals.viewers == self.model.viewers()
        assert (told.unique, told.views, told.watch_ms) == (true.unique, true.views, true.watch_ms)
        # The peak is not looked at while viewers of the dead are taken out, one a call here (decision 0012).
        assert told.peak == true.peak or (self.has_died and told.peak < true.peak)
        if totals.viewers:
            assert told.live_ms == true.live_ms
        assert totals.places[Place.VIEWER] == len(self.names)
        assert self.run(self.kept()) == {*self.names.values()}

    async def moment(self) -> int:
        at_ms = await self.stage.client.do("HGET", keys.attendance(self.stage.show), "now")
        return int(at_ms or 0)

    async def kept(self) -> set[str]:
        """Processes of which Redis keeps anything."""
        client, show = self.stage.client, self.stage.show
        sets = client.redis.scan_iter(match=keys.here(show, "*"), count=1_000)
        found = {name.decode().rpartition(":")[2] async for name in sets}
        return found | {name.decode() for name in await client.do("HKEYS", keys.processes(show))}

    def teardown(self) -> None:
        try:
            self.is_true()
        finally:
            self.run(self.stage.client.close())
            self.runner.close()


@pytest.mark.parametrize("is_lazy", [False, True], ids=["at once", "one at a time"])
def test_presence_is_as_the_model_says(hot_server: RedisServer, *, is_lazy: bool) -> None:
    """However long it takes to take out who is gone, and whatever happens meanwhile."""
    machine = type("Machine", (PresenceMachine,), {"url": hot_server.url, "is_lazy": is_lazy})
    run_machine(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


async def test_ten_thousand_viewers_are_counted_and_go_with_their_process(hot_stage: Stage) -> None:
    dying = Presence(hot_stage.client, lease_ms=0)
    for process, first in (("a", 0), ("b", 4_000)):  # 1,000 of them are in both
        crowd = [f"v{n}" for n in range(first, first + 5_500)]
        parts = [crowd[start : start + CHUNK] for start in range(0, len(crowd), CHUNK)]
        for number, part in enumerate(parts):
            change = Change(process, number, part, places={Place.VIEWER: 5_500})
            assert await hot_stage.presence.tell(hot_stage.show, change)
    totals = await totals_of(hot_stage)
    assert (totals.viewers, totals.places[Place.VIEWER]) == (9_500, 11_000)
    assert await dying.tell(hot_stage.show, Change("a", len(parts)))

    async def is_gone() -> bool:  # once this process, too, knows that it is that late
        await hot_stage.presence.sweep([hot_stage.show])
        return (await totals_of(hot_stage)).viewers == 5_500

    await eventually(is_gone)
    totals = await totals_of(hot_stage)
    assert totals.places[Place.VIEWER] == 5_500
    assert (totals.attendance.peak, totals.attendance.unique) == (9_500, 9_500)
    assert await hot_stage.presence.tell(hot_stage.show, Change("b", 0, is_last=True))
    assert (await totals_of(hot_stage)).viewers == 0
    left = hot_stage.client.redis.scan_iter(match=keys.here(hot_stage.show, "*"), count=1_000)
    assert [key async for key in left] == []


async def test_what_sql_knows_is_the_least_and_who_was_counted_is_not_counted_again(
    hot_stage: Stage,
) -> None:
    known = Attendance(peak=40, unique=90, views=100, watch_ms=5_000_000)
    await Restorer(hot_stage.client).raise_attendance(hot_stage.show, known)
    change = Change("p", 0, ["new"], ["there before"])
    assert await hot_stage.presence.tell(hot_stage.show, change)
    told = (await totals_of(hot_stage)).attendance
    assert (told.peak, told.unique, told.views) == (40, 91, 101)
    assert 5_000_000 <= told.watch_ms < 5_060_000
    less = Attendance(peak=1, unique=1, views=1, watch_ms=1)
    await Restorer(hot_stage.client).raise_attendance(hot_stage.show, less)
    assert not (await totals_of(hot_stage)).attendance.exceeds(told)


async def test_where_a_show_was_open_is_known_after_everyone_has_left(hot_stage: Stage) -> None:
    presence, show = hot_stage.presence, hot_stage.show
    places = {Place.HOST: 1, Place.OBS: 0, Place.VIEWER: 3}
    assert await opened(hot_stage.client, show) == set()
    assert await presence.tell(show, Change("p", 0, places=places))
    assert await presence.tell(show, Change("p", 1, is_last=True))
    assert await opened(hot_stage.client, show) == {Place.HOST, Place.VIEWER}


async def test_a_show_that_redis_does_not_have_gets_no_keys(hot_client: Client) -> None:
    show = ShowId("nosuch")
    assert not await Presence(hot_client).tell(show, Change("p", 0, ["v1"]))
    found = hot_client.redis.scan_iter(match=keys.tag(show) + "*", count=1_000)
    assert [key async for key in found] == []


async def test_watch_time_ends_with_the_show_and_so_does_counting(hot_stage: Stage) -> None:
    presence, show = hot_stage.presence, hot_stage.show
    assert await presence.tell(show, Change("p", 0, ["v1", "v2"]))
    await hot_stage.log.move(show, "end")
    assert await presence.tell(show, Change("p", 1, ["v3", "v4"], places={Place.VIEWER: 4}))
    at_end = await totals_of(hot_stage)
    told = at_end.attendance
    assert (at_end.viewers, told.peak, told.unique, told.views) == (4, 2, 2, 2)
    assert told.watch_each_ms is not None
    assert 0 <= told.watch_each_ms <= told.live_ms
    assert await presence.tell(show, Change("p", 2, is_last=True))
    assert (await totals_of(hot_stage)).attendance == told


async def totals_of(stage: Stage) -> Totals:
    totals = await stage.log.totals(stage.show)
    assert totals is not None
    return totals
