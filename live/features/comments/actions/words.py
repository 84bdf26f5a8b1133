"""Which words are counted, and how: what was said before counts too, exactly once.

From the fact that sets them on, the scripts count every comment (`lua/say.lua`). What came before that fact
is counted here, from the ledger and the end of the log, and added (`lua/earlier.lua`); where a viewer counts
once per window, those of the window in which the fact happened are added one by one.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from live.domain.access import Actor
from live.domain.events import Fact
from live.domain.ids import ShowId
from live.domain.moderation import ChatRules, counts
from live.domain.outcomes import Verdict
from live.domain.tally import Recount, window_of
from live.features.shows.actions import on_record
from live.hotpath.logs import LogReader
from live.hotpath.rules import Begun, Rulebook, Rules, rules_payload
from live.hotpath.shows import ShowLog
from live.store import comments, ledger
from live.store.db import Database

ENTRIES = 200  # log entries read at once
VIEWERS = 1_000  # added in one call: Redis is never blocked for long
PAUSE_S = 0.05


async def watch_words(
    show_id: ShowId,
    words: list[str],
    *,
    by: Actor,
    db: Database,
    rulebook: Rulebook,
    log: ShowLog,
    facts: LogReader,
) -> None:
    """Count these words from now on. Those that were counted before go on from where they are.

    Raises Conflict `ended`, Recovering, RedisUnavailable, StoreUnavailable; a word whose count was broken
    off is counted anew when words are set the next time.
    """
    fact = ("words", {"words": words})
    async with on_record(show_id, by, "words:set", " ".join(words), log=log):
        while True:
            before = await rulebook.read(show_id)
            broken_off = await rulebook.pending(show_id)
            anew = [word for word in words if word not in before.words or word in broken_off]
            counted = _Counted(show_id, before, before.chat, words, anew, db, rulebook, facts)
            if await counted.put(fact):
                break


async def change_rules(
    show_id: ShowId,
    change: Callable[[ChatRules], ChatRules],
    *,
    by: Actor,
    db: Database,
    rulebook: Rulebook,
    facts: LogReader,
) -> ChatRules:
    """The rules after the change. Another tally window counts all words anew; only that needs SQL.

    Raises as `watch_words`.
    """
    while True:
        before = await rulebook.read(show_id)
        rules = change(before.chat)
        anew = before.words if rules.tally_window_s != before.chat.tally_window_s else ()
        counted = _Counted(show_id, before, rules, before.words, anew, db, rulebook, facts)
        if await counted.put(("chat_rules", rules_payload(rules, by.name))):
            return rules


class _Counted:
    """Rules in the place of others, with words whose count begins anew."""

    def __init__(
        self,
        show_id: ShowId,
        before: Rules,
        rules: ChatRules,
        words: Sequence[str],
        anew: Sequence[str],
        db: Database,
        rulebook: Rulebook,
        facts: LogReader,
    ) -> None:
        self._show_id = show_id
        self._before = before
        self._rules = rules
        self._words = words
        self._anew = anew
        self._db = db
        self._rulebook = rulebook
        self._facts = facts

    async def put(self, fact: tuple[str, Mapping[str, Any]]) -> bool:
        """False: somebody else has changed them meanwhile, and nothing was done."""
        recount = Recount(self._anew, self._rules.tally_window_s)
        seq = await self._count_ledger(recount, 0, None) if self._anew else 0
        begun = await self._rulebook.replace(
            self._show_id, self._before, fact,
            chat=self._rules, words=self._words, anew=self._anew,
        )  # fmt: skip
        if begun is None:
            return False
        if self._anew:
            await self._count(recount, seq, begun.seq)
            for word in self._anew:
                await self._add(word, recount, begun)
        return True

    async def _count(self, recount: Recount, after: int, until: int) -> None:
        """Comments after the one fact and up to the other: from the log, or from SQL where it is trimmed."""
        while after < until:
            found = await self._facts.after({self._show_id: after}, ENTRIES)
            read = [fact for fact in found.get(self._show_id, ()) if after < fact.seq <= until]
            if read and read[0].seq == after + 1:
                _count_facts(recount, read)
                after = read[-1].seq
                continue
            further = await self._count_ledger(recount, after, until)
            if further == after:
                await asyncio.sleep(PAUSE_S)
            after = further

    async def _count_ledger(self, recount: Recount, after: int, until: int | None) -> int:
        """As far as SQL has come, or `until`; returns how far that is."""
        async with self._db.read() as session:
            _, seq = await ledger.find_position(session, self._show_id) or ("", 0)
            end = seq if until is None else min(seq, until)
            await comments.count_into(session, self._show_id, recount, after, end)
        return max(after, end)

    async def _add(self, word: str, recount: Recount, begun: Begun) -> None:
        window_s, tally = self._rules.tally_window_s, recount.tallies[word]
        window = window_of(begun.at_ms, window_s) if window_s else None
        is_open = window is None or window == tally.window
        viewers = iter(sorted(tally.viewers) if is_open else ())
        count = tally.count - (len(tally.viewers) if is_open else 0)
        while True:
            chunk = list(islice(viewers, VIEWERS))
            is_last = len(chunk) < VIEWERS
            verdict = await self._rulebook.add_earlier(
                self._show_id, word, begun, window, chunk, count if is_last else 0, is_last=is_last
            )
            if verdict is Verdict.AGAIN and window is not None:
                # The window is over: who spoke in it after the count began has been counted by now.
                again = await self._in_window(word, begun, window)
                count += len({*chunk, *viewers} - again)
                viewers = iter(())
            elif is_last or verdict is not Verdict.TAKEN:
                return

    async def _in_window(self, word: str, begun: Begun, window: int) -> set[str]:
        """Viewers who said the word in that window after the count began."""
        head = await self._facts.head(self._show_id)
        recount = _OneWindow(word, self._rules.tally_window_s, window)
        await self._count(recount, begun.seq, head.seq if head else begun.seq)
        return recount.tallies[word].viewers


class _OneWindow(Recount):
    """Counts in that window only."""

    def __init__(self, word: str, window_s: int | None, window: int) -> None:
        super().__init__([word], window_s)
        self._window = window

    def add(self, viewer: str, text: str, at_ms: int) -> None:
        if window_of(at_ms, self._window_s) == self._window:
            super().add(viewer, text, at_ms)


def _count_facts(recount: Recount, facts: Sequence[Fact]) -> None:
    for fact in facts:
        if fact.kind == "comment" and counts(str(fact.payload.get("why", ""))):
            recount.add(str(fact.payload["viewer"]), str(fact.payload["text"]), fact.at_ms)
