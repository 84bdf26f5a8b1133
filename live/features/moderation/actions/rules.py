"""The rules of a show's chat: switches, and the list of blocked words."""

from collections.abc import Callable

from live.domain.access import Actor
from live.domain.ids import ShowId
from live.domain.moderation import ChatRules
from live.features.comments.actions import change_rules
from live.features.shows.actions import on_record
from live.hotpath.logs import LogReader
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.store.db import Database


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
    async with on_record(show_id, by, "rules:set", log=log) as act:
        rules = await change_rules(show_id, change, by=by, db=db, rulebook=rulebook, facts=facts)
        act.detail = said_of(rules)
        return rules


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
