import asyncio
from collections.abc import Sequence

import pytest

from live.hotpath.batch import BATCH_MAX, Batch, Batches


class Line:
    """A far end that answers when told to."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.gate = asyncio.Event()
        self.fault: Exception | None = None

    async def send(self, items: Sequence[int]) -> Sequence[int]:
        self.calls.append(list(items))
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return [item * 10 for item in items]


async def test_what_comes_during_a_call_goes_with_the_next() -> None:
    line = Line()
    batch: Batch[int, int] = Batch(line.send)
    tasks = [asyncio.create_task(batch.submit(0))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(batch.submit(i)) for i in range(1, BATCH_MAX + 5)]
    await asyncio.sleep(0)
    line.gate.set()
    assert await asyncio.gather(*tasks) == [10 * i for i in range(BATCH_MAX + 5)]
    assert [len(call) for call in line.calls] == [1, BATCH_MAX, 4]
    assert batch.idle


async def test_a_fault_reaches_everyone_in_the_call_and_nobody_after_it() -> None:
    line = Line()
    line.fault = OSError("away")
    line.gate.set()
    batch: Batch[int, int] = Batch(line.send)
    results = await asyncio.gather(batch.submit(1), batch.submit(2), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]
    line.fault = None
    assert await batch.submit(3) == 30


async def test_an_answer_too_few_is_a_fault_and_nobody_waits_for_ever() -> None:
    async def short(items: Sequence[int]) -> Sequence[int]:
        return items[1:]

    batch: Batch[int, int] = Batch(short)
    async with asyncio.timeout(2):
        results = await asyncio.gather(batch.submit(1), batch.submit(2), return_exceptions=True)
    assert all(isinstance(result, Exception) for result in results)


async def test_a_caller_who_leaves_does_not_stop_the_call() -> None:
    line = Line()
    batch: Batch[int, int] = Batch(line.send)
    leaver, stayer = asyncio.create_task(batch.submit(1)), asyncio.create_task(batch.submit(2))
    await asyncio.sleep(0.01)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    line.gate.set()
    assert await stayer == 20


async def test_idle_batches_are_let_go() -> None:
    async def send(key: str, items: Sequence[int]) -> Sequence[str]:
        await asyncio.sleep(0)
        return [f"{key}{item}" for item in items]

    batches = Batches(send)
    answers = await asyncio.gather(*(batches.submit(f"k{i % 50}", i) for i in range(200)))
    assert answers == [f"k{i % 50}{i}" for i in range(200)]
    assert len(batches) == 0
