"""`live up`: everything on this machine, from an empty folder to `ready`, kept running.

Order: claim the folder, take the port, Redis, schema, worker, web, (demo show,) ready.
Whatever makes that impossible is said in one sentence before anything is started.
"""

import argparse
import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from live.cli import data_folder, parts, redis_server
from live.cli.first_run import furnish
from live.cli.listen import listen
from live.cli.options import add_settings, read_settings, with_secret
from live.cli.ready import not_ready
from live.cli.refusal import Refusal
from live.cli.supervise import Supervisor, say
from live.settings import Settings, redis_socket

LOOK_AGAIN_S = 0.1
SAY_AGAIN_S = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The settings that one changes by hand most often."""
    add_settings(parser, "host", "port", "data_dir", "web_processes")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 after a clean stop, 1 if start-up was given up, 2 if it could not begin."""
    settings = read_settings(args)
    os.umask(0o077)  # the data folder holds buyers' names and the secret
    with ExitStack() as held:
        lock = data_folder.claim(settings.data_dir)
        link = held.enter_context(listen(settings.host, settings.port))
        settings = with_secret(settings)
        say(f"data folder {settings.data_dir}")
        return asyncio.run(_up(settings, lock, link))


async def _up(settings: Settings, lock: int, link: socket.socket) -> int:
    async with _supervisor() as supervisor:
        if settings.embedded_redis:
            await _start_redis(supervisor, settings, lock)
        else:
            await asyncio.to_thread(redis_server.expect_answer, settings.redis_url)
        if not supervisor.asked_to_stop:
            await _migrate(settings)
            for line in await asyncio.to_thread(furnish, settings):
                say(line)
            await supervisor.start(parts.worker_part(settings))
            for part in parts.web_parts(settings, link):
                await supervisor.start(part)
            await _announce(supervisor, settings)
        await supervisor.until_asked()
        link.close()  # from here on callers are refused, not kept waiting
        if supervisor.gave_up:
            say(f"{supervisor.gave_up} keeps ending before it is ready; giving up")
        else:
            say("stopping")
    if supervisor.gave_up:
        return 1
    say("stopped")
    return 0


@asynccontextmanager
async def _supervisor() -> AsyncIterator[Supervisor]:
    supervisor = Supervisor()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


async def _start_redis(supervisor: Supervisor, settings: Settings, lock: int) -> None:
    part, binary = parts.redis_part(settings, lock)
    promise = "is on disk before it is answered"
    if settings.order_ack == "fast":
        promise = "may be lost for a second at power loss: LIVE_ORDER_ACK=fast is for rehearsals"
    say(f"starting {binary}; an order {promise}")
    await supervisor.start(part)
    place = redis_socket(settings.data_dir)
    while not await asyncio.to_thread(redis_server.answers, place):
        if not await supervisor.pause(LOOK_AGAIN_S / 4):
            return


async def _migrate(settings: Settings) -> None:
    from live.cli.migrate import bring_up_to_date

    say("bringing the schema up to date")
    await asyncio.to_thread(bring_up_to_date, settings)


async def _announce(supervisor: Supervisor, settings: Settings) -> None:
    """Wait until `/readyz` is 200, put the demo on air if asked, and say `ready`."""
    waited = 0.0
    while trouble := await not_ready(settings.host, settings.port):
        if not await supervisor.pause(LOOK_AGAIN_S):
            return
        waited += LOOK_AGAIN_S
        if waited >= SAY_AGAIN_S:
            say(f"not ready yet: {trouble}")
            waited = 0.0
    supervisor.is_ready()
    if settings.demo:
        await _put_demo_on_air(supervisor, settings)
    say(f"ready {settings.address}")


async def _put_demo_on_air(supervisor: Supervisor, settings: Settings) -> None:
    from live.cli import demo

    try:
        lines = await asyncio.to_thread(demo.seed, settings)
    except (OSError, RuntimeError) as error:
        raise Refusal(f"the demo show could not be made ({error}).") from error
    for line in lines:
        say(line)
    await supervisor.start(parts.crowd_part(settings))
