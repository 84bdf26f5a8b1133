"""Opens many WebSockets at once as plain kernel sockets: no object of a library behind any of them."""

import contextlib
import select
import socket
import struct
from collections.abc import Sequence

AT_ONCE = 200  # handshakes under way: the server's queue of new connections holds some thousands
HEAD_MAX = 8192  # bytes of a server's answer
WAIT_S = 30.0  # for any of them to get on
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing leaves no port in TIME_WAIT behind


class Refused(RuntimeError):
    """The server did not open a socket; the text is how it answered."""


def request(port: int, path: str, token: str) -> bytes:
    """The upgrade, with a bearer token; who knows of none reads over it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


def open_all(port: int, requests: Sequence[bytes], receive_bytes: int = 0) -> list[socket.socket]:
    """One socket for each request, all of them open when this answers. `receive_bytes`: the kernel's
    buffer of each, where it is to be small. Raises Refused, TimeoutError."""
    done: list[socket.socket] = []
    waiting: dict[int, socket.socket] = {}
    rest = iter(requests)
    poll = select.epoll()
    with contextlib.closing(poll):
        while len(done) < len(requests):
            while len(waiting) < AT_ONCE and (asked := next(rest, None)) is not None:
                one = _connect(port, asked, receive_bytes)
                waiting[one.fileno()] = one
                poll.register(one, select.EPOLLIN)
            ready = poll.poll(WAIT_S)
            if not ready:
                raise TimeoutError(f"{len(done)} of {len(requests)} sockets were opened")
            for fd, _ in ready:
                one = waiting.pop(fd)
                poll.unregister(fd)
                _expect_open(one)
                done.append(one)
    return done


def _connect(port: int, asked: bytes, receive_bytes: int) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    if receive_bytes:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    one.connect(("127.0.0.1", port))
    one.sendall(asked)
    one.setblocking(False)
    return one


def _expect_open(one: socket.socket) -> None:
    """Reads the head alone: frames may follow at once."""
    seen = one.recv(HEAD_MAX, socket.MSG_PEEK)
    head, end, _ = seen.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101") or not end:
        raise Refused(head.decode("latin-1")[:200] or "closed without an answer")
    one.recv(len(head) + len(end))
