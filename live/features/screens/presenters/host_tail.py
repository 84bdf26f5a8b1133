"""Cues and questions to the host, kept by one process and brought up to date from the log.

Of an acknowledgement and a taking back the first in the log counts, as in `store/fold_host.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from live.features.screens.presenters.host_views import AskView, CueView, DeviceView, HostSide
from live.store import asks, cues, host_links
from live.store.asks import Ask
from live.store.cues import Cue

OPEN_KEPT = 50  # that wait; a host is said a handful
DONE_KEPT = 8  # that are over
KINDS = frozenset({"cue", "cue_seen", "cue_ack", "cue_drop", "ask", "ask_done", "ask_drop"})


class HostTail:
    """Fed with facts in order."""

    def __init__(self, cues: Iterable[Cue] = (), asks: Iterable[Ask] = ()) -> None:
        """Both oldest first."""
        self._cues = {
            row.id: CueView(
                row.id, row.text, row.by, row.at, row.seen_at, row.acked_at, row.dropped_at
            )
            for row in cues
        }
        self._asks = {
            row.comment: AskView(
                row.comment,
                row.name,
                row.text,
                row.by,
                row.at,
                row.answered_at,
                row.dropped_at,
                row.tip,
            )
            for row in asks
        }

    def side(self, devices: Iterable[DeviceView] = (), *, is_over: bool = False) -> HostSide:
        return HostSide(
            tuple(self._cues.values()), tuple(self._asks.values()), tuple(devices), is_over
        )

    def hear(self, kind: str, at: datetime, told: Mapping[str, Any]) -> None:
        """A fact of KINDS."""
        if kind == "cue":
            cue = CueView(told["cue"], told["text"], told["by"], at)
            self._cues[cue.id] = cue
            self._cues = _kept(self._cues)
        elif kind == "ask":
            self._asks.pop(told["comment"], None)  # sent over once more: to the end
            ask = AskView(
                told["comment"], told["name"], told["text"], told["by"], at, tip=told.get("tip", "")
            )
            self._asks[ask.comment] = ask
            self._asks = _kept(self._asks)
        elif kind in ("ask_done", "ask_drop"):
            self._mark_ask(kind, at, told["comment"])
        else:
            self._mark_cue(kind, at, told["cue"])

    def _mark_cue(self, kind: str, at: datetime, cue_id: str) -> None:
        cue = self._cues.get(cue_id)
        if cue is None:
            return
        if kind == "cue_seen":
            self._cues[cue_id] = replace(cue, seen_at=cue.seen_at or at)
        elif cue.is_open and kind == "cue_ack":
            self._cues[cue_id] = replace(cue, acked_at=at)
        elif cue.is_open:
            self._cues[cue_id] = replace(cue, dropped_at=at)

    def _mark_ask(self, kind: str, at: datetime, comment: str) -> None:
        ask = self._asks.get(comment)
        if ask is None or not ask.is_open:
            return
        if kind == "ask_done":
            self._asks[comment] = replace(ask, answered_at=at)
        else:
            self._asks[comment] = replace(ask, dropped_at=at)


def _kept(known: dict[str, Any]) -> dict[str, Any]:
    """All that wait, and the last that are over, in their order."""
    over = [name for name, one in known.items() if not one.is_open]
    waiting = [name for name, one in known.items() if one.is_open]
    names = {*over[-DONE_KEPT:], *waiting[-OPEN_KEPT:]}
    return {name: one for name, one in known.items() if name in names}


async def first_host(session: AsyncSession, show_id: str) -> HostTail:
    """As SQL has it."""
    sent = await cues.open_cues(session, show_id, OPEN_KEPT)
    sent = [*sent, *await cues.recent_cues(session, show_id, DONE_KEPT)]
    asked = await asks.open_asks(session, show_id, OPEN_KEPT)
    asked = [*asked, *await asks.recent_asks(session, show_id, DONE_KEPT)]
    return HostTail(
        sorted({row.id: row for row in sent}.values(), key=lambda row: (row.at, row.id)),
        sorted({row.comment: row for row in asked}.values(), key=lambda row: (row.at, row.comment)),
    )


async def devices_of(session: AsyncSession, show_id: str) -> list[DeviceView]:
    """The host's devices as SQL has them."""
    return [
        DeviceView(
            row.id,
            row.device,
            row.by,
            row.used_at or row.created_at,
            row.device_until or row.expires_at,
        )
        for row in await host_links.list_devices(session, show_id)
    ]
