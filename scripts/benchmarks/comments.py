"""a flood of comments into one show: all stored, all counted, and orders meanwhile.

Comments come over viewers' API sockets and, a quarter of them, as single HTTP requests; rate limits are off,
for a few hundred talkers stand for thousands. Viewers who only listen, an operator's API socket and two
control room pages are connected. One round for each way to count a word (once per show, once per window of
10 s, every time): orders at a steady pace alone, then the same beside the flood. Afterwards every comment
that was answered with 201 must be in SQL, the tally must be what a recount from SQL says, and the operator
must have heard all of them. Exit code 1 if anything is lost.
"""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from live.crowd.client import Client
from live.features.archive.actions import recounted
from live.store import comments
from live.store.db import Database
from scripts.benchmarks import machine
from scripts.benchmarks.load.plan import Report
from scripts.benchmarks.load.talk import TEXTS, Socket, open_all, talk
from scripts.benchmarks.open_loop import steady
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.servers import (
    buyer_tokens,
    control_room_settings,
    free_port,
    make_operator_token,
    served,
)

RATE = 2_000  # comments a second
ORDERS = 100  # a second, beside them
TALKERS = 200
HTTP_SHARE = 0.25
HTTP_CONNECTIONS = 32
WINDOWS: tuple[int | None, ...] = (None, 10, 0)
WORDS = ["1", "想要", "A1", "好看"]
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one flood. `sample`: comments a second that a viewer got to read."""

    sent: int
    taken: int
    seconds: float
    sample: float
    heard: int
    lag_s: float
    alone: Report
    beside: Report
    tally: dict[str, int]
    recount: dict[str, int]


class Crowd:
    """Everyone who is connected."""

    def __init__(
        self, client: Client, show: str, tokens: list[str],
        talkers: list[Socket], viewers: list[Socket], operator: Socket, pages: list[Socket],
    ) -> None:  # fmt: skip
        self._client = client
        self._path = f"/api/v1/shows/{show}/comments"
        self._tokens = tokens
        self.talkers = talkers
        self.viewers = viewers
        self.operator = operator
        self.pages = pages

    def heard(self) -> tuple[int, int, int]:
        """Comments taken over sockets, heard by the operator, heard by all viewers who only listen."""
        taken = sum(socket.heard["said"] for socket in self.talkers)
        shown = sum(socket.heard["comment"] for socket in self.viewers)
        return taken, self.operator.heard["comment"], shown

    async def flood(self, rate: float, seconds: float) -> tuple[int, int]:
        """(sent, taken over HTTP)."""
        by_http = rate * HTTP_SHARE
        talking = talk(self.talkers, rate - by_http, seconds)
        posting = self._post(by_http, seconds)
        sent, (posted, taken) = await asyncio.gather(talking, posting)
        return sent + posted, taken

    async def _post(self, rate: float, seconds: float) -> tuple[int, int]:
        began, posted, tasks = time.monotonic(), 0, set[asyncio.Task[bool]]()
        taken = 0

        async def one(number: int) -> bool:
            body = {"text": TEXTS[number % len(TEXTS)]}
            token = self._tokens[number % len(self._tokens)]
            return (await self._client.request("POST", self._path, body, token=token)).status == 201

        def done(task: asyncio.Task[bool]) -> None:
            nonlocal taken
            tasks.discard(task)
            taken += not task.exception() and task.result()

        while (now := time.monotonic()) - began < seconds:
            while posted < int((now - began) * rate):
                task = asyncio.create_task(one(posted))
                tasks.add(task)
                task.add_done_callback(done)
                posted += 1
            await asyncio.sleep(0.01)
        while tasks:
            await asyncio.wait(set(tasks))
        return posted, taken

    def close(self) -> None:
        for socket in (*self.talkers, *self.viewers, self.operator, *self.pages):
            socket.close()


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    facts = machine.look(folder)
    print(machine.told(facts))
    port = free_port()
    settings = control_room_settings(port, folder / "var") | {"LIVE_RATE_LIMITS": "off"}
    async with served(["live", "up"], port, folder, **settings) as ours:
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(ours, connections=HTTP_CONNECTIONS), token)
        await target.set_up()
        crowd = await gather(target, port, options.viewers)
        show = f"/api/v1/shows/{target.show_id}"
        await target.client.call("PUT", f"{show}/words", {"words": WORDS}, token=token)
        db = Database.from_url(f"sqlite:///{folder / 'var' / 'live.db'}")
        rounds = []
        for window_s in WINDOWS:
            body = {"tally_window_s": window_s}
            await target.client.call("PUT", f"{show}/chat-rules", body, token=token)
            rounds.append(await _round(target, crowd, db, options))
            print(_told(window_s, rounds[-1]), flush=True)
        async with db.read() as session:
            stored = await comments.count_comments(session, target.show_id)
        figures = _figures(rounds, stored, crowd)
        figures["audit_ok"] = figures["audit_ok"] and await target.proof()
        await db.close()
        crowd.close()
        target.client.close()
    return {"bench": "comments", "machine": facts, "viewers": options.viewers, **figures}


async def gather(target: Target, port: int, viewers: int) -> Crowd:
    """Connects them all."""
    tokens = buyer_tokens(TALKERS + viewers)
    api = f"/api/v1/shows/{target.show_id}/events"
    page = f"/shows/{target.show_id}/stream?screen=control&lang=zh&view="
    host = "127.0.0.1"
    talkers = await open_all(host, port, api, tokens[:TALKERS])
    listeners = await open_all(host, port, api, tokens[TALKERS:])
    [operator] = await open_all(host, port, api, [target.token])
    pages = [
        socket
        for view in ("", "questions")
        for socket in await open_all(host, port, page + view, [target.token])
    ]
    return Crowd(
        target.client, target.show_id, tokens[:TALKERS], talkers, listeners, operator, pages
    )


async def _round(target: Target, crowd: Crowd, db: Database, options: BenchOptions) -> Round:
    async def orders(seed: int) -> Report:
        path, name = await target.new_sale(), secrets.token_hex(4)
        url = target.client.base_url
        load = (path, target.tokens, name, 16, options.seconds, seed)
        return await steady(url, ORDERS, *load)

    alone = await orders(1)
    before, began = crowd.heard(), time.monotonic()
    flooding = asyncio.create_task(crowd.flood(options.rate, options.seconds))
    beside = await orders(2)
    sent, by_http = await flooding

    async def all_taken() -> bool:
        return crowd.heard()[0] - before[0] + by_http >= sent

    await _until(all_taken)
    seconds = time.monotonic() - began
    ended = time.monotonic()
    await _until(partial(_is_written, target.client))
    lag_s = time.monotonic() - ended

    async def all_heard() -> bool:
        return crowd.heard()[1] - before[1] >= sent

    await _until(all_heard)
    by_socket, heard, shown = (now - then for now, then in zip(crowd.heard(), before, strict=True))
    path = f"/api/v1/shows/{target.show_id}/tally"
    told = await target.client.call("GET", path, token=target.token)
    tally = {one["word"]: one["count"] for one in told["keywords"]}
    async with db.read() as session:
        recount = await recounted(session, target.show_id, 2**53)
    sample = shown / len(crowd.viewers) / seconds if crowd.viewers else 0.0
    return Round(
        sent,
        by_socket + by_http,
        seconds,
        sample,
        heard,
        lag_s,
        alone,
        beside,
        tally,
        recount.counts,
    )


async def _is_written(client: Client) -> bool:
    return not (await client.call("GET", "/readyz"))["ledger_lag"]


async def _until(check: Callable[[], Awaitable[bool]]) -> None:
    """What is late for longer than this is lost."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if await check():
            return
        await asyncio.sleep(0.05)


def _told(window_s: int | None, one: Round) -> str:
    how = {None: "once per show", 0: "every time"}.get(window_s, f"once per {window_s} s")
    ratio = one.beside.p99_ms / one.alone.p99_ms
    return (
        f"{how:>14}: {one.taken / one.seconds:6.0f} comments/s taken ({one.sent - one.taken} lost),"
        f" in SQL {one.lag_s:.1f} s after the last; tally {one.tally}"
        f" {'=' if one.tally == one.recount else 'BUT RECOUNT'} {one.recount};"
        f" a viewer reads {one.sample:.1f}/s; orders p99 {one.alone.p99_ms:.1f} →"
        f" {one.beside.p99_ms:.1f} ms ({ratio:.2f})"
    )


def _figures(rounds: list[Round], stored: int, crowd: Crowd) -> dict[str, Any]:
    taken, sent = sum(one.taken for one in rounds), sum(one.sent for one in rounds)
    others = sum(report.blow.others for one in rounds for report in (one.alone, one.beside))
    ratios = [one.beside.p99_ms / one.alone.p99_ms for one in rounds]
    is_counted = all(one.tally == one.recount for one in rounds)
    is_heard = all(one.heard == one.taken for one in rounds)
    closed = [s.closed for s in (*crowd.viewers, crowd.operator, *crowd.pages) if s.closed]
    print(
        f"sent {sent}, taken {taken}, in SQL {stored}; operator heard"
        f" {sum(one.heard for one in rounds)}; control room frames"
        f" {[socket.heard['page'] for socket in crowd.pages]}; sockets closed {closed}"
    )
    return {
        "sent": sent,
        "taken": taken,
        "stored": stored,
        "per_s": round(statistics.median(one.taken / one.seconds for one in rounds)),
        "sample_per_s": round(statistics.median(one.sample for one in rounds), 1),
        "lag_s": round(max(one.lag_s for one in rounds), 2),
        "orders_p99_ratio": round(statistics.median(ratios), 2),
        "orders_p99_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "orders_not_accepted": others,
        "counted": is_counted,
        "heard": is_heard,
        "sockets_closed": closed,
        "audit_ok": is_counted and is_heard and sent == taken == stored and not closed,
    }
