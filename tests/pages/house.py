"""`live up` as an operator starts it: its own process, its own port, its own empty data folder."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from live.settings import redis_socket

TOP = Path(__file__).resolve().parents[2]
FIRST_SIGN_IN = re.compile(r"^first sign-in: (\S+)\s+(\S+)", re.MULTILINE)
READY = re.compile(r"^ready (http\S+)", re.MULTILINE)
START_S = 60.0
STOP_S = 20.0


class House:
    """One running installation, without the demo."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "up.log"
        self._env = {k: v for k, v in os.environ.items() if not k.startswith("LIVE_")} | {
            "LIVE_PORT": str(_free_port()),
            "LIVE_DATA_DIR": str(self.data),
            "LIVE_RATE_LIMITS": "off",
            "LIVE_DEMO": "0",
            "PYTHONUNBUFFERED": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.url = self.email = self.password = self.token = ""
        self.login = ""  # the cookie of whoever signed in first

    def start(self) -> None:
        """Answers once the process has said `ready`; what it printed is then known."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "live", "up"],
                cwd=TOP, env=self._env, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not (ready := READY.search(self.said())):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        first = FIRST_SIGN_IN.search(self.said())
        assert first, self.said()
        self.url, (self.email, self.password) = ready[1], first.groups()
        self.token = self._make_token()

    def stop(self) -> None:
        """As Ctrl-C does; it must end by itself."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def redis_pid(self) -> int:
        """The embedded Redis of now; 0 while there is none."""
        with Redis(unix_socket_path=str(redis_socket(self.data))) as redis:
            try:
                return int(redis.info("server")["process_id"])
            except RedisAway:
                return 0

    def _make_token(self) -> str:
        """An operator's API token."""
        command = [sys.executable, "-m", "live", "token", "create", "--role", "operator"]
        told = subprocess.run(
            [*command, "--name", "tests"], cwd=TOP, env=self._env, capture_output=True, check=True
        )
        return told.stdout.decode().split()[-1]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
