"""Our hub at full speed: `python -m scripts.benchmarks.sockets.hub_server PORT`.

Real: the hub with its rooms, beat, tail, frames and endpoints, behind uvicorn with the classes and
settings of `live serve`, its garbage collector too. Played: the ports, that is who somebody is and what a partial holds, and the
log, which is in memory. The beat does not wait 250 ms but for the next round, a byte on standard input;
then it samples, draws the one audience, compares, frames once and writes to all. With `--facts` a
round is a fact of the log instead, which goes to every viewer of the API as it does in a show.

When standard input ends, it tells how late its event loop was, as JSON.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute

from live.cli.serve import calm_collector, socket_settings
from live.domain.attendance import Change
from live.domain.events import Fact, unpack
from live.hub import Audience, Hub, MemoryBroker, Ports, Position, Reply, Role, Sample, Screen, Who
from live.hub.broker import Listener
from live.hub.frames import at
from scripts.benchmarks.sockets.reader import PAYLOAD
from scripts.crowd.figures import percentile

SHOW = "s000000000"
IDLE_S = 0.5  # a beat without a round looks after those who have come
LOOK_S = 0.002  # how often the loop's lateness is looked at
EPOCH, FIRST = "e1", 1_000_000  # so many digits stay the same
PAGE = "/shows/" + SHOW + "/stream?screen=viewer&lang=zh"
API = "/api/v1/shows/" + SHOW + "/events"


class Stage:
    """The ports' other side: one partial and one fact, new in every round."""

    def __init__(self, *, is_of_facts: bool) -> None:
        self.rounds = 0
        self._is_of_facts = is_of_facts  # or of beats
        self._due = 0
        self._more = asyncio.Event()

    def ask(self, rounds: int) -> None:
        self._due += rounds
        self._more.set()

    async def next_round(self) -> None:
        while not self._due:
            self._more.clear()
            await self._more.wait()
        self._due -= 1
        self.rounds += 1

    async def sample(self, show_id: str, since: Position) -> Sample:
        """Waits for a round, as a beat waits for its time."""
        if not self._is_of_facts:
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_S):
                    await self.next_round()
        return Sample(0 if self._is_of_facts else self.rounds, {"orders": self.rounds}, {})

    async def present(self, show_id: str, since: Position, audience: Audience) -> Mapping[str, str]:
        head = f"<p id=stock>{self.rounds}"
        envelope = json.dumps({"id": str(since), "at": at(now_ms()), "content": ""})
        spaces = envelope.count(": ") + envelope.count(", ")
        return {"stock": head.ljust(PAYLOAD - len(envelope) + spaces, "x")}

    async def nothing_personal(
        self, show_id: str, since: Position, viewer_id: str, lang: str
    ) -> Mapping[str, str]:
        return {}

    async def snapshot(self, show_id: str, since: Position, who: Who) -> Mapping[str, object]:
        return {}

    async def tell_presence(self, show_id: str, change: Change) -> bool:
        return True

    async def picture_plays(self, show_id: str) -> None:
        """Nobody of the crew is here."""

    async def show_exists(self, show_id: str) -> bool:
        return True

    async def authenticate_api(self, token: str, show_id: str) -> Who | None:
        return Who(Role.VIEWER, token, token)

    async def authenticate_page(
        self, connection: HTTPConnection, show_id: str, screen: Screen
    ) -> Who | None:
        viewer = connection.headers["authorization"].split()[1]
        return Who(Role.VIEWER, viewer, viewer)

    async def refuse(self, *_: object) -> Reply:
        return Reply(409, {})

    def ports(self) -> Ports:
        return Ports(
            now_ms=now_ms,
            heard=lambda *_: None,
            sample=self.sample,
            present=self.present,
            present_personal=self.nothing_personal,
            snapshot=self.snapshot,
            tell_presence=self.tell_presence,
            picture_plays=self.picture_plays,
            show_exists=self.show_exists,
            origin_allowed=lambda _: True,
            wait_s=lambda *_: 0.0,
            authenticate_api=self.authenticate_api,
            authenticate_page=self.authenticate_page,
            place_order=self.refuse,
            put_order=lambda *_: None,
            post_comment=self.refuse,
            problem=lambda _: {},
        )


def now_ms() -> int:
    return int(time.time() * 1000)


def offer_fact(seq: int) -> tuple[str, int, object]:
    """A public fact whose event is PAYLOAD bytes; the offer's id fills it up."""
    offer = {"state": "open", "left": 100, "paid": 10, "held": 10}
    empty = json.dumps(
        {
            "id": f"{EPOCH}:{seq}",
            "type": "offer",
            "at": at(now_ms()),
            "data": {
                "id": "",
                "state": "open",
                "left": 100,
                "sold": 10,
                "held": 10,
                "opens_at": None,
                "closes_at": None,
            },
        },
        separators=(",", ":"),
    )
    return ("offer", now_ms(), {"offer": "x" * (PAYLOAD - len(empty)), **offer})


class Log:
    """The log of the show, one fact in every round: a `Broker` that tells it when the last has gone out."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._seq = FIRST

    async def watch(self, show_id: str) -> Position:
        return Position(EPOCH, self._seq)

    def forget(self, show_id: str) -> None: ...

    async def history(self, show_id: str, since: Position) -> list[Fact] | None:
        return None

    async def run(self, listener: Listener) -> None:
        while True:
            await self._stage.next_round()
            self._seq += 1
            facts = unpack(b"%d-0" % self._seq, b"", [offer_fact(self._seq)])
            await listener.facts(SHOW, Position(EPOCH, self._seq), facts)
            await asyncio.sleep(0)


async def ask_rounds(stage: Stage, rounds: asyncio.StreamReader) -> None:
    while wanted := await rounds.read(1024):
        stage.ask(len(wanted))


async def watch_lateness(late_s: list[float]) -> None:
    while True:
        due = time.perf_counter() + LOOK_S
        await asyncio.sleep(LOOK_S)
        late_s.append(time.perf_counter() - due)


async def main(port: int, *, facts: bool) -> None:
    stage = Stage(is_of_facts=facts)
    broker = Log(stage) if facts else MemoryBroker()
    hub = Hub(broker, stage.ports(), beat_s=1.0 if facts else 0.0)
    routes = [
        WebSocketRoute("/api/v1/shows/{id}/events", hub.events_endpoint),
        WebSocketRoute("/shows/{id}/stream", hub.stream_endpoint),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), host="127.0.0.1", port=port, lifespan="off", **socket_settings()
    )
    server = uvicorn.Server(config)
    await hub.start()
    serving = asyncio.create_task(server.serve())
    late_s: list[float] = []
    watching = asyncio.create_task(watch_lateness(late_s))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    await ask_rounds(stage, reader)
    watching.cancel()
    late_s.sort()
    print(
        json.dumps({"late_p99_ms": percentile(late_s, 99) * 1000, "late_max_ms": late_s[-1] * 1000})
    )
    server.should_exit = server.force_exit = True
    await hub.stop()
    await serving


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--facts", action="store_true")
    told = parser.parse_args()
    calm_collector()
    uvloop.run(main(told.port, facts=told.facts))
