"""Who orders when: each connection again as soon as it has its answer, or all of them by a schedule."""

import asyncio
import math
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator

from scripts.benchmarks.load.arrivals import Ticks
from scripts.benchmarks.load.connection import Connection
from scripts.benchmarks.load.histogram import Histogram
from scripts.benchmarks.load.plan import Plan, Report

OPENING_S = 30.0  # for all connections together
PATIENCE_S = 10.0  # for answers that are still out when the time is up

clock = time.perf_counter


class Driver(ABC):
    """Counts what comes back; the two loops say what happens next."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.latency, self.late = Histogram(), Histogram()
        self.connections: list[Connection] = []
        self.accepted = self.refused = self.broken = self.intended = self.other_frames = 0
        self.remark = ""
        self._is_on = False  # from the first order to the end
        self._started = self._end = self._last_answer = 0.0
        self._all_ready = asyncio.Event()
        self._over = asyncio.Event()
        self._ready = 0
        self._down = ""

    async def run(self, connect: Callable[[], Connection]) -> Report:
        """Raises RuntimeError if the connections cannot be opened."""
        await self._open(connect)
        cpu_s = time.process_time()
        self._is_on = True
        self._started = self._last_answer = clock()
        self._end = self._started + self.plan.seconds
        self._begin()
        try:
            async with asyncio.timeout(self.plan.seconds + PATIENCE_S):
                await self._over.wait()
        except TimeoutError:
            self.remark = self.remark or f"no answer within {PATIENCE_S:.0f} s of the end"
        finally:
            self._is_on = False
            self._stop()
            for connection in self.connections:
                connection.close()
        return self._report(time.process_time() - cpu_s)

    def ready(self, connection: Connection) -> None:
        self._ready += 1
        if self._ready == self.plan.connections:
            self._all_ready.set()

    def answered(self, connection: Connection, refusal: bytes) -> None:
        self._last_answer = now = clock()
        self.latency.add(now - connection.since)
        if refusal:
            self.refused += 1
            self.remark = self.remark or refusal.decode(errors="replace")
        else:
            self.accepted += 1
        self._next(connection, now)

    def overheard(self) -> None:
        self.other_frames += 1

    def lost(self, connection: Connection, why: str) -> None:
        if self._is_on:
            self.broken += connection.is_asked
            self.remark = self.remark or why
            was_asked, connection.is_asked = connection.is_asked, False
            self._mourn(connection, was_asked=was_asked)
        elif not self._all_ready.is_set():
            self._down = why
            self._all_ready.set()

    async def _open(self, connect: Callable[[], Connection]) -> None:
        loop, host, port = asyncio.get_running_loop(), self.plan.host, self.plan.port
        try:
            async with asyncio.timeout(OPENING_S):
                for _ in range(self.plan.connections):
                    _, connection = await loop.create_connection(connect, host, port)
                    self.connections.append(connection)
                await self._all_ready.wait()
        except OSError as error:  # a TimeoutError too
            why = str(error) or f"not all were ready within {OPENING_S:.0f} s"
            raise RuntimeError(f"{host}:{port}: {why}") from error
        if self._down:
            raise RuntimeError(f"{host}:{port}: {self._down}")

    def _report(self, cpu_s: float) -> Report:
        answers = self.accepted + self.refused
        return Report(
            accepted=self.accepted,
            refused=self.refused,
            lost=self.broken,
            unanswered=self.intended - answers - self.broken,
            intended=self.intended,
            seconds=max(self._last_answer - self._started, self.plan.seconds),
            p50_ms=self.latency.percentile_ms(50),
            p99_ms=self.latency.percentile_ms(99),
            max_ms=self.latency.max_us / 1000,
            late_p99_ms=self.late.percentile_ms(99),
            cpu_us=cpu_s / answers * 1e6 if answers else 0.0,
            other_frames=self.other_frames,
            remark=self.remark,
        )

    @abstractmethod
    def _begin(self) -> None:
        """Sends the first orders, or waits for them to be due."""

    @abstractmethod
    def _next(self, connection: Connection, now: float) -> None:
        """The connection is free again."""

    @abstractmethod
    def _mourn(self, connection: Connection, *, was_asked: bool) -> None:
        """The connection will not come back."""

    @abstractmethod
    def _stop(self) -> None:
        """No order is sent any more."""


class ClosedLoop(Driver):
    """Every connection orders again when it has its answer, until the time is up."""

    def _begin(self) -> None:
        self._asking = len(self.connections)
        for connection in self.connections:
            self.intended += 1
            connection.ask(clock())

    def _next(self, connection: Connection, now: float) -> None:
        if now < self._end:
            self.intended += 1
            connection.ask(now)
        else:
            self._one_less()

    def _mourn(self, connection: Connection, *, was_asked: bool) -> None:
        if was_asked:
            self._one_less()

    def _stop(self) -> None:
        """Nothing is due."""

    def _one_less(self) -> None:
        self._asking -= 1
        if not self._asking:
            self._over.set()


class OpenLoop(Driver):
    """Orders are due when the schedule says so, however long answers take.

    One that finds no connection free waits for one; its latency counts from when it was due.
    """

    def __init__(self, plan: Plan, arrivals: Iterator[float]) -> None:
        super().__init__(plan)
        self._arrivals = arrivals
        self._due = math.inf
        self._free: deque[Connection] = deque()
        self._waiting: deque[float] = deque()
        self._alive = 0
        self._ticks: Ticks | None = None

    def _begin(self) -> None:
        self._free.extend(self.connections)
        self._alive = len(self.connections)
        self._due = self._after_that()
        self._ticks = Ticks(self._look)

    def _after_that(self) -> float:
        return self._started + next(self._arrivals, math.inf)

    def _look(self) -> None:
        now = clock()
        while self._due <= now:
            due = self._due
            self._due = self._after_that()
            self.intended += 1
            self.late.add(now - due)
            if self._free:
                self._free.popleft().ask(due)
            else:
                self._waiting.append(due)
        if self._due == math.inf:
            self._see_whether_over()

    def _next(self, connection: Connection, now: float) -> None:
        if self._waiting:
            connection.ask(self._waiting.popleft())
        else:
            self._free.append(connection)

    def _mourn(self, connection: Connection, *, was_asked: bool) -> None:
        self._alive -= 1
        if not was_asked:
            self._free.remove(connection)
        if not self._alive:
            self._over.set()

    def _see_whether_over(self) -> None:
        if len(self._free) == self._alive:
            self._over.set()

    def _stop(self) -> None:
        if self._ticks is not None:
            self._ticks.stop()
