"""The process of a rehearsal's crowd: a job as one JSON line on stdin, a line of what was seen on stdout each second.

It ends when its time is over, at any further line, and when stdin closes: whoever started it is gone then, however
they went. Its priority is low, so that where processors are few those who answer viewers go first.
"""

import asyncio
import contextlib
import json
import os
import random
import sys

import uvloop

from live.crowd.audience import Audience
from live.domain.crowd import LENGTH_MAX_S, Job, Seen

NICE = 10
TELL_S = 1.0
LINE_MAX = 2**24  # bytes: the tokens of 2,000 guests are on the first line


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LINE_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _tell(audience: Audience) -> None:
    while True:
        _say(audience.look_around())
        await asyncio.sleep(TELL_S)


def _say(seen: Seen) -> None:
    sys.stdout.write(json.dumps(seen.packed()) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Until there is a reason to end; the last line tells all that was seen."""
    stdin = await _stdin()
    line = await stdin.readline()
    if not line:
        return
    job = Job(**json.loads(line))
    audience = Audience(job, random.Random())
    running = asyncio.create_task(audience.run())
    telling = asyncio.create_task(_tell(audience))
    asked = asyncio.create_task(stdin.readline())
    cap = asyncio.create_task(asyncio.sleep(LENGTH_MAX_S))
    tasks = (running, telling, asked, cap)
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    seen = audience.look_around()
    seen.watching = 0
    with contextlib.suppress(BrokenPipeError):
        _say(seen)


if __name__ == "__main__":
    os.nice(NICE)
    uvloop.run(main())
