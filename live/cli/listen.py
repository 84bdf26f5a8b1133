"""The listening socket that all web processes share."""

import errno
import socket

from live.cli.refusal import Refusal

BACKLOG = 4096  # connections. A burst at the start of a sale waits here, not in a refusal.


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen before anything else is started, so that a taken port costs nothing."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise Refusal(
            f"the address {host!r} is not one of this machine ({error.strerror})."
        ) from error
    link = socket.socket(family, kind, proto)
    try:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        link.bind(address)
        link.listen(BACKLOG)
    except OSError as error:
        link.close()
        raise Refusal(_why(host, port, error)) from error
    return link


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken by another program; stop it or set LIVE_PORT."
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; set LIVE_PORT to 1024 or more."
    return f"cannot listen on {host} port {port} ({error.strerror})."
