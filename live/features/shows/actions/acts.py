"""The record of what the crew does: who, what, on what, how it ended, and how long it took."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from live.domain.access import Actor, Role
from live.domain.act import DONE
from live.domain.ids import ShowId
from live.errors import Invalid, LiveError
from live.hotpath.shows import ShowLog

CLOCK = Actor("token", "clock", "clock", Role.OPERATOR)  # who did what was due
NOTHING: Mapping[str, object] = {}
UNEXPECTED = "unexpected"  # a fault of ours, or the request was broken off


@dataclass(slots=True)
class Act:
    """What is on its way to the record. `detail`: an id and what more there is to say, or the new value.
    `is_nothing`: nothing was to be done, so that there is nothing to tell."""

    detail: str = ""
    is_nothing: bool = False


@asynccontextmanager
async def on_record(
    show_id: ShowId, by: Actor, verb: str, detail: str = "", *, log: ShowLog
) -> AsyncIterator[Act]:
    """What happens inside is one act: a fact like any other, so that it is on record even while SQL is away.
    What was refused is on record too, with its code; the error goes on to the caller."""
    act, began = Act(detail), time.perf_counter()
    result, why = UNEXPECTED, NOTHING
    try:
        yield act
        result = DONE
    except LiveError as error:
        result, why = _outcome(error)
        raise
    finally:
        if not act.is_nothing or result != DONE:
            ms = round((time.perf_counter() - began) * 1000)
            told = {"actor": by.name, "verb": verb, "detail": act.detail, "result": result}
            await log.record(show_id, {**told, "ms": ms, **({"why": why} if why else {})})


def _outcome(error: LiveError) -> tuple[str, Mapping[str, object]]:
    """The code of a refusal, and what its sentence has gaps for. Of wrong values the first speaks for all."""
    if isinstance(error, Invalid) and error.errors:
        wrong = error.errors[0]
        values = {"field": wrong.field, "reason": wrong.code, **wrong.values}
    else:
        values = dict(error.values)
    plain = {name: value for name, value in values.items() if isinstance(value, str | int)}
    return error.code, plain
