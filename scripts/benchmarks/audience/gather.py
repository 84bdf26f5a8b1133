"""The caller's side: a crowd's process, and the last that it told."""

import asyncio
import contextlib
import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from scripts.benchmarks.audience.crowd import Party

ROOT = Path(__file__).resolve().parents[3]
LINE_MAX = 16 * 1024 * 1024  # a party's tokens
LOOK_S = 0.05


class Gathering:
    """`now`: the counts of all processes together as last told."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.now: dict[str, float] = {}

    def count(self, name: str) -> int:
        return int(self.now.get(name, 0))

    @property
    def is_complete(self) -> bool:
        return self.count("here") == self.size

    async def until(self, condition: Callable[[], bool], patience_s: float) -> float:
        """Seconds it took. Raises RuntimeError when the patience is over."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > patience_s:
                raise RuntimeError(f"the crowd is not in state after {patience_s:g} s: {self.now}")
            await asyncio.sleep(LOOK_S)
        return time.monotonic() - began


@asynccontextmanager
async def gathered(party: Party) -> AsyncIterator[Gathering]:
    """Comes at the party's pace, half of them pages and half programs, and is gone when the block ends."""
    gathering = Gathering(len(party.tokens))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.benchmarks.audience"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=LINE_MAX,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(dataclasses.asdict(party)).encode() + b"\n")
    listening = asyncio.create_task(_listen(process, gathering))
    try:
        yield gathering
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()
        await listening


async def _listen(process: asyncio.subprocess.Process, gathering: Gathering) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        gathering.now = json.loads(line)
