"""The event loop's lag, as /metrics tells it."""

import asyncio
import contextlib
import threading

import pytest

from live.hub.lag import BOUNDS_MS, SPAN_S, LoopLag
from tests.hub.fakes import until


def test_each_sample_has_its_bucket() -> None:
    lag = LoopLag()
    for late_ms in (0, 2, 3, 60, 5000):
        lag.add(late_ms / 1000)
    assert [bound for bound, n in zip(BOUNDS_MS, lag.buckets, strict=False) if n] == [2, 5, 100]
    assert (lag.buckets[0], lag.buckets[-1], sum(lag.buckets)) == (2, 1, 5)
    assert lag.sum_s == 5.065


def test_what_is_recent_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("live.hub.lag.time.monotonic", lambda: now)
    lag = LoopLag()
    lag.add(0.3)
    lag.add(0.001)
    assert lag.recent_ms() == 300
    now += SPAN_S + 1
    assert lag.recent_ms() == 300
    lag.add(0.02)
    now += SPAN_S
    assert lag.recent_ms() == 20
    now += 5 * SPAN_S
    assert lag.recent_ms() == 0
    assert lag.max_s == 0.3


async def test_a_loop_that_is_held_up_is_late() -> None:
    lag = LoopLag()
    task = asyncio.create_task(lag.run())
    await until(lambda: sum(lag.buckets) > 0)
    threading.Event().wait(0.12)
    await until(lambda: sum(lag.buckets[6:]) > 0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
