"""The rules of a show's chat: switches, and the list of blocked words with its import."""

import time
from collections.abc import Callable
from dataclasses import replace

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.moderation import BLOCKED_MAX, ChatRules
from live.domain.word_list import WordList, read_words
from live.errors import Invalid
from live.features.comments.actions import change_rules
from live.features.shows.actions import note
from live.hotpath.logs import LogReader
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.store.db import Database
from live.web.fields import field_error


async def set_rules(
    show_id: ShowId,
    change: Callable[[ChatRules], ChatRules],
    *,
    by: Actor,
    rulebook: Rulebook,
    log: ShowLog,
    facts: LogReader,
    db: Database,
) -> ChatRules:
    """They hold for the next comment, in every process; what was said before stays as it is.

    Raises Recovering, RedisUnavailable, Conflict `ended`; StoreUnavailable where the tally's window is
    another one: then the words are counted anew.
    """
    began = time.perf_counter()
    rules = await change_rules(show_id, change, by=by, db=db, rulebook=rulebook, facts=facts)
    ms = round((time.perf_counter() - began) * 1000)
    await note(show_id, by, "rules:set", said_of(rules), log=log, ms=ms)
    return rules


async def import_words(
    show_id: ShowId,
    text: str,
    *,
    adds: bool,
    by: Actor,
    rulebook: Rulebook,
    log: ShowLog,
    facts: LogReader,
    db: Database,
) -> tuple[ChatRules, WordList]:
    """A text or CSV with a word a line becomes blocked words, beside those of before (`adds`) or in their
    place; the lines that cannot be used come back with why. Raises as `set_rules`, and Invalid when the
    words are too many."""
    read = read_words(text)

    def change(rules: ChatRules) -> ChatRules:
        wanted = dict.fromkeys((*rules.blocked, *read.words) if adds else read.words)
        if len(wanted) > BLOCKED_MAX:
            raise Invalid([field_error("words", "list", most=BLOCKED_MAX)])
        return replace(rules, blocked=tuple(wanted))

    rules = await set_rules(show_id, change, by=by, rulebook=rulebook, log=log, facts=facts, db=db)
    return rules, read


def said_of(rules: ChatRules) -> str:
    """For the audit log."""
    window = "show" if rules.tally_window_s is None else f"{rules.tally_window_s}s"
    switches = [
        f"premoderation={'on' if rules.premoderation else 'off'}",
        f"slow={rules.slow_s}s",
        f"links={'off' if rules.links_off else 'on'}",
        f"blocked={len(rules.blocked)}",
        f"tally={window}",
    ]
    return " ".join(switches)
