"""Counts what a fan-out delivers: `python -m scripts.benchmarks.sockets.reader`, one process, the same for all.

It asks for rounds (one frame to every socket) by a byte each on the server's standard input, and keeps
some on their way, so that the server always has work and nothing piles up; what arrives is counted in
bytes and thrown away. When it falls behind, it finds several frames in one read: so it gets faster,
and is not what is measured. Its own processor time is told beside the server's: of one core, the
server should have used all, and the reader less.
"""

import argparse
import json
import os
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from scripts.benchmarks.sockets.handshake import open_all, request

PAYLOAD = 300  # bytes of every text frame
FRAME = PAYLOAD + 4  # with the head of RFC 6455 before it
BUFFER = 256 * 1024
PING, PING_BYTES = 0x89, 6  # as uvicorn and websockets send it: four bytes of payload
PONG = bytes((0x8A, 0x84, 0, 0, 0, 0))  # with four bytes of payload, masked with zeros
UNDER_WAY = 4_000  # frames asked for and not yet here
AHEAD_MAX = 16  # of them for one socket: a page with more unread than the kernel keeps is passed by
QUIET_S = 0.5
WARM_S = 0.5
STALL_S = 10.0


class StalledError(RuntimeError):
    """The server has stopped sending, or has closed a socket."""


@dataclass(frozen=True, slots=True)
class Count:
    """What arrived, in how long, and the processor seconds of the server and of the reader."""

    frames: float
    seconds: float
    server_cpu_s: float
    reader_cpu_s: float


class Reader:
    """Open sockets, and how many bytes have come through them."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.size = len(sockets)
        self.bytes = 0
        self._buffer = memoryview(bytearray(BUFFER))
        self._sockets = {one.fileno(): one for one in sockets}
        self._reads: dict[int, Callable[[memoryview], int]] = {
            fd: one.recv_into for fd, one in self._sockets.items()
        }
        self._poll = select.epoll()
        for fd in self._sockets:
            self._poll.register(fd, select.EPOLLIN)

    def read(self, timeout_s: float) -> bool:
        """What is there by now; False if nothing came."""
        buffer, reads, total = self._buffer, self._reads, 0
        ready = self._poll.poll(timeout_s)
        for fd, _ in ready:
            size = reads[fd](buffer)
            total += size
            if size % FRAME:
                self._look(fd, size)
        self.bytes += total
        return bool(ready)

    def _look(self, fd: int, size: int) -> None:
        """Not a whole number of our frames: a ping among them, which is answered, or the end."""
        if not size:
            raise StalledError("the server has closed a socket")
        data = bytes(self._buffer[:size])
        at = data.find(PING)  # no text of ours has this byte, nor the head of its frame
        if at >= 0 and len(data) >= at + PING_BYTES:
            self._sockets[fd].send(PONG + data[at + 2 : at + PING_BYTES])

    def until_quiet(self) -> None:
        """Reads what a server says at first."""
        until = time.monotonic() + QUIET_S
        while time.monotonic() < until:
            if self.read(QUIET_S / 5):
                until = time.monotonic() + QUIET_S

    def listen(self, seconds: float) -> None:
        """Reads whatever comes, for so long."""
        until = time.monotonic() + seconds
        while (left_s := until - time.monotonic()) > 0:
            self.read(left_s)

    def close(self) -> None:
        """Hangs up."""
        self._poll.close()
        for one in self._sockets.values():
            one.close()

    def drive(self, ask: Callable[[int], None], seconds: float) -> None:
        """Asks for rounds and reads them, for so long; all that was asked for has come when it ends."""
        per_round = self.size * FRAME
        window = min(max(2, -(-UNDER_WAY // self.size)), AHEAD_MAX)
        started = heard = time.monotonic()
        began, asked = self.bytes, 0
        while True:
            now = time.monotonic()
            come = (self.bytes - began) / per_round
            wanted = int(come) + window - asked if now - started < seconds else 0
            if wanted > 0:
                ask(wanted)
                asked += wanted
            elif come >= asked and now - started >= seconds:
                return
            if self.read(0.1):
                heard = now
            elif now - heard > STALL_S:
                raise StalledError(f"{asked - come:.1f} rounds did not come")


def cpu_s(pid: int) -> float:
    """Processor seconds of a process so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(reader: Reader, ask: Callable[[int], None], server: int, seconds: float) -> Count:
    """After a warm-up. `server` is its process id."""
    reader.until_quiet()
    reader.drive(ask, WARM_S)
    began, own, its = reader.bytes, time.process_time(), cpu_s(server)
    started = time.monotonic()
    reader.drive(ask, seconds)
    took = time.monotonic() - started
    return Count(
        (reader.bytes - began) / FRAME, took, cpu_s(server) - its, time.process_time() - own
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--path")
    parser.add_argument("--sockets", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--server", type=int, help="its process id")
    parser.add_argument("--ask", type=int, help="where to write a byte for each round")
    told = parser.parse_args()
    asked = [request(told.port, told.path, f"v{n}") for n in range(told.sockets)]
    reader = Reader(open_all(told.port, asked))

    def ask(rounds: int) -> None:
        os.write(told.ask, b"r" * rounds)

    count = measure(reader, ask, told.server, told.seconds)
    print(
        json.dumps(
            {
                "per_s": count.frames / count.seconds,
                "server_cpu": count.server_cpu_s / count.seconds,
                "reader_cpu": count.reader_cpu_s / count.seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
