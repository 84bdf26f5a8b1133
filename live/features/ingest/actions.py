"""A batch from another platform becomes comments of the show."""

from collections.abc import Sequence
from dataclasses import dataclass

from live.adapters.platforms.base import Read, Said
from live.domain.comment import Duplicate, Posted
from live.domain.ids import ShowId
from live.errors import Conflict, NotFound
from live.features.comments import actions as comments
from live.features.comments.actions.say import REFUSALS
from live.hotpath.chat import Chat
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


async def ingest(show_id: ShowId, batch: Sequence[Read], *, chat: Chat) -> Ingested:
    """The same batch may be sent again after any error: what is in the show is a duplicate then.

    Raises Conflict `ended`, Recovering, RedisUnavailable.
    """
    refused = [
        NotTaken(index, read.code, read.reason)
        for index, read in enumerate(batch)
        if not isinstance(read, Said)
    ]
    said = [(index, read) for index, read in enumerate(batch) if isinstance(read, Said)]
    answers = await comments.post_many(show_id, [read.incoming() for _, read in said], chat=chat)
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


def key_of(show_id: str, *, keys: Signer) -> str:
    """What opens the show to one sender of comments, and nothing else; good until the show has ended."""
    return keys.seal(show_id)


def show_of_key(key: str, *, keys: Signer) -> ShowId:
    """Raises NotFound: a wrong key and a wrong show look alike."""
    show_id = keys.unseal(key)
    if show_id is None:
        raise NotFound
    return ShowId(show_id)
