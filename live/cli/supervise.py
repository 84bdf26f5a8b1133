"""Keeps child processes running: restarts the dead with a pause, stops the living in order."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from live.cli.refusal import Refusal
from live.cli.tether import tether

FIRST_PAUSE_S = 0.1  # a killed Redis is back well within a second
LONGEST_PAUSE_S = 5.0
STEADY_S = 10.0  # a child that lived this long starts with the first pause again
HOPELESS = 3  # deaths in a row before the first readiness, then start-up is given up


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)


@dataclass(frozen=True, slots=True)
class Part:
    """One child process. Higher stages stop first; parts of one stage stop together."""

    name: str
    argv: Sequence[str]
    stage: int
    patience_s: float  # between the polite signal and SIGKILL
    env: Mapping[str, str] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    last_words: Callable[[], str] | None = None
    before: Callable[[], object] | None = None  # what is to be done each time before it starts


class Keeper:
    """Keeps one part alive until `stop`."""

    def __init__(self, part: Part, on_hopeless: Callable[[str], None]) -> None:
        self.part = part
        self._on_hopeless = on_hopeless
        self._stopping = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Spawn it once, then watch it in the background."""
        await self._spawn()
        self._task = asyncio.create_task(self._keep(), name=self.part.name)

    async def stop(self) -> None:
        """Ask it to end; insist when its patience runs out."""
        self._stopping.set()
        if self._task is None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self._task), self.part.patience_s)
        except TimeoutError:
            say(f"{self.part.name} did not stop in {self.part.patience_s:g} s; killing it")
            self.kill()
            await self._task

    def kill(self) -> None:
        """No more patience."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def _spawn(self) -> None:
        await self._prepare()
        self._process = await asyncio.create_subprocess_exec(
            *self.part.argv,
            env={**os.environ, **self.part.env},
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=self.part.pass_fds,
            start_new_session=True,  # Ctrl-C reaches the parent only: it knows the order
            preexec_fn=tether(),
        )
        if self._stopping.is_set():
            self._signal(signal.SIGTERM)

    async def _prepare(self) -> None:
        if self.part.before is None:
            return
        try:
            await asyncio.to_thread(self.part.before)
        except (
            OSError,
            Refusal,
        ) as error:  # it may do without; else its own last words say why not
            say(f"{self.part.name}: {error}")

    async def _keep(self) -> None:
        pause, deaths = FIRST_PAUSE_S, 0
        while self._process is not None:
            born = time.monotonic()
            code = await self._process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - born > STEADY_S:
                pause, deaths = FIRST_PAUSE_S, 0
            deaths += 1
            say(f"{self.part.name} ended ({self._why(code)}); starting it again in {pause:g} s")
            if deaths >= HOPELESS:
                self._on_hopeless(self.part.name)
            try:
                await asyncio.wait_for(self._stopping.wait(), pause)
            except TimeoutError:
                await self._spawn()
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                return

    def _why(self, code: int) -> str:
        reason = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        if code > 0 and self.part.last_words is not None:
            return f"{reason}: {self.part.last_words()}"
        return reason


class Supervisor:
    """Starts parts, waits for a reason to stop, stops them stage by stage."""

    def __init__(self) -> None:
        self._keepers: list[Keeper] = []
        self._asked = asyncio.Event()
        self._is_ready = False
        self.gave_up: str | None = None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._on_signal)

    async def start(self, part: Part) -> None:
        """Start it now and keep it alive from here on."""
        keeper = Keeper(part, self._on_hopeless)
        self._keepers.append(keeper)
        await keeper.start()

    @property
    def asked_to_stop(self) -> bool:
        """Whether a signal came or start-up was given up."""
        return self._asked.is_set()

    def is_ready(self) -> None:
        """From now on a part that keeps dying is restarted for ever."""
        self._is_ready = True

    async def pause(self, seconds: float) -> bool:
        """Wait so long, or until there is a reason to stop; True: go on."""
        try:
            await asyncio.wait_for(self._asked.wait(), seconds)
        except TimeoutError:
            return True
        return False

    async def until_asked(self) -> None:
        """Wait for Ctrl-C, SIGTERM, or a hopeless start-up."""
        await self._asked.wait()

    async def stop(self) -> None:
        """The doors first, what they lean on last."""
        for stage in sorted({keeper.part.stage for keeper in self._keepers}, reverse=True):
            group = [keeper for keeper in self._keepers if keeper.part.stage == stage]
            await asyncio.gather(*(keeper.stop() for keeper in group))

    def _on_signal(self) -> None:
        if self._asked.is_set():
            say("in a hurry: killing what still runs")
            for keeper in self._keepers:
                if keeper.part.stage > 0:
                    keeper.kill()
        self._asked.set()

    def _on_hopeless(self, name: str) -> None:
        if not self._is_ready and self.gave_up is None:
            self.gave_up = name
            self._asked.set()
