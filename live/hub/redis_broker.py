"""The shows' logs in Redis: one connection per process reads them all, by `XREAD BLOCK`.

An entry of a show's stream has the id `<seq>-0` and one field `f`, a msgpack list of
`[kind, at_ms, payload]`; its i-th fact has the number seq + i. The epoch is read in the same round trip
*after* the entries: if it is still the old one, the entries were of it.
"""

import asyncio
import logging
import struct
from collections.abc import Callable, Sequence

import msgpack
from redis.asyncio import Redis
from redis.exceptions import RedisError

from live.domain.events import Fact, unpack
from live.errors import RedisUnavailable
from live.hub.breath import Breath
from live.hub.broker import HISTORY_MAX, NOWHERE, Listener, Position
from live.logs import cause_of

logger = logging.getLogger(__name__)

# One XREAD at most; so long the first client of a show may wait for its first live fact.
BLOCK_MS = 200
# Entries of one show per XREAD. An entry has up to 256 facts; more would hold up the loop.
READ_MAX = 64
GATHER_S = 0.05  # after news: what comes meanwhile goes to all clients in one turn
ANSWER_S = 2.0  # a Redis that does not answer a look-up in this time counts as away
SILENCE_S = 5.0  # beyond BLOCK_MS: then the tail's connection is taken for dead and made anew
RETRY_MIN_S, RETRY_MAX_S = 0.05, 2.0

Entry = tuple[bytes, dict[bytes, bytes]]
Meta = Sequence[bytes | None]  # epoch, seq, and of the tail: the server's life that is trusted
_AWAY = (RedisError, OSError, TimeoutError)


class RedisBroker:
    """Implements `Broker`. `redis` must answer bytes (`decode_responses=False`)."""

    def __init__(
        self, redis: Redis, *, log_key: Callable[[str], str], meta_key: Callable[[str], str]
    ) -> None:
        self._redis = redis
        self._log_key = log_key
        self._meta_key = meta_key
        self._watched: dict[str, Position] = {}
        self._told: dict[str, Entry] = {}  # the last entry of each show that was told
        self._runs: dict[str, bytes | None] = {}  # the server's life in which each was told
        self._doubted: set[str] = set()  # shows whose log may have lost what was told
        self._anyone = asyncio.Event()

    async def watch(self, show_id: str) -> Position:
        try:
            async with asyncio.timeout(ANSWER_S):
                meta = await self._redis.hmget(self._meta_key(show_id), ["epoch", "seq"])  # type: ignore[misc]
        except _AWAY as error:
            raise RedisUnavailable from error
        position = self._watched.setdefault(show_id, _position(meta))
        self._anyone.set()
        return position

    def forget(self, show_id: str) -> None:
        self._watched.pop(show_id, None)
        self._told.pop(show_id, None)
        self._runs.pop(show_id, None)

    async def history(self, show_id: str, since: Position) -> list[Fact] | None:
        key = self._log_key(show_id)
        first = f"{since.seq + 1}-0"
        try:
            async with asyncio.timeout(ANSWER_S), self._redis.pipeline(transaction=True) as pipe:
                pipe.hmget(self._meta_key(show_id), ["epoch", "seq"])
                pipe.xrevrange(key, max=first, count=1)  # the entry in whose middle we may be
                pipe.xrange(key, min=f"({first}", count=HISTORY_MAX)
                meta, middle, rest = await pipe.execute()
        except _AWAY as error:
            raise RedisUnavailable from error
        head = _position(meta)
        if head.epoch != since.epoch or not 0 <= head.seq - since.seq <= HISTORY_MAX:
            return None
        facts = await _read_facts(show_id, [*middle, *rest])
        missed = [fact for fact in facts or () if fact.seq > since.seq]
        return missed if _is_whole(missed, since, head.seq) else None

    async def run(self, listener: Listener) -> None:
        delay = RETRY_MIN_S
        while True:
            try:
                is_news = await self._read(listener)
                delay = RETRY_MIN_S
                if is_news:
                    await asyncio.sleep(GATHER_S)
            except _AWAY as error:
                self._doubted.update(self._told)
                if delay == RETRY_MIN_S:  # once for an outage
                    logger.warning(
                        "the logs cannot be read; trying again", extra={"cause": cause_of(error)}
                    )
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_MAX_S)

    async def _read(self, listener: Listener) -> bool:
        """True if some show had news."""
        watched = dict(self._watched)
        if not watched:
            self._anyone.clear()
            await self._anyone.wait()
            return False
        shows = {self._log_key(show_id).encode(): show_id for show_id in watched}
        after = {key: f"{watched[show_id].seq}-0" for key, show_id in shows.items()}
        async with (
            asyncio.timeout(BLOCK_MS / 1000 + SILENCE_S),
            self._redis.pipeline(transaction=False) as pipe,
        ):
            pipe.xread(after, count=READ_MAX, block=BLOCK_MS)  # type: ignore[arg-type]
            for show_id in watched:
                pipe.hmget(self._meta_key(show_id), ["epoch", "seq", "run"])
            doubted = sorted(self._doubted & watched.keys() & self._told.keys())
            for show_id in doubted:
                pipe.xrevrange(self._log_key(show_id), max=f"{watched[show_id].seq}-0", count=1)
            streams, *answers = await pipe.execute()
        metas, stood = answers[: len(watched)], answers[len(watched) :]
        self._forsake(doubted, stood)
        news = {shows[key]: entries for key, entries in streams}
        for (show_id, position), meta in zip(watched.items(), metas, strict=True):
            if self._watched.get(show_id) is position:
                await self._tell(listener, show_id, position, news.get(show_id, []), meta)
        return bool(news)

    def _forsake(self, doubted: Sequence[str], stood: Sequence[Sequence[Entry]]) -> None:
        """Redis was away and is back. If the last entry that we told is not there any more, its files were
        cut, and what has been sold since has the numbers of what we told: then its place is nowhere."""
        self._doubted.clear()
        for show_id, entries in zip(doubted, stood, strict=True):
            told = self._told.get(show_id)  # None: forgotten while we asked
            if told is not None and list(entries) != [told]:
                self._watched[show_id] = NOWHERE

    async def _tell(
        self,
        listener: Listener,
        show_id: str,
        position: Position,
        entries: Sequence[Entry],
        meta: Meta,
    ) -> None:
        head, run = _position(meta), meta[2]
        if self._runs.setdefault(show_id, run) != run:
            # Restarted so quickly that no read failed: look at what was told before telling more.
            self._runs[show_id] = run
            self._doubted.add(show_id)
            return
        if not head.epoch:
            return  # Redis is empty or being rebuilt: the new epoch will say when it is done
        facts = await _read_facts(show_id, entries)
        if self._watched.get(show_id) is not position:
            return  # forgotten while we read
        broken = facts is None or (facts and facts[0].seq != position.seq + 1)
        if broken or head.epoch != position.epoch or head.seq < position.seq:
            self._watched[show_id] = head
            self._told.pop(show_id, None)
            listener.lost(show_id, head)
        elif facts:
            self._told[show_id] = entries[-1]
            self._watched[show_id] = Position(position.epoch, facts[-1].seq)
            await listener.facts(show_id, self._watched[show_id], facts)


def _position(meta: Meta) -> Position:
    epoch, seq = meta[:2]
    return Position(epoch.decode() if epoch else "", int(seq or 0))


async def _read_facts(show_id: str, entries: Sequence[Entry]) -> list[Fact] | None:
    """None when an entry is not readable: its show is reset, the others are not held up."""
    facts, breath = list[Fact](), Breath()
    try:
        for entry_id, fields in entries:
            facts += unpack(entry_id, fields.get(b"t", b""), msgpack.unpackb(fields[b"f"]))
            await breath.take()
        return facts
    except (ValueError, TypeError, KeyError, struct.error, msgpack.UnpackException):
        logger.exception("an entry of a log is not readable", extra={"show": show_id})
        return None


def _is_whole(facts: Sequence[Fact], since: Position, head: int) -> bool:
    """True when the facts run from right after `since` to the head, with none missing."""
    if not facts:
        return since.seq == head
    return (
        facts[0].seq == since.seq + 1 and facts[-1].seq == head and len(facts) == head - since.seq
    )
