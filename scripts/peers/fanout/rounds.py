"""What the two Python services share: rounds asked for on standard input, and the text that goes out."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

PAYLOAD = 300  # bytes


def text(number: int) -> str:
    """Of one round, about as large as a line of a live page."""
    at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")
    head = f'{{"id":"e1:{1_000_000 + number}","at":"{at}","content":"'
    return head.ljust(PAYLOAD - 2, "x") + '"}'


async def run(send: Callable[[str], Awaitable[None]]) -> None:
    """Until standard input ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    number = 0
    while wanted := await reader.read(1024):
        for _ in wanted:
            number += 1
            await send(text(number))
            await asyncio.sleep(0)
