"""A small show behind the hub's ports, logs that can be written to, and clients that can be watched."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgpack
from redis.asyncio import Redis
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from live.domain.attendance import Change
from live.domain.events import Fact, OrderTold
from live.errors import NotFound, StoreUnavailable, TooFast
from live.features.screens.actions import problem_of
from live.hub import (
    Audience,
    MemoryBroker,
    Ports,
    Position,
    RedisBroker,
    Reply,
    Role,
    Sample,
    Screen,
    Who,
)
from live.hub.broker import Broker
from live.hub.frames import Bundle, Frame
from tests.asking import eventually

AT = 1_795_000_000_000  # ms, 2026-11-18

NewFact = tuple[str, int, object]


class Bench(Protocol):
    """A broker under test, and the hand that writes its logs."""

    @property
    def broker(self) -> Broker: ...

    async def append(self, show_id: str, facts: Sequence[NewFact]) -> None: ...
    async def trim(self, show_id: str, below: int) -> None: ...
    async def restart(self, show_id: str, epoch: str, seq: int) -> None: ...


class MemoryBench:
    def __init__(self) -> None:
        self.broker = MemoryBroker()
        self.append = self.broker.append
        self.trim = self.broker.trim
        self.restart = self.broker.restart


def log_key(show_id: str) -> str:
    return f"{{show:{show_id}}}:log"


def meta_key(show_id: str) -> str:
    return f"{{show:{show_id}}}:meta"


class RedisBench:
    """Writes as the scripts do: one entry of several facts, and the head in the same transaction."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.broker = RedisBroker(redis, log_key=log_key, meta_key=meta_key)
        self._seq: dict[str, int] = {}

    async def append(self, show_id: str, facts: Sequence[NewFact]) -> None:
        first = self._seq.get(show_id, 0) + 1
        self._seq[show_id] = first + len(facts) - 1
        packed = msgpack.packb([list(fact) for fact in facts])
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(meta_key(show_id), "epoch", "e1")
            pipe.hset(meta_key(show_id), "seq", str(self._seq[show_id]))
            pipe.xadd(log_key(show_id), {"f": packed}, id=f"{first}-0")
            await pipe.execute()

    async def trim(self, show_id: str, below: int) -> None:
        await self.redis.xtrim(log_key(show_id), minid=f"{below}-0", approximate=False)

    async def restart(self, show_id: str, epoch: str, seq: int) -> None:
        self._seq[show_id] = seq
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.delete(log_key(show_id))
            pipe.hset(meta_key(show_id), mapping={"epoch": epoch, "seq": str(seq)})
            await pipe.execute()


def comment(text: str, viewer: str = "v1") -> NewFact:
    return (
        "comment",
        AT,
        {"comment": f"c-{text[:20]}", "viewer": viewer, "name": "阿梅", "text": text, "words": []},
    )


def order(kind: str, number: int, buyer: str) -> NewFact:
    told = OrderTold(
        f"s-{number}",
        "s-o1",
        1,
        buyer,
        "secret-key",
        "阿梅",
        AT + 60_000,
        5990,
        "CNY",
        number,
        1,
        1,
        0,
    )
    return (kind, AT, told._asdict())


@dataclass
class House:
    """What runtime would hand to the hub: drawn partials, numbers, and a door that knows four tokens."""

    version: int = 0
    partials: dict[str, str] = field(
        default_factory=lambda: {"stock": "<b id=stock>9</b>", "list": "<i id=list></i>"}
    )
    mine: str = "<p id=my-order>{}</p>"
    drawn: list[tuple[str, str]] = field(default_factory=list)
    asked_since: list[Position] = field(default_factory=list)
    played: list[str] = field(default_factory=list)  # shows of which the crew sees the picture
    told: list[Change] = field(default_factory=list)
    forgets: int = 0  # so many of the next calls find a Redis that has forgotten the process
    broken_shows: set[str] = field(default_factory=set)
    heard: list[Fact] = field(default_factory=list)
    orders: list[tuple[str, int, str]] = field(default_factory=list)
    origin: str | None = None
    wait_s: float = 0.0
    roles: dict[str, Role | None] = field(
        default_factory=dict
    )  # what has changed since the sign-in
    is_away: bool = False  # the database
    answers: asyncio.Event = field(default_factory=asyncio.Event)  # set: to who one is

    def __post_init__(self) -> None:
        self.answers.set()

    def ports(self) -> Ports:
        return Ports(
            now_ms=lambda: AT,
            heard=lambda show_id, position, facts: self.heard.extend(facts),
            sample=self.sample,
            present=self.present,
            present_personal=self.present_personal,
            snapshot=self.snapshot,
            tell_presence=self.tell_presence,
            picture_plays=self.picture_plays,
            show_exists=self.show_exists,
            origin_allowed=self.origin_allowed,
            wait_s=lambda connection, kind: self.wait_s,
            authenticate_api=self.authenticate_api,
            authenticate_page=self.authenticate_page,
            place_order=self.place_order,
            put_order=self.put_order,
            post_comment=self.post_comment,
            problem=problem_of,
        )

    async def sample(self, show_id: str, since: Position) -> Sample:
        self.asked_since.append(since)
        if show_id in self.broken_shows:
            raise ZeroDivisionError
        return Sample(self.version, {"orders": self.version, "gmv": 100}, {"viewers": self.version})

    async def present(self, show_id: str, since: Position, audience: Audience) -> Mapping[str, str]:
        self.asked_since.append(since)
        self.drawn.append((audience.screen, audience.lang))
        return dict(self.partials)

    async def present_personal(
        self, show_id: str, since: Position, viewer_id: str, lang: str
    ) -> Mapping[str, str]:
        self.asked_since.append(since)
        return {"my-order": self.mine.format(viewer_id)}

    async def snapshot(self, show_id: str, since: Position, who: Who) -> Mapping[str, object]:
        return {"full": True}

    async def tell_presence(self, show_id: str, change: Change) -> bool:
        if self.forgets:
            self.forgets -= 1
            return False
        self.told.append(change)
        return True

    async def picture_plays(self, show_id: str) -> None:
        self.played.append(show_id)

    async def show_exists(self, show_id: str) -> bool:
        return show_id != "nowhere"

    def origin_allowed(self, websocket: WebSocket) -> bool:
        return websocket.headers.get("origin") in (None, self.origin)

    async def authenticate_api(self, token: str, show_id: str) -> Who | None:
        await self.answers.wait()
        if self.is_away:
            raise StoreUnavailable
        name, _, viewer_id = token.partition("-")
        role = self.roles.get(name, Role(name) if name in set(Role) else None)
        return Who(role, viewer_id or None, token) if role else None

    async def authenticate_page(
        self, connection: HTTPConnection, show_id: str, screen: Screen
    ) -> Who | None:
        token = connection.query_params.get("token")
        return await self.authenticate_api(token, show_id) if token else None

    async def place_order(
        self, show_id: str, who: Who, offer_id: str, quantity: int, key: str
    ) -> Reply:
        if quantity > 100:
            raise TooFast(2.0)
        if offer_id.endswith("unknown"):
            raise NotFound
        self.orders.append((str(who.viewer_id), quantity, key))
        return Reply(201, {"id": f"{show_id}-1", "state": "held", "quantity": quantity})

    def put_order(
        self,
        who: Who,
        offer_id: str,
        quantity: int,
        key: str,
        answered: Callable[[int, bytes], None],
    ) -> None:
        self.orders.append((str(who.viewer_id), quantity, key))
        answered(201, b'{"id":"s-1","state":"held","quantity":%d}' % quantity)

    async def post_comment(self, show_id: str, who: Who, text: str) -> Reply:
        return Reply(201, {"id": f"{show_id}-c1"})


class FakeLine:
    """A line whose client reads only when told to."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.unread = 0
        self.reads = True

    @property
    def backlog(self) -> int:
        return self.unread

    def send_if_free(self, sent: Frame | Bundle) -> bool:
        if self.unread:
            return False
        self.send_all(sent.frames)
        return True

    def send_all(self, frames: Sequence[Frame]) -> None:
        self.frames += frames
        if not self.reads:
            self.unread += sum(frame.size for frame in frames)

    async def close(self, code: int) -> None:
        self.frames.clear()

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(frame.text) for frame in self.frames]


async def until(condition: Callable[[], bool]) -> None:
    async def is_so() -> bool:
        return condition()

    await eventually(is_so, every_s=0.01)
