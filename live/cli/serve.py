"""`live serve`: web processes on one listening socket, and nothing else."""

import argparse
import asyncio
import gc
import socket
import sys
from typing import Any

import uvicorn
import uvloop

from live.app import create_app
from live.cli import parts
from live.cli.direct import DirectProtocol
from live.cli.lane import lane_of
from live.cli.listen import listen
from live.cli.open_files import raise_limit
from live.cli.options import add_settings, read_settings, with_secret
from live.cli.server import Server
from live.cli.supervise import Supervisor, say
from live.settings import Settings
from live.web.render import keep_compiled

WS_MAX_BYTES = 16 * 1024  # a frame from a client; the hub itself takes 4 KiB
PING_S, PONG_S = 20.0, 20.0  # a line that died without a word is noticed after both at most
# Objects made before the collector looks at the young ones, such looks before it looks at all that are new, and
# of those before it looks at everything. A look stops all orders, and takes one or two microseconds for each object:
# when ten thousand viewers come back, 5,000 at a time are up to 35 ms.
GC_YOUNG, GC_MIDDLE, GC_OLD = 2_000, 1, 6_000
GRACE_S = 5  # for requests in flight when a process stops


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--fd` is how a parent hands its listening socket to a child."""
    add_settings(parser, "host", "port", "data_dir", "web_processes")
    parser.add_argument("--fd", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """With `--fd`, or a single process: serve here. Else: look after a group of children."""
    settings = with_secret(read_settings(args))
    if args.fd is not None:
        return _serve(settings, socket.socket(fileno=args.fd))
    link = listen(settings.host, settings.port)
    say(f"serving {settings.address}")
    if settings.web_processes == 1:
        return _serve(settings, link)
    return asyncio.run(_group(settings, link))


def configuration(settings: Settings) -> uvicorn.Config:
    """How uvicorn runs our application."""
    app = create_app(settings)
    is_secure = settings.cookies_are_secure or (settings.public_url or "").startswith("https:")
    return uvicorn.Config(
        app,
        http=lane_of(app, is_secure=is_secure),
        lifespan="on",
        date_header=True,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_S,
        **socket_settings(),
    )


def socket_settings() -> dict[str, Any]:
    """What of it concerns WebSockets, whatever the application; compression stays off: it would cost
    each socket hundreds of kilobytes, and each frame another encoding for each."""
    return {
        "ws": DirectProtocol,
        "ws_max_size": WS_MAX_BYTES,
        "ws_per_message_deflate": False,
        "ws_ping_interval": PING_S,
        "ws_ping_timeout": PONG_S,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "backlog": 4096,
    }


def _serve(settings: Settings, link: socket.socket) -> int:
    raise_limit()
    keep_compiled(settings.data_dir / "templates")
    server = Server(configuration(settings))
    calm_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[link]))
    return 0 if server.started else 3


def calm_collector() -> None:
    """What was loaded stays; looking through it in the middle of a burst finds nothing."""
    gc.freeze()
    gc.set_threshold(GC_YOUNG, GC_MIDDLE, GC_OLD)


async def _group(settings: Settings, link: socket.socket) -> int:
    supervisor = Supervisor()
    for part in parts.web_parts(settings, link):
        await supervisor.start(part)
    await supervisor.until_asked()
    link.close()
    await supervisor.stop()
    if supervisor.gave_up:
        print(f"{supervisor.gave_up} keeps ending; giving up", file=sys.stderr)
        return 1
    return 0
