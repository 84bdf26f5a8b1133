"""The whole thing as a person starts it, in a folder of its own; its processes can be found and killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

START_S = 30.0
ARGV = (sys.executable, "-m", "live")
PARTS = {"redis": "redis-server|valkey-server", "worker": r"live\0work", "web": r"live\0serve"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder / "output.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        clean = {name: v for name, v in os.environ.items() if not name.startswith("LIVE_")}
        return clean | {
            "LIVE_DATA_DIR": str(self.folder / "var"),
            "LIVE_PORT": str(self.port),
            "LIVE_WEB_PROCESSES": "2",
            "LIVE_RATE_LIMITS": "off",
            "LIVE_DEMO": "0",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                (*ARGV, "up"), env=self.environment(), stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_S
        while f"ready {self.url}" not in self.said():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(30)

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def run(self, *argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A `live` command beside the running one."""
        return subprocess.run(
            (*ARGV, *argv),
            env=self.environment() | environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def pids(self, part: str) -> list[int]:
        assert self._process is not None
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        wanted = re.compile(PARTS[part])
        return [int(pid) for pid in children if wanted.search(_command(pid))]

    def kill(self, part: str) -> int:
        """kill -9 of one process of that part; its pid."""
        pid = self.pids(part)[0]
        os.kill(pid, signal.SIGKILL)
        return pid


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
