"""A show's chat in Redis: what viewers say, and what the crew does about it."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import Any, NamedTuple

import msgpack

from live.domain.comment import (
    SHOP,
    Answer,
    CommentState,
    Duplicate,
    Incoming,
    OwnComment,
    Posted,
    Refused,
    comment_id,
)
from live.domain.ids import ShowId
from live.domain.moderation import OF_THE_SHOP, Screened, Standing, StandingKind
from live.domain.outcomes import Verdict
from live.errors import NotFound, NotShown
from live.hotpath import keys
from live.hotpath.batch import BATCH_MAX, Batches
from live.hotpath.client import Client, Script
from live.hotpath.rules import IsArchived, Rulebook, Rules, check

SAY = Script("say", "account", "tally")
MODERATE = Script("moderate")
SET_MAX = 200  # comments in one script call, in which no order is decided
DIGEST_BYTES = 10  # 100,000 of them collide once in 10^14


class KeptOwn(NamedTuple):
    """A comment as `say.lua` keeps it for its author; `arrived`: the state in which it came in."""

    seq: int
    name: str
    text: str
    arrived: str


class _Code(IntEnum):
    """What `say.lua` answers for one comment."""

    POSTED = 0
    ENDED = 4
    DUPLICATE = 8
    MUTED = 12
    BANNED = 13
    SLOW = 14


class Chat:
    """What viewers say, and what the crew makes of it."""

    def __init__(self, client: Client, rules: Rulebook, is_archived: IsArchived) -> None:
        self._client = client
        self._rules = rules
        self._is_archived = is_archived
        self._batches: Batches[ShowId, Incoming, Answer] = Batches(self._say_all)

    async def say(self, show: ShowId, comment: Incoming) -> Answer:
        """Screened, counted and in the log, together with what others say at the same time.

        Raises Recovering, RedisUnavailable.
        """
        return await self._batches.submit(show, comment)

    async def say_many(
        self, show: ShowId, comments: Sequence[Incoming], ingest_n: int | None = None
    ) -> list[Answer]:
        """As `say`, in the given order; through that ingest address, where it is one. Raises also NotFound:
        the address is shut."""
        answers: list[Answer] = []
        for start in range(0, len(comments), BATCH_MAX):
            answers += await self._say_all(show, comments[start : start + BATCH_MAX], ingest_n)
        return answers

    async def own(self, show: ShowId, viewer: str) -> list[OwnComment]:
        """What this viewer has said last, OWN_KEPT at most, oldest first. Raises RedisUnavailable."""
        packed = await self._client.do("HGET", keys.own(show), viewer)
        kept = [KeptOwn(*one) for one in msgpack.unpackb(packed)] if packed else []
        ids = {one: comment_id(show, int(one.seq)) for one in kept}
        held = [ids[one] for one in kept if one.arrived == CommentState.HELD]
        decided = await self._client.do("HMGET", keys.decided(show), *held) if held else []
        waiting = {comment for comment, state in zip(held, decided, strict=True) if state is None}
        return [OwnComment(ids[one], one.name, one.text, ids[one] in waiting) for one in kept]

    async def set_state(
        self, show: ShowId, arrived: CommentState, payload: Mapping[str, Any]
    ) -> bool:
        """A comment's state from now on; False if it is in that state already. `payload` is the fact's.
        Raises Recovering, Conflict `ended`, RedisUnavailable."""
        return bool((await self._moderate(show, "state", [payload], arrived))[0])

    def now_ms(self) -> int:
        """Redis time."""
        return self._client.now_ms()

    async def set_states(
        self,
        show: ShowId,
        arrived: CommentState,
        now: CommentState,
        payloads: Sequence[Mapping[str, Any]],
        act: Mapping[str, Any],
    ) -> list[str]:
        """Those of these comments that are `now` so change; which they were. All of them came in `arrived`, and each
        is there once. One script call for SET_MAX of them, so that orders come in between. Raises as `set_state`;
        what was done before stays so, and is on record: each call writes `act` with what it has done, and how
        long after `began_ms`."""
        changed: list[str] = []
        for start in range(0, len(payloads), SET_MAX):
            some = payloads[start : start + SET_MAX]
            changed += (await self._moderate(show, "state", some, arrived, now.value, act))[2]
        return changed

    async def state_of(self, show: ShowId, comment: str, arrived: CommentState) -> CommentState:
        """A comment's state now, given the one in which it came in. Raises RedisUnavailable."""
        decided = await self._client.do("HGET", keys.decided(show), comment)
        return CommentState(decided.decode()) if decided else arrived

    async def pin(self, show: ShowId, arrived: CommentState, payload: Mapping[str, Any]) -> bool:
        """`payload["comment"]` "" takes the pin off. Raises as `set_state`, and NotShown."""
        return bool((await self._moderate(show, "pin", payload, arrived))[0])

    async def set_standing(
        self, show: ShowId, payload: Mapping[str, Any], seconds: int = 0
    ) -> Standing:
        """The viewer's standing from now on; of one muted, for `seconds`. Raises as `set_state`."""
        said = {**payload, **({"seconds": seconds} if seconds else {})}
        _, until_ms, _ = await self._moderate(show, "standing", said, CommentState.SHOWN)
        return Standing(StandingKind(payload["standing"]), until_ms)

    async def _moderate(
        self,
        show: ShowId,
        verb: str,
        said: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        arrived: CommentState,
        only: str = "",
        act: Mapping[str, Any] | None = None,
    ) -> tuple[int, int, list[str]]:
        names = [keys.meta(show), keys.log(show), keys.chat(show)]
        names += [keys.decided(show), keys.standing(show)]
        args = [verb, self._client.deadline_ms(), msgpack.packb(said), arrived.value, only]
        args += [msgpack.packb(act)] if act else []
        code, *rest = await self._client.run(MODERATE, names, args)
        if Verdict(code) is Verdict.ILLEGAL:
            raise NotShown
        await check(Verdict(code), show, self._client, self._is_archived)
        changed, until_ms, *which = rest
        return changed, until_ms, [one.decode() for one in which[0]] if which else []

    async def _say_all(
        self, show: ShowId, comments: Sequence[Incoming], ingest_n: int | None = None
    ) -> list[Answer]:
        rules = await self._rules.read(show, afresh=False)
        if not _is_open(rules, ingest_n):
            rules = await self._rules.read(show)
        while True:
            if not _is_open(rules, ingest_n):
                raise NotFound
            screened = [
                OF_THE_SHOP if one.platform == SHOP else rules.screen.screen(one.text)
                for one in comments
            ]
            taken = [
                (comment, how)
                for comment, how in zip(comments, screened, strict=True)
                if not how.refused
            ]
            answers = await self._run_say(show, rules, taken) if taken else []
            if answers is not None:
                break
            rules = await self._rules.read(show)
        given = iter(answers)
        return [Refused(how.refused) if how.refused else next(given) for how in screened]

    async def _run_say(
        self, show: ShowId, rules: Rules, taken: Sequence[tuple[Incoming, Screened]]
    ) -> list[Answer] | None:
        """None: these rules are no longer the show's."""
        place: dict[str, int] = {}
        items = [
            (
                _payload(show, comment, how),
                [place.setdefault(word, len(place) + 1) for word in how.words],
                digest(comment.platform, comment.message_id),
            )
            for comment, how in taken
        ]
        names = [keys.meta(show), keys.log(show), keys.chat(show), keys.book(show)]
        names += [keys.standing(show), keys.slow(show), keys.tally(show), *keys.heard(show)]
        names += [keys.own(show)]
        names += [keys.said(show, word) for word in place]
        window_s = rules.chat.tally_window_s
        args = [msgpack.packb(items), self._client.deadline_ms(), rules.version]
        args += [rules.chat.slow_s * 1000, -1 if window_s is None else window_s * 1000]
        code, *rest = await self._client.run(SAY, names, [*args, msgpack.packb(list(place))])
        if Verdict(code) is Verdict.AGAIN:
            return None
        if Verdict(code) is Verdict.UNKNOWN and await self._is_archived(show):
            return [Refused("ended")] * len(taken)
        await check(Verdict(code), show, self._client, self._is_archived)
        return [_answer(show, *one) for one in rest[0]]


def _is_open(rules: Rules, ingest_n: int | None) -> bool:
    """Of a show that Redis does not know, the script tells what became of it."""
    return ingest_n is None or not rules.version or rules.chat.ingest_n == ingest_n


def _payload(show: ShowId, comment: Incoming, how: Screened) -> dict[str, Any]:
    return {
        "comment": comment_id(show, 0)[:-1],  # the script adds the number
        "viewer": comment.viewer,
        "name": comment.name,
        "text": comment.text,
        "words": list(how.words),
        "state": how.state.value,
        "why": how.why,
        "asks": how.asks,
        "platform": comment.platform,
        "message": comment.message_id,
        **({"tip": comment.tip} if comment.tip else {}),
    }


def _answer(show: ShowId, code: int, value: int, state: bytes) -> Answer:
    match _Code(code):
        case _Code.POSTED:
            return Posted(comment_id(show, value), CommentState(state.decode()))
        case _Code.DUPLICATE:
            return Duplicate()
        case _Code.MUTED:
            return Refused("muted", until_ms=value)
        case _Code.SLOW:
            return Refused("slow_mode", wait_ms=value)
        case refused:
            return Refused(refused.name.lower())


def digest(platform: str, message_id: str) -> str:
    """What tells a message from outside again; empty for one that nobody can repeat."""
    if not message_id:
        return ""
    return blake2b(f"{platform}\0{message_id}".encode(), digest_size=DIGEST_BYTES).hexdigest()


def pack_standing(standing: Standing) -> str:
    """As `moderate.lua` keeps it; of nobody who is free."""
    return {"muted": f"m{standing.until_ms}", "banned": "b", "shadowed": "s"}[standing.kind]
