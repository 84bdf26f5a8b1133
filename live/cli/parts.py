"""The child processes of a running control room, as `Part`s for the supervisor."""

import sys
from functools import partial
from socket import socket

from live.cli import redis_server
from live.cli.supervise import Part
from live.settings import Settings, redis_socket

REDIS, WORKER, WEB, CROWD = range(4)  # stages: the crowd leaves first, Redis last

_PYTHON = (sys.executable, "-m", "live")


def redis_part(settings: Settings, lock: int) -> tuple[Part, redis_server.Binary]:
    """The embedded Redis; it holds the folder's lock for as long as it writes there."""
    binary = redis_server.find_binary()
    folder = settings.data_dir / "redis"
    prepare = partial(
        redis_server.prepare,
        binary,
        folder,
        redis_socket(settings.data_dir),
        durable=settings.order_ack == "aof",
    )
    part = Part(
        name="redis",
        argv=prepare(),
        stage=REDIS,
        patience_s=15,
        pass_fds=(lock,),
        last_words=partial(redis_server.last_words, folder),
        before=prepare,  # somebody may have emptied the folder while it was down
    )
    return part, binary


def worker_part(settings: Settings) -> Part:
    """The worker: jobs, holds and the ledger."""
    return Part("worker", (*_PYTHON, "work"), WORKER, 8, settings.environment())


def web_parts(settings: Settings, link: socket) -> list[Part]:
    """As many web processes as the settings say, on one listening socket."""
    argv = (*_PYTHON, "serve", "--fd", str(link.fileno()))
    return [
        Part(f"web {number}", argv, WEB, 8, settings.environment(), (link.fileno(),))
        for number in range(1, settings.web_processes + 1)
    ]


def crowd_part(settings: Settings) -> Part:
    """The demo audience."""
    return Part("crowd", (*_PYTHON, "demo"), CROWD, 3, settings.environment())
