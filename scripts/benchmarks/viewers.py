"""memory of one idle viewer's socket, in the web process of a real control room.

For each number of sockets a control room of its own is started (`live up`, one web process, a show on
air); the sockets are opened, left alone, and the process's memory (VmRSS) is held against what it was
before, after as many sockets had come and gone once: what a first crowd leaves behind is not theirs.
Viewers of the page and of the API are measured apart. One limit is off (LIVE_RATE_LIMITS=off): one
address may open 2 sockets a second.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from live.crowd.client import Client
from scripts.benchmarks.options import BenchOptions
from scripts.benchmarks.orders import Target
from scripts.benchmarks.processes import rss_bytes, web_process
from scripts.benchmarks.ratios import table
from scripts.benchmarks.servers import (
    buyer_tokens,
    control_room_settings,
    free_port,
    make_operator_token,
    served,
)
from scripts.benchmarks.sockets.handshake import open_all, request
from scripts.benchmarks.sockets.reader import Reader

GOAL_KIB = 24
FIRST_CROWD = 300  # sockets that come and go before: what they warm up is not counted
SETTLE_S = 6.0  # snapshots are drawn, and the presence of all is told
PATHS = {
    "page": "/shows/{}/stream?screen=viewer&lang=zh",
    "API": "/api/v1/shows/{}/events",
}


def run(options: BenchOptions) -> dict[str, Any]:
    """The benchmark; prints as it goes and answers the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(_run(options, Path(name)))


async def _run(options: BenchOptions, folder: Path) -> dict[str, Any]:
    found: dict[str, dict[str, float]] = {kind: {} for kind in PATHS}
    for kind, path in PATHS.items():
        for number in options.connections:
            kib = await _measure(folder, f"{kind}{number}", path, number)
            found[kind][str(number)] = round(kib, 1)
            print(f"{number:>6} viewers of the {kind}: {kib:.1f} KiB each", flush=True)
    rows = [[kind, *(f"{kib:.1f}" for kib in by.values())] for kind, by in found.items()]
    print(table(["KiB for one viewer of the", *(f"{n:,}" for n in options.connections)], rows))
    return {"bench": "viewers", "kib": found, "goal_kib": GOAL_KIB}


async def _measure(folder: Path, name: str, path: str, number: int) -> float:
    """KiB of one socket."""
    port = free_port()
    settings = control_room_settings(port, folder / name) | {"LIVE_RATE_LIMITS": "off"}
    async with served(["live", "up"], port, folder, **settings) as base_url:
        token = await asyncio.to_thread(make_operator_token, settings)
        target = Target(Client(base_url, connections=2), token)
        await target.set_up()
        target.client.close()
        web = web_process(folder / name)
        asked = [request(port, path.format(target.show_id), t) for t in buyer_tokens(number)]
        await asyncio.to_thread(_stay, port, asked[:FIRST_CROWD])
        before = rss_bytes(web)
        after = await asyncio.to_thread(_stay, port, asked, web)
    return (after - before) / number / 1024


def _stay(port: int, asked: list[bytes], web: int = 0) -> int:
    """Opens all, reads what they are told for SETTLE_S; the process's memory then."""
    sockets = open_all(port, asked)
    reader = Reader(sockets)
    try:
        reader.listen(SETTLE_S if web else 1.0)
        return rss_bytes(web) if web else 0
    finally:
        reader.close()
