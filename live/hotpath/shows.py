"""A show's own keys: its life (plan, start, end), its log, its totals."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, replace
from typing import Any

import msgpack

from live.domain.attendance import Attendance, Pictures, Place
from live.domain.ids import ShowId
from live.domain.outcomes import Verdict
from live.errors import Conflict, IllegalMove, NotNow, Recovering
from live.hotpath import keys
from live.hotpath.batch import Batches
from live.hotpath.client import Client, Script
from live.hotpath.presence import FIELDS as ATTENDANCE
from live.hotpath.presence import attendance_of, pictures_of, places_of

logger = logging.getLogger(__name__)

OWED_MAX = 1_000  # acts that wait for Redis to come back
OWED_PAUSE_S = 0.5
PLAYED_MS = 30 * 60 * 1000  # how long a picture that was seen to play is believed in
SHOW, APPEND = Script("show"), Script("append")
HEAD = ("epoch", "state", "chain_n", "chain_head", "started_ms", "ended_ms")
TOTALS = (
    "orders",
    "units",
    "gmv_placed",
    "paid_orders",
    "gmv_paid",
    "comments",
    "seq",
    "now",
)
PACE_BUCKETS = 181  # 30 minutes of 10 s buckets, and the one that is filling


@dataclass(frozen=True, slots=True)
class Totals:
    """A show's running totals, straight from Redis. Money in minor units of the show's currency."""

    epoch: str
    state: str
    orders: int
    units: int
    gmv_placed: int
    paid_orders: int
    gmv_paid: int
    comments: int
    seq: int
    now: int
    viewers: int  # here now
    attendance: Attendance
    places: Mapping[Place, int]  # open pages and sockets of the API
    pictures: Pictures
    words: tuple[tuple[str, int], ...]
    comments_held: int  # that wait for somebody to approve them
    pace: Mapping[str, int]  # `o|u|p:<bucket of 10 s>` → count
    chain: tuple[int, str]  # number and hash of the last stock entry in SQL; (0, ""): none
    played: str = ""  # mark of the video address that was seen playing lately


async def _nothing_is(_: ShowId) -> bool:
    return False


class ShowLog:
    """Everything of a show in Redis that is not stock. `is_archived`: SQL's word on a show that Redis
    does not know."""

    def __init__(
        self, client: Client, is_archived: Callable[[ShowId], Awaitable[bool]] = _nothing_is
    ) -> None:
        self._client = client
        self._is_archived = is_archived
        self._batches = Batches(self._append_all)
        self._owed: deque[tuple[ShowId, Mapping[str, Any]]] = deque()
        self._paying: asyncio.Task[None] | None = None

    async def plan(self, show: ShowId, epoch: str) -> None:
        """Give a new show its log. Doing it twice is harmless."""
        await self._client.run(
            SHOW, [keys.meta(show), keys.log(show), keys.SHOWS], ["plan", show, epoch]
        )

    async def move(self, show: ShowId, verb: str) -> None:
        """`start` or `end`; `end` closes every offer. Raises IllegalMove, Recovering."""
        code, state = Verdict.AGAIN, b""
        while Verdict(code) is Verdict.AGAIN:  # an offer was armed since `offers` was read
            offer_ids = await self._client.do("SMEMBERS", keys.offers(show))
            names = [keys.meta(show), keys.log(show), keys.SHOWS, keys.offers(show)]
            names += [keys.turns(show), *(keys.offer(i.decode()) for i in offer_ids)]
            args = [verb, show, self._client.deadline_ms()]
            code, state = await self._client.run(SHOW, names, args)
        if Verdict(code) is Verdict.LATE:
            raise self._client.too_late()
        if Verdict(code) is Verdict.UNKNOWN:
            if not await self._is_archived(show):
                raise Recovering
            code, state = Verdict.ILLEGAL, b"ended"
        if Verdict(code) is Verdict.ILLEGAL:
            raise IllegalMove(f"A show that is {state.decode()} cannot {verb}.")

    async def refuse_ended(self, show: ShowId) -> None:
        """Raises Conflict `ended` for a show that is over: what it was stays as it was."""
        state = await self._client.do("HGET", keys.meta(show), "state")
        if state == b"ended" or (state is None and await self._is_archived(show)):
            raise Conflict("The show has ended.", code="ended")

    async def append(self, show: ShowId, kind: str, payload: Mapping[str, Any]) -> int:
        """Add a fact to the show's log; returns its seq.

        An archived show has no log, and nobody needs to be told of its `items`. Raises Recovering, and
        Conflict `ended` for anything else of an archived show.
        """
        try:
            return await self._batches.submit(show, (kind, payload))
        except Recovering:
            if not await self._is_archived(show):
                raise
        if kind != "items":
            raise Conflict("The show has ended.", code="ended")
        return 0

    async def record(self, show: ShowId, act: Mapping[str, Any]) -> None:
        """What somebody of the crew did, or tried to. It has happened already: if Redis is away just now it is
        written when Redis is back, as long as this process lives. Then a reply that got lost may double it."""
        try:
            await self.append(show, "act", act)
        except NotNow:
            if len(self._owed) == OWED_MAX:
                _not_written(*self._owed.popleft())
            self._owed.append((show, act))
            if self._paying is None or self._paying.done():
                loop = asyncio.get_running_loop()
                self._paying = loop.create_task(self._pay(), context=Context())
        except Conflict:  # the show has left Redis
            _not_written(show, act)

    async def _pay(self) -> None:
        """Writes the acts that are owed, in their order."""
        while self._owed:
            await asyncio.sleep(OWED_PAUSE_S)
            for _ in range(len(self._owed)):
                show, act = self._owed.popleft()
                try:
                    await self.append(show, "act", act)
                except NotNow:
                    self._owed.append((show, act))
                except Conflict:
                    _not_written(show, act)

    async def close(self) -> None:
        """Says what it still owes."""
        if self._paying is not None:
            self._paying.cancel()
            await asyncio.wait({self._paying})
        for owed in self._owed:
            _not_written(*owed)

    async def _append_all(
        self, show: ShowId, facts: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Sequence[int]:
        names = [keys.meta(show), keys.log(show)]
        packed = msgpack.packb([(kind, dict(payload)) for kind, payload in facts])
        code, *rest = await self._client.run(APPEND, names, [packed, self._client.deadline_ms()])
        if Verdict(code) is Verdict.LATE:
            raise self._client.too_late()
        if Verdict(code) is Verdict.UNKNOWN:
            raise Recovering
        seqs: list[int] = rest[0]
        return seqs

    async def note_played(self, show: ShowId, mark: str) -> None:
        """One of the crew sees the picture play; `mark`: of its address. Raises RedisUnavailable."""
        await self._client.do("SET", keys.played(show), mark, "PX", PLAYED_MS)

    async def totals(self, show: ShowId) -> Totals | None:
        """All numbers of a show in one round trip; None when Redis has no such show."""
        now_ms = self._client.now_ms()
        bucket = now_ms // 10_000
        fields = [
            f"{kind}:{b}" for b in range(bucket - PACE_BUCKETS + 1, bucket + 1) for kind in "oup"
        ]
        (
            head,
            viewers,
            attended,
            processes,
            words,
            said,
            held,
            pace,
            played,
        ) = await self._client.do_all(
            [
                ("HMGET", keys.meta(show), *HEAD, *TOTALS),
                ("HLEN", keys.crowd(show)),
                ("HMGET", keys.attendance(show), *ATTENDANCE),
                ("HVALS", keys.processes(show)),
                ("HGETALL", keys.words(show)),
                ("HGETALL", keys.tally(show)),
                ("HGET", keys.chat(show), "held"),
                ("HMGET", keys.pace(show), *fields),
                ("GET", keys.played(show)),
            ]
        )
        if head[0] is None:
            return None
        watched = [word for word, _ in sorted(words.items(), key=lambda pair: int(pair[1]))]
        numbers = dict(
            zip(TOTALS, (int(float(value or 0)) for value in head[len(HEAD) :]), strict=True)
        )
        numbers["now"] = numbers["now"] or now_ms  # rebuilt, and nothing has happened since
        attendance = attendance_of(attended)
        if not viewers:  # then nobody writes how long it has been on air
            attendance = replace(attendance, live_ms=_on_air_ms(head[4], head[5], now_ms))
        return Totals(
            epoch=head[0].decode(),
            state=head[1].decode(),
            viewers=viewers,
            attendance=attendance,
            places=places_of(processes, now_ms),
            pictures=pictures_of(processes, now_ms),
            chain=(int(head[2] or 0), (head[3] or b"").decode()),
            words=tuple((word.decode(), int(said.get(word, 0))) for word in watched),
            comments_held=int(held or 0),
            pace={f: int(v) for f, v in zip(fields, pace, strict=True) if v},
            played=(played or b"").decode(),
            **numbers,
        )


def _not_written(show: ShowId, act: Mapping[str, Any]) -> None:
    logger.warning("an act is not on the show's record", extra={"show": show, **act})


def _on_air_ms(started_ms: bytes | None, ended_ms: bytes | None, now_ms: int) -> int:
    if started_ms is None:
        return 0
    return max(0, int(ended_ms or now_ms) - int(started_ms))
