"""A batch from another platform becomes comments of the show; the address that such batches come to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from live.adapters.platforms.base import Read, Said
from live.domain.access import Actor
from live.domain.comment import Duplicate, Posted
from live.domain.ids import ShowId
from live.domain.moderation import ChatRules
from live.errors import Conflict, NotFound
from live.features.comments import actions as comments
from live.features.comments.actions.say import REFUSALS
from live.features.shows.actions import on_record
from live.hotpath.chat import Chat
from live.hotpath.logs import LogReader
from live.hotpath.rules import Rulebook
from live.hotpath.shows import ShowLog
from live.store.db import Database
from live.web.tokens import Signer

UNNAMED = "It was not taken."


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Which message of the batch, counted from 0, and why."""

    index: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a batch."""

    accepted: int
    duplicates: int
    refused: Sequence[NotTaken]


async def ingest(
    show_id: ShowId, batch: Sequence[Read], *, chat: Chat, ingest_n: int | None = None
) -> Ingested:
    """The same batch may be sent again after any error: what is in the show is a duplicate then.
    `ingest_n`: through which of the show's addresses it came.

    Raises Conflict `ended`, Recovering, RedisUnavailable; NotFound: that address is shut.
    """
    refused = [
        NotTaken(index, read.code, read.reason)
        for index, read in enumerate(batch)
        if not isinstance(read, Said)
    ]
    said = [(index, read) for index, read in enumerate(batch) if isinstance(read, Said)]
    incoming = [read.incoming() for _, read in said]
    answers = await comments.post_many(show_id, incoming, chat=chat, ingest_n=ingest_n)
    accepted = duplicates = 0
    for (index, _), answer in zip(said, answers, strict=True):
        if isinstance(answer, Posted):
            accepted += 1
        elif isinstance(answer, Duplicate):
            duplicates += 1
        else:
            refused.append(NotTaken(index, answer.code, REFUSALS.get(answer.code, UNNAMED)))
    if not accepted and not duplicates and any(one.code == "ended" for one in refused):
        raise Conflict(REFUSALS["ended"], code="ended")
    return Ingested(accepted, duplicates, sorted(refused, key=lambda one: one.index))


async def renew_address(
    show_id: ShowId, *, by: Actor, rulebook: Rulebook, log: ShowLog, facts: LogReader, db: Database
) -> int:
    """The show's address is another one from now on; returns its number. Those before are shut at once, in
    every process. Raises Conflict `ended`, Recovering, RedisUnavailable."""

    def change(rules: ChatRules) -> ChatRules:
        return replace(rules, ingest_n=rules.ingest_n + 1)

    async with on_record(show_id, by, "ingest:renew", log=log):
        rules = await comments.change_rules(
            show_id, change, by=by, db=db, rulebook=rulebook, facts=facts
        )
    return rules.ingest_n


def key_of(show_id: str, ingest_n: int, *, keys: Signer) -> str:
    """What opens the show to one sender of comments, and nothing else: until the address is renewed, or the
    show has ended."""
    return keys.seal(f"{show_id}.{ingest_n}" if ingest_n else show_id)


def read_key(key: str, *, keys: Signer) -> tuple[ShowId, int]:
    """The show, and which of its addresses it is. Raises NotFound: a wrong key and a wrong show look alike."""
    sealed = keys.unseal(key)
    if sealed is None:
        raise NotFound
    show_id, _, number = sealed.partition(".")
    return ShowId(show_id), int(number or 0)
