"""The beat: every 250 ms a show's numbers are sampled, and what changed on its screens is sent once.

One task per room, so a show can neither delay another nor be drawn twice at a time.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from live.errors import NotNow
from live.hub import frames
from live.hub.broker import Position
from live.hub.close_codes import CloseCode
from live.hub.connection import PageClient
from live.hub.ports import Ports, Sample
from live.hub.registry import Room
from live.hub.stats import Stats
from live.hub.topics import STAFF, Audience
from live.hub.visitor import Drawn

logger = logging.getLogger(__name__)

BEAT_S = 0.25
TALLY_MIN_S = 0.1  # the API promises no more than ten a second, however short the beat
PULSE_S = 5.0  # a page that hears nothing for longer says that it is behind
PATIENCE_S = 15.0  # a page that reads nothing for so long is closed
BEAT_MAX_S = 5.0  # a beat that takes longer is given up
CHUNK = 64  # sockets written to, in less than a millisecond, before an order may come in between
PERSONAL_S = 0.05  # for personal partials in one beat and show; the rest wait for the next
TOGETHER = 16  # of them drawn at once: what Redis is asked for them goes to it in one write

T = TypeVar("T")


class Beat:
    """Draws and sends for one room."""

    def __init__(self, room: Room, ports: Ports, stats: Stats, beat_s: float = BEAT_S) -> None:
        self._room = room
        self._where = {"show": room.show_id}  # of a line in the log
        self._ports = ports
        self._stats = stats
        self._beat_s = beat_s
        self._version: object = None
        self._is_failing = False
        self._dark: set[Audience] = set()  # what could not be drawn at the last beat, and was said
        self._tally_at = float("-inf")
        self._pulse_at: dict[Audience, float] = {}

    async def run(self) -> None:
        while True:
            started = time.monotonic()
            try:
                async with asyncio.timeout(BEAT_MAX_S):
                    await self.once()
                self._is_failing = False
            except NotNow as error:
                if self._broke_off():
                    logger.warning("a beat waits", extra=self._where | {"cause": error.code})
            except Exception:
                if self._broke_off():
                    logger.exception("a beat failed", extra=self._where)
            spent = time.monotonic() - started
            self._stats.beats += 1
            self._stats.beat_seconds += spent
            self._stats.beat_seconds_last = spent
            await asyncio.sleep(max(0.0, self._beat_s - spent))

    def _broke_off(self) -> bool:
        """True the first time in a row: it is said once, not four times a second."""
        self._start_over()
        self._stats.beat_failures += 1
        was_failing, self._is_failing = self._is_failing, True
        return not was_failing

    async def once(self) -> None:
        """One beat. What fails is due again at the next."""
        room, now = self._room, time.monotonic()
        # Before anything is read: a fact that arrives meanwhile makes the room stale for the next beat.
        position, has_news, room.is_stale = room.position, room.is_stale, False
        sample = await self._ports.sample(room.show_id, position)
        await self._draw(sample, position, now, has_news=has_news)
        if now - self._tally_at >= TALLY_MIN_S:
            self._tally_at = now
            await self._send_tally(sample)
        with contextlib.suppress(NotNow):  # what was drawn has been sent; the rest is due again
            await self._draw_personal(position)

    def _start_over(self) -> None:
        """Nobody knows who got what before the beat broke off: everyone gets everything next time."""
        self._room.is_stale = True
        for page in self._room.all_pages():
            page.behind = True

    async def _send_tally(self, sample: Sample) -> None:
        due = [c for c in self._room.events if c.tally_version != sample.version]
        for chunk in _chunks(due):
            # Never an id that the client has passed already: it would resume from there, and read twice.
            position, at_ms = self._room.position, self._ports.now_ms()
            full = frames.event(position, "tally", at_ms, sample.numbers)
            public = frames.event(position, "tally", at_ms, sample.public)
            for client in chunk:
                if client.live and client.position == position and not client.is_full:
                    client.send(full if client.who.role in STAFF else public)
                    client.tally_version = sample.version
            await asyncio.sleep(0)

    async def _draw(
        self, sample: Sample, position: Position, now: float, *, has_news: bool
    ) -> None:
        room = self._room
        changed = has_news or sample.version != self._version
        self._version = sample.version
        for audience in room.audiences():
            await self._draw_one(audience, position, now, changed=changed)
        self._dark.intersection_update(room.audiences())
        for audience in room.drawn.keys() - room.audiences():
            del room.drawn[audience]
            self._pulse_at.pop(audience, None)

    async def _draw_one(
        self, audience: Audience, position: Position, now: float, *, changed: bool
    ) -> None:
        """One screen that cannot be drawn must not darken the others."""
        try:
            drawn = self._room.drawn.get(audience)
            if changed or drawn is None:
                await self._draw_audience(audience, position, now)
            else:
                drawn.at = now
                await self._send_pages(audience, {}, now)
            self._dark.discard(audience)
        except NotNow as error:
            if self._is_first_dark(audience):
                where = self._where | {"screen": audience.screen.value, "cause": error.code}
                logger.warning("a screen waits to be drawn", extra=where)
        except Exception:
            if self._is_first_dark(audience):
                where = self._where | {"screen": audience.screen.value}
                logger.exception("a screen was not drawn", extra=where)

    def _is_first_dark(self, audience: Audience) -> bool:
        """Said once, until it is drawn again."""
        self._room.is_stale = True
        self._stats.beat_failures += 1
        is_first = audience not in self._dark
        self._dark.add(audience)
        return is_first

    async def _draw_audience(self, audience: Audience, position: Position, now: float) -> None:
        room = self._room
        partials = await self._ports.present(room.show_id, position, audience)
        before = room.drawn.get(audience)
        changed = _difference(before.partials, partials) if before else dict(partials)
        if before is None or changed:
            room.drawn[audience] = Drawn(partials, now)
        else:
            before.at = now
        await self._send_pages(audience, changed, now)

    async def _send_pages(self, audience: Audience, changed: Mapping[str, str], now: float) -> None:
        position, at_ms = self._room.position, self._ports.now_ms()
        clients = self._room.pages.get(audience, set())
        update = frames.page(position, at_ms, changed) if changed else None
        if update is None and now - self._pulse_at.get(audience, now) >= PULSE_S:
            update = frames.pulse(position, at_ms)
        if update is not None or audience not in self._pulse_at:
            self._pulse_at[audience] = now
        refresh = (
            frames.page(position, at_ms, self._room.drawn[audience].partials)
            if _any_behind(clients)
            else None
        )
        for chunk in _chunks(list(clients)):
            for client in chunk:
                client.show(update, refresh, now)
                if client.stuck_for(now) > PATIENCE_S:
                    client.end(CloseCode.SLOW)
            await asyncio.sleep(0)

    async def _draw_personal(self, position: Position) -> None:
        due = [
            page
            for page in self._room.all_pages()
            if page.personal_due and not page.behind and page.is_free
        ]
        until = time.monotonic() + PERSONAL_S
        for start in range(0, len(due), TOGETHER):
            some = due[start : start + TOGETHER]
            drawn = await asyncio.gather(
                *(self._send_personal(page, position) for page in some), return_exceptions=True
            )
            for failed in filter(None, drawn):
                raise failed
            if time.monotonic() > until:
                break

    async def _send_personal(self, page: PageClient, position: Position) -> None:
        # Before drawing: a fact that arrives meanwhile makes it due again.
        page.personal_due = False
        try:
            partials = await self._ports.present_personal(
                self._room.show_id, position, str(page.who.viewer_id), page.audience.lang
            )
        except BaseException:
            page.personal_due = True
            raise
        if partials:
            page.send(frames.page(position, self._ports.now_ms(), partials))


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {partial: html for partial, html in after.items() if before.get(partial) != html}


def _any_behind(clients: Iterable[PageClient]) -> bool:
    return any(client.behind for client in clients)


def _chunks(items: list[T]) -> Iterator[list[T]]:
    """In lists of CHUNK."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
