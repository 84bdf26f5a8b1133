"""Watched words are counted exactly as a recount from SQL counts them, whatever happens meanwhile."""

import asyncio
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live.domain.access import Actor, Role
from live.domain.comment import Incoming
from live.domain.ids import ShowId
from live.features.archive.actions import recounted
from live.features.comments.actions import change_rules, watch_words
from live.features.comments.actions import words as module
from live.hotpath.client import Client
from live.hotpath.rules import Begun, Rulebook
from live.store import ledger
from live.store.db import Database
from tests.asking import eventually
from tests.features.ledger.stand import Stand

OPERATOR = Actor("token", "t", "op", Role.OPERATOR)
WORDS = st.lists(st.sampled_from(["1", "想要", "A1", "扣１"]), max_size=4, unique=True)
WINDOWS = st.sampled_from([None, 0, 1, 2, 3_600])
TEXTS = st.sampled_from(["扣1", "想要 A1", "1 1 1", "加微信 1", "hello", "A1"])
SAY = st.tuples(st.just("say"), st.sampled_from("abcde"), TEXTS)
RUSH = st.tuples(st.just("rush"), st.integers(1, 60), st.one_of(WORDS, WINDOWS))
PLAIN = st.one_of(
    SAY,
    SAY,
    st.tuples(st.just("watch"), WORDS),
    st.tuples(st.just("window"), WINDOWS),
    st.tuples(st.just("drain")),
    st.tuples(st.just("pause")),
    RUSH,
)


class Scene:
    def __init__(self, stand: Stand) -> None:
        self.stand = stand

    async def play(self, step: tuple[object, ...]) -> None:
        match step:
            case ("say", str(viewer), str(text)):
                await self.stand.say(text, viewer)
            case ("watch", list(words)):
                await self.watch(words)
            case ("window", int() | None as window_s):
                await self.window(window_s)
            case ("drain",):
                await self.stand.drain()
            case ("pause",):
                await asyncio.sleep(0.4)
            case ("rush", int(n), list(words)):
                await asyncio.gather(self.rush(n), self.watch(words), self.stand.drain())
            case ("rush", int(n), int() | None as window_s):
                await asyncio.gather(self.rush(n), self.window(window_s), self.stand.drain())

    async def rush(self, n: int) -> None:
        for i in range(n):
            said = [
                Incoming(f"v{(i * k) % 7}", "n", ("1", "想要 1", "A1")[k % 3]) for k in range(4)
            ]
            await self.stand.chat.say_many(self.stand.show, said)

    async def watch(self, words: list[str]) -> None:
        stand = self.stand
        await watch_words(
            stand.show, words,
            by=OPERATOR, db=stand.db, rulebook=stand.rulebook, log=stand.log, facts=stand.facts,
        )  # fmt: skip

    async def window(self, window_s: int | None) -> None:
        stand = self.stand
        await change_rules(
            stand.show, lambda rules: replace(rules, tally_window_s=window_s, blocked=("加微信",)),
            by=OPERATOR, db=stand.db, rulebook=stand.rulebook, facts=stand.facts,
        )  # fmt: skip

    async def check(self) -> None:
        await self.stand.drain()
        totals = await self.stand.log.totals(self.stand.show)
        assert totals is not None
        async with self.stand.db.read() as session:
            position = await ledger.find_position(session, self.stand.show)
            assert position is not None
            recount = await recounted(session, self.stand.show, position[1])
        assert position[1] == totals.seq
        assert dict(totals.words) == recount.counts


@given(st.lists(PLAIN, max_size=14))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_the_tally_is_the_recount(
    ledger_client: Client, ledger_db: Database, steps: list[tuple[object, ...]]
) -> None:
    scene = Scene(await Stand(ledger_client, db=ledger_db).start())
    for step in steps:
        await scene.play(step)
    await scene.check()


async def test_words_set_in_a_flood_count_what_came_before_and_after(stand: Stand) -> None:
    scene, over = Scene(stand), asyncio.Event()

    async def flood() -> None:
        while not over.is_set():
            await scene.rush(10)

    async def write() -> None:
        while not over.is_set():
            await stand.drain()

    tasks = [asyncio.create_task(work) for work in (flood(), flood(), write())]
    await scene.watch(["1"])
    for window_s in (1, None, 0, 2, None):
        await scene.window(window_s)
        await scene.watch(["想要", "1", "A1"])
        await scene.watch(["A1"])
        await scene.watch(["1", "A1"])
    over.set()
    await asyncio.gather(*tasks)
    await scene.check()


async def test_many_viewers_are_added_in_pieces(stand: Stand) -> None:
    scene, n = Scene(stand), 3 * module.VIEWERS + 7
    said = [Incoming(f"v{i}", "n", "1") for i in range(n)]
    await stand.chat.say_many(stand.show, said)
    await scene.watch(["1"])
    await scene.window(3_600)
    await scene.check()
    totals = await stand.log.totals(stand.show)
    assert totals is not None
    assert totals.words == (("1", n),)


class Dawdling(Rulebook):
    """A process that stops for longer than a window, just after the words were set."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(stand.client, _nothing_is_archived)
        self.stand = stand

    async def replace(self, *args: Any, **kwargs: Any) -> Begun | None:
        begun = await super().replace(*args, **kwargs)
        assert begun is not None
        await self.stand.say("1", "a")
        await self.stand.say("1", "late")

        async def is_over() -> bool:
            return self.stand.client.now_ms() // 1000 > begun.at_ms // 1000

        await eventually(is_over)
        await self.stand.say("1", "a")
        return begun


async def test_what_was_said_before_is_added_rightly_after_its_window_is_over(
    stand: Stand,
) -> None:
    scene = Scene(stand)
    await scene.window(1)
    for viewer in "abab":
        await stand.say("1", viewer)
    stand.rulebook = Dawdling(stand)
    await scene.watch(["1"])
    await scene.check()


async def _nothing_is_archived(_: ShowId) -> bool:
    return False


async def test_a_count_that_was_broken_off_is_made_anew(stand: Stand) -> None:
    scene = Scene(stand)
    await scene.rush(20)
    before = await stand.rulebook.read(stand.show)
    fact = ("words", {"words": ["1"]})
    assert await stand.rulebook.replace(
        stand.show, before, fact, chat=before.chat, words=["1"], anew=["1"]
    )  # and here the process died
    await scene.rush(5)
    assert await stand.rulebook.pending(stand.show) == {"1"}
    await scene.watch(["1"])
    assert await stand.rulebook.pending(stand.show) == set()
    await scene.check()


async def test_only_a_new_window_needs_sql(stand: Stand) -> None:
    scene = Scene(stand)
    await scene.watch(["1"])
    db = stand.db
    stand.db = Database.from_url("sqlite:////nowhere/at-all.db")
    try:
        await change_rules(
            stand.show, lambda rules: replace(rules, premoderation=True),
            by=OPERATOR, db=stand.db, rulebook=stand.rulebook, facts=stand.facts,
        )  # fmt: skip
    finally:
        await stand.db.close()
        stand.db = db
    assert (await stand.rulebook.read(stand.show)).chat.premoderation
