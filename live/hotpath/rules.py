"""The rules of a show's chat and its watched words, as Redis holds them.

They have a version. A process keeps them as it read them last, and sends the version along with what it
has screened; a script that knows of a newer one sends it back (`chat.py`). So a new rule holds for every
comment after it, in every process, and no comment is counted for a word that is watched no more.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgpack

from live.domain.ids import ShowId
from live.domain.moderation import ChatRules, Screen
from live.domain.outcomes import Verdict
from live.errors import Conflict, Recovering
from live.hotpath import keys
from live.hotpath.client import Client, Script

RULES, EARLIER = Script("rules"), Script("earlier", plain=True)
SHOWS_KEPT = 1_000  # whose rules one process remembers: ids come from outside
IsArchived = Callable[[ShowId], Awaitable[bool]]  # SQL's word on a show that Redis does not know


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules and watched words as Redis holds them, ready to screen by."""

    version: str
    screen: Screen

    @property
    def chat(self) -> ChatRules:
        return self.screen.rules

    @property
    def words(self) -> tuple[str, ...]:
        return self.screen.words


@dataclass(frozen=True, slots=True)
class Begun:
    """The fact from which on words are counted anew, and when it was, Redis ms."""

    seq: int
    at_ms: int


class Rulebook:
    """Reads and replaces them."""

    def __init__(self, client: Client, is_archived: IsArchived) -> None:
        self._client = client
        self._is_archived = is_archived
        self._known: dict[ShowId, Rules] = {}

    async def read(self, show: ShowId, *, afresh: bool = True) -> Rules:
        """As Redis has them; those of nobody for a show that it does not know. `afresh` False: as they
        were when this process looked last."""
        known = self._known.get(show)
        if known is not None and not afresh:
            return known
        version, packed, words = await self._client.do_all(
            [
                ("HGET", keys.chat(show), "version"),
                ("GET", keys.rules(show)),
                ("HGETALL", keys.words(show)),
            ]
        )
        watched = [w.decode() for w, _ in sorted(words.items(), key=lambda pair: int(pair[1]))]
        if len(self._known) >= SHOWS_KEPT:
            self._known.clear()
        found = Rules((version or b"").decode(), Screen(unpack_rules(packed), watched))
        self._known[show] = found
        return found

    async def find(self, show: ShowId) -> ChatRules | None:
        """As Redis has them: SQL hears of a change later. None: nobody has set any, or the show's keys are
        given back."""
        found = await self.read(show)
        return found.chat if found.version else None

    async def replace(
        self,
        show: ShowId,
        before: Rules,
        fact: tuple[str, Mapping[str, Any]],
        *,
        chat: ChatRules,
        words: Sequence[str],
        anew: Sequence[str],
    ) -> Begun | None:
        """Put these in the place of `before`, in the one fact given; None when they have been changed since.
        Words `anew` begin at nothing. Raises Recovering, Conflict `ended`, RedisUnavailable."""
        gone = [word for word in before.words if word not in words]
        reset = [*gone, *anew]
        names = [keys.meta(show), keys.log(show), keys.chat(show), keys.rules(show)]
        names += [keys.words(show), keys.tally(show), keys.slow(show)]
        names += [keys.said(show, word) for word in reset]
        packed = [msgpack.packb(list(part)) for part in (fact, words, reset, anew)]
        said, *lists = packed
        args = [before.version, self._client.deadline_ms(), said, pack_rules(chat), *lists]
        code, *rest = await self._client.run(RULES, names, args)
        if Verdict(code) is Verdict.AGAIN:
            return None
        await check(Verdict(code), show, self._client, self._is_archived)
        return Begun(*rest)

    async def take_over(self, show: ShowId, rules: ChatRules) -> None:
        """A new show has the rules of an earlier one, and addresses of its own. Raises as `replace`."""
        before = await self.read(show)
        rules = replace(rules, ingest_n=0)
        fact = ("chat_rules", rules_payload(rules, by=""))
        await self.replace(show, before, fact, chat=rules, words=(), anew=())

    async def pending(self, show: ShowId) -> set[str]:
        """Words to which what was said before is still to be added."""
        fields = await self._client.do("HKEYS", keys.chat(show))
        return {name[2:].decode() for name in fields if name.startswith(b"p:")}

    async def add_earlier(
        self,
        show: ShowId,
        word: str,
        begun: Begun,
        window: int | None,
        viewers: Sequence[str],
        count: int,
        *,
        is_last: bool,
    ) -> Verdict:
        """What was said of the word before `begun`: `viewers` of the window of that moment (None: of the
        show), and `count` more. AGAIN: that window is over. ILLEGAL: the count has begun anew."""
        names = [keys.chat(show), keys.tally(show), keys.said(show, word)]
        at = "" if window is None else window
        args = [word, begun.seq, at, count, int(is_last), *viewers]
        return Verdict(await self._client.run(EARLIER, names, args))


async def check(verdict: Verdict, show: ShowId, client: Client, is_archived: IsArchived) -> None:
    """Raises what a script's refusal means: RedisUnavailable, Recovering, Conflict `ended`."""
    if verdict is Verdict.LATE:
        raise client.too_late()
    is_over = verdict is Verdict.ENDED
    if verdict is Verdict.UNKNOWN:
        is_over = await is_archived(show)
        if not is_over:
            raise Recovering
    if is_over:
        raise Conflict("The show has ended.", code="ended")


def rules_payload(rules: ChatRules, by: str) -> dict[str, Any]:
    """Of the fact `chat_rules`."""
    return {**asdict(rules), "blocked": list(rules.blocked), "by": by}


def pack_rules(rules: ChatRules) -> bytes:
    packed: bytes = msgpack.packb(asdict(rules))
    return packed


def unpack_rules(packed: bytes | None) -> ChatRules:
    if packed is None:
        return ChatRules()
    values: dict[str, Any] = msgpack.unpackb(packed)
    return ChatRules(**values | {"blocked": tuple(values["blocked"])})
