"""The crowds of a web process: each a child process that is kept only for as long as there is a reason for it.

It ends when it is asked to, with its time, with the rehearsal, when the control room is closed, as soon as a real show
goes on air, and with this process: its stdin closes then, even after kill -9. What it has seen is in SQL two seconds
later at most.
"""

import asyncio
import contextlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import asdict, dataclass
from typing import Any

from live.crowd.voices import new_manner, new_name
from live.domain.access import Actor
from live.domain.attendance import Place
from live.domain.crowd import Job, Wanted, packed
from live.domain.ids import ShowId
from live.domain.show import ShowState
from live.errors import Conflict, NotNow
from live.features.rehearsals.actions.curves import Arrivals, arrivals_for
from live.features.shows.actions import CLOCK, on_record
from live.hotpath import crowds
from live.hotpath.client import Client
from live.runtime import Runtime, end, random_text
from live.store.db import Database
from live.store.rehearsals import CrowdRun
from live.store.shows import Show, list_shows_in

logger = logging.getLogger(__name__)

LOOK_S = 1.0
SAVE_EVERY = 2  # looks
AIR_EVERY = 5  # looks at whether a real show is on air
CLOSED_S = 180.0  # time to look at the conclusion, the line-up or the real show, and to come back
LEAVE_S = 5.0  # for its last words; then it is killed
TOKEN_TTL_S = 7_200
LINE_MAX = 2**20  # bytes of what it tells
ENTRY_TTL_S = 3_600


def crowd_viewer(run: str, number: int) -> str:
    """Like no id of a viewer, a shop's customer or a guest from outside."""
    return f"{crowd_prefix(run)}{number:04}"


def crowd_prefix(run: str) -> str:
    return f"c{run}"


def may_enter(runtime: Runtime, entry: str, show_id: str) -> bool:
    """Whether a socket belongs to the crowd that we ourselves have sent into this show: many come from one
    address then, and are meant to."""
    show, _, until = (runtime.crowd_entries.unseal(entry) or "").partition(":")
    return show == show_id and int(until) > runtime.clock.now().timestamp()


async def crowd_in(show_id: str, *, redis: Client) -> crowds.Crowd | None:
    """Raises RedisUnavailable."""
    return await crowds.read(redis, ShowId(show_id))


@dataclass(slots=True)
class _Kept:
    """A crowd of this process. `was_seen`: a control room was open while it ran."""

    run: CrowdRun
    process: Process
    seen: dict[str, Any]
    was_seen: bool = False
    closed_for_s: float = 0.0


class Crowds:
    """All that this process keeps; `close` ends them with it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, show: Show, wanted: Wanted, *, by: Actor) -> CrowdRun:
        """A crowd comes into the rehearsal. Raises Conflict `not_rehearsal`, `not_live`, `crowd_there`,
        `real_on_air`; Invalid as `arrivals_for`; RedisUnavailable, StoreUnavailable."""
        runtime, show_id = self._runtime, ShowId(show.id)
        async with on_record(show_id, by, "crowd:start", str(wanted.viewers), log=runtime.log):
            await self._refuse(show)
            arrivals = await arrivals_for(wanted, show.room_id, db=runtime.db)
            now = runtime.clock.now()
            run = CrowdRun(
                id=random_text(8), show_id=show.id, by=by.name, started_at=now,
                wanted=packed(wanted), seen={},
            )  # fmt: skip
            if not await crowds.claim(runtime.redis, show_id, crowds.Crowd(run.id, run.wanted, {})):
                raise Conflict("There is a crowd in this rehearsal already.", code="crowd_there")
            try:
                async with runtime.db.write() as session:
                    session.add(run)
                process = await self._spawn(self._job(run, wanted, arrivals))
            except BaseException:
                await crowds.release(runtime.redis, show_id)
                raise
        task = asyncio.create_task(self._keep(_Kept(run, process, {})), name="crowd")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    async def stop(self, show: Show, *, by: Actor) -> None:
        """It leaves within a second or two, whichever process keeps it. Raises Conflict `no_crowd`."""
        runtime, show_id = self._runtime, ShowId(show.id)
        async with on_record(show_id, by, "crowd:stop", "asked", log=runtime.log):
            crowd = await crowds.read(runtime.redis, show_id)
            if crowd is None:
                raise Conflict("There is no crowd in this show.", code="no_crowd")
            await crowds.ask_to_leave(runtime.redis, show_id, crowd.run)

    async def close(self) -> None:
        """All leave, and what they have seen is kept."""
        await end(self._tasks)

    async def _refuse(self, show: Show) -> None:
        if show.rehearsal_of is None:
            raise Conflict("Only a rehearsal may have a simulated crowd.", code="not_rehearsal")
        head = await self._runtime.facts.head(ShowId(show.id))
        if head is None or head.state != ShowState.LIVE:
            raise Conflict("Go on air first: then the crowd can come.", code="not_live")
        if await _is_real_on_air(db=self._runtime.db):
            raise Conflict(
                "A real show is on air: a crowd would take its machine from it.", code="real_on_air"
            )

    def _job(self, run: CrowdRun, wanted: Wanted, arrivals: Arrivals) -> Job:
        runtime = self._runtime
        now = runtime.clock.now().timestamp()
        guests = []
        for number in range(wanted.viewers):
            viewer = crowd_viewer(run.id, number)
            name = new_name(new_manner())
            guests.append((viewer, runtime.viewer_tokens.make(viewer, name, now, TOKEN_TTL_S)))
        return Job(
            base_url=runtime.settings.local_url,
            show_id=run.show_id,
            entry=runtime.crowd_entries.seal(f"{run.show_id}:{int(now) + ENTRY_TTL_S}"),
            guests=guests,
            length_s=wanted.length_s,
            conversion=arrivals.conversion,
            haste_s=arrivals.haste_s,
            comments_per_s=arrivals.comments_per_s,
            sales=arrivals.sales,
            talk=arrivals.talk,
            times=wanted.times,
        )

    async def _spawn(self, job: Job) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "live.crowd",
            stdin=PIPE, stdout=PIPE, start_new_session=True, limit=LINE_MAX,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        with contextlib.suppress(ConnectionError):  # it has died already: the keeper will see
            await process.stdin.drain()
        return process

    async def _keep(self, kept: _Kept) -> None:
        reading = asyncio.create_task(self._read(kept))
        ended_by, looks = "", 0
        try:
            while not ended_by:
                await asyncio.wait({reading}, timeout=LOOK_S)
                looks += 1
                with contextlib.suppress(
                    NotNow
                ):  # the crowd meets with that, too: it is a rehearsal
                    ended_by = await self._look(kept, looks, is_over=reading.done())
                if reading.done() and not ended_by:
                    ended_by = await _how_it_ended(kept.process)
        except asyncio.CancelledError:
            ended_by = "shut_down"
            raise
        finally:
            await asyncio.shield(self._see_off(kept, reading, ended_by))

    async def _look(self, kept: _Kept, looks: int, *, is_over: bool) -> str:
        """Why it shall leave; "" for no reason. Raises NotNow."""
        runtime, show_id = self._runtime, ShowId(kept.run.show_id)
        if is_over:
            return ""
        crowd = crowds.Crowd(kept.run.id, kept.run.wanted, kept.seen)
        if not await crowds.renew(runtime.redis, show_id, crowd):
            return "asked"
        totals = await runtime.log.totals(show_id)
        if totals is None or totals.state == ShowState.ENDED:
            return "rehearsal_over"
        is_open = bool(totals.places[Place.CONTROL])
        kept.was_seen = kept.was_seen or is_open
        kept.closed_for_s = 0.0 if is_open or not kept.was_seen else kept.closed_for_s + LOOK_S
        if kept.closed_for_s > CLOSED_S:
            return "closed"
        if looks % SAVE_EVERY == 0:
            await self._save(kept)
        if looks % AIR_EVERY == 0 and await _is_real_on_air(db=runtime.db):
            return "real_on_air"
        return ""

    async def _read(self, kept: _Kept) -> None:
        assert kept.process.stdout is not None
        while line := await kept.process.stdout.readline():
            with contextlib.suppress(ValueError):  # a line that was cut as it was killed
                kept.seen = json.loads(line)

    async def _save(self, kept: _Kept, ended_by: str = "") -> None:
        async with self._runtime.db.write() as session:
            row = await session.get(CrowdRun, kept.run.id)
            if row is None:
                return  # the show is gone
            row.seen = kept.seen
            if ended_by:
                row.ended_by, row.ended_at = ended_by, self._runtime.clock.now()
            session.add(row)

    async def _see_off(self, kept: _Kept, reading: asyncio.Task[None], ended_by: str) -> None:
        """Until it is gone, with its last words, and everyone knows."""
        process, runtime, show_id = kept.process, self._runtime, ShowId(kept.run.show_id)
        assert process.stdin is not None
        process.stdin.close()  # which asks it to leave
        try:
            await asyncio.wait_for(process.wait(), LEAVE_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        await asyncio.wait({reading}, timeout=LEAVE_S)
        reading.cancel()
        logger.info("a rehearsal's crowd has left", extra={"show": show_id, "cause": ended_by})
        with contextlib.suppress(NotNow):
            await self._save(kept, ended_by)
        with contextlib.suppress(NotNow):
            await crowds.release(runtime.redis, show_id)
        if ended_by != "asked":  # which is on record with who asked
            async with on_record(show_id, CLOCK, "crowd:stop", ended_by, log=runtime.log):
                pass


async def _how_it_ended(process: Process) -> str:
    return "time" if await process.wait() == 0 else "died"


async def _is_real_on_air(*, db: Database) -> bool:
    async with db.read() as session:
        live = await list_shows_in(session, ShowState.LIVE)
    return any(show.rehearsal_of is None and not show.is_demo for show in live)
