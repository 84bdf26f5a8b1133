"""A child does not outlive its parent, even one ended by kill -9 (Linux; elsewhere a no-op)."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def tether() -> Callable[[], None] | None:
    """What to run in a child between fork and exec."""
    libc, parent = _libc, os.getpid()
    if libc is None:
        return None

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return bind
