"""When orders are due in the open loop, and a timer fine enough to be there in time."""

import asyncio
import ctypes
import os
import random
from collections.abc import Callable, Iterator

GRAIN_S = (
    0.0002  # between two looks at what is due. uvloop's own timers step by a whole millisecond
)
CLOCK_MONOTONIC = 1


def fixed(rate: float, seconds: float) -> Iterator[float]:
    """Seconds from the start, evenly spaced."""
    number = 0
    while (due := number / rate) < seconds:
        yield due
        number += 1


def poisson(rate: float, seconds: float, seed: int) -> Iterator[float]:
    """Seconds from the start, each independent of the others; the same seed gives the same ones."""
    chance = random.Random(seed)
    due = chance.expovariate(rate)
    while due < seconds:
        yield due
        due += chance.expovariate(rate)


class Ticks:
    """Calls `act` about every GRAIN_S until stopped; by a timer of Linux where there is one."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._fd = _timer_fd()
        if self._fd is None:
            self._again()
        else:
            self._loop.add_reader(self._fd, self._tick, self._fd)

    def stop(self) -> None:
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = None
        if self._handle is not None:
            self._handle.cancel()

    def _tick(self, fd: int) -> None:
        os.read(fd, 8)  # how many periods have passed; one look serves them all
        self._act()

    def _again(self) -> None:
        self._handle = self._loop.call_later(0.001, self._again)
        self._act()


class _TimerSpec(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_long) for name in ("every_s", "every_ns", "first_s", "first_ns")
    )


def _timer_fd() -> int | None:
    """A descriptor that is readable every GRAIN_S; None where timerfd_create(2) does not exist."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "timerfd_create"):
        return None
    fd: int = libc.timerfd_create(CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "timerfd_create")
    grain_ns = round(GRAIN_S * 1e9)
    libc.timerfd_settime(fd, 0, ctypes.byref(_TimerSpec(0, grain_ns, 0, grain_ns)), None)
    return fd
