"""`live demo`: the simulated audience of the demo show, and the show itself at start-up (`seed`).

A client of the public API like any other. The audience comes and goes, talks, buys and pays; an
auto-operator pushes the next sale when one is over. Both stand still once somebody stops the demo.
"""

import argparse
import asyncio
import logging

from live.cli.demo_crowd import Crowd
from live.cli.demo_pushes import AutoOperator
from live.cli.demo_show import Memory, put_on_air
from live.cli.options import add_settings, read_settings
from live.cli.refusal import Refusal
from live.crowd.client import Client, Refused, Unanswered
from live.errors import LiveError
from live.settings import Settings

LOOK_S = 5.0  # between two looks at whether the demo still runs
logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The server whose demo this is."""
    add_settings(parser, "host", "port", "data_dir")


def run(args: argparse.Namespace) -> int:
    """Until it is stopped by a signal. With the demo stopped it waits: ending would look like a crash."""
    settings = read_settings(args)
    if not Memory(settings.data_dir).get("show_id"):
        raise Refusal(
            f"there is no demo show in {settings.data_dir}: start `live up` with LIVE_DEMO=1."
        )
    asyncio.run(_keep_playing(settings))
    return 0


def seed(settings: Settings) -> list[str]:
    """The demo show on air; the lines to print. Raises RuntimeError when the server says no."""
    try:
        return asyncio.run(put_on_air(settings, Memory(settings.data_dir)))
    except (LiveError, Refused, Unanswered) as cause:
        raise RuntimeError(str(cause)) from cause


async def _keep_playing(settings: Settings) -> None:
    memory = Memory(settings.data_dir)
    client = Client(settings.local_url, connections=4)
    while True:
        if await _is_running(client, memory):
            await _play(client, memory)
        await asyncio.sleep(LOOK_S)


async def _play(client: Client, memory: Memory) -> None:
    crowd = Crowd(client, memory.get("show_id"))
    operator = AutoOperator(client, memory, crowd)
    playing = asyncio.gather(crowd.run(), operator.run())
    try:
        while await _is_running(client, memory):
            await asyncio.wait({playing}, timeout=LOOK_S)
            if playing.done():
                playing.result()  # raises: neither ends by itself
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    logger.info("the demo was stopped")


async def _is_running(client: Client, memory: Memory) -> bool:
    """Trouble counts as running: the audience waits for the server to come back."""
    try:
        show = await client.call("GET", f"/api/v1/shows/{memory.get('show_id')}")
    except Unanswered:
        return True
    except Refused:
        return False
    return show.get("state") == "live" and bool(show.get("demo_running"))
