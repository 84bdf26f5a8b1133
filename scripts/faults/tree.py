"""The control room under test: `live up` in a folder of its own, and the processes below it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

START_S, STOP_S, RUN_S = 60.0, 40.0, 120.0
ARGV = (sys.executable, "-m", "live")
PARTS = {"redis": r"redis-server|valkey-server", "worker": r"live\0work", "web": r"live\0serve"}


class NotPossible(Exception):
    """The run cannot start or go on; the message says why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Tree:
    """Started once; from then on only its own supervisor looks after it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """`settings`: environment variables besides."""
        self.data = folder / "var"
        self.redis_folder = self.data / "redis"
        self.database = self.data / "live.db"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._output = folder / "output.txt"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises NotPossible."""
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                (*ARGV, "up"), env=self._environment(), stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_S
        while f"ready {self.url}" not in self.said():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NotPossible(f"`live up` did not get ready: {self.said()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """Politely, also what was stopped with SIGSTOP; its exit code."""
        if self._process is None:
            return 0
        for pid in [self._process.pid, *(pid for part in PARTS for pid in self.pids(part))]:
            self.signal(pid, signal.SIGCONT)
        self._process.terminate()
        return self._process.wait(STOP_S)

    def said(self) -> str:
        """All that it printed."""
        return self._output.read_text(errors="replace")

    def run(self, *argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A `live` command beside the running one."""
        return subprocess.run(
            (*ARGV, *argv),
            env=self._environment() | environment,
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )

    def token(self) -> str:
        """A new operator's token. Raises NotPossible."""
        made = self.run("token", "create", "--role", "operator", "--name", "chaos")
        if made.returncode != 0:
            raise NotPossible(f"no operator token: {made.stderr.strip()}")
        return made.stdout.split()[-1]

    def kill(self, part: str) -> int:
        """kill -9 of one process of that part; its pid."""
        pid = self.pids(part)[0]
        self.signal(pid, signal.SIGKILL)
        return pid

    @property
    def supervisor(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def pids(self, part: str) -> list[int]:
        """The living processes of a part; a dead one that was not reaped yet has no command line."""
        parent = self.supervisor
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            return []
        wanted = re.compile(PARTS[part])
        return [int(pid) for pid in children if wanted.search(_command(pid))]

    def signal(self, pid: int, number: signal.Signals) -> None:
        """To a process that may have ended meanwhile."""
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LIVE_")}
        return clean | {
            "LIVE_DATA_DIR": str(self.data),
            "LIVE_PORT": str(self.port),
            "LIVE_WEB_PROCESSES": "2",
            "LIVE_RATE_LIMITS": "off",
            "LIVE_DEMO": "0",
            "PYTHONUNBUFFERED": "1",
            **self._settings,
        }


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
