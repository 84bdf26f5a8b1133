"""What somebody of the crew tried, and may not: it goes on the show's record, where its crew will look for it.

Bounded: of one kind by one actor in one show once in PAUSE_S and process, however often it is tried. Reading is no act.
"""

import time

from starlette.requests import HTTPConnection

from live.domain.access import Actor, Permission
from live.domain.ids import ShowId, show_of
from live.errors import Forbidden
from live.runtime import runtime_of
from live.web.security import SAFE_METHODS

VERB = "crew:deny"
PAUSE_S = 60.0
KEPT_MAX = 1_000  # denials that are remembered; then it starts over

Denied = tuple[ShowId, str, Permission]


class Denials:
    """Of one process."""

    def __init__(self) -> None:
        self._noted_at: dict[Denied, float] = {}

    def is_due(self, denied: Denied, now_s: float) -> bool:
        """True, and noted, if nobody was told of the same for PAUSE_S. `now_s` is monotonic."""
        if now_s - self._noted_at.get(denied, float("-inf")) < PAUSE_S:
            return False
        if len(self._noted_at) >= KEPT_MAX:
            self._noted_at.clear()
        self._noted_at[denied] = now_s
        return True


_denials = Denials()


async def note_denied(connection: HTTPConnection, actor: Actor, permission: Permission) -> None:
    """The caller has made sure that the show in the address exists."""
    show = _show_in(connection)
    if show is None or connection.scope.get("method", "GET") in SAFE_METHODS:
        return
    if _denials.is_due((show, actor.id, permission), time.monotonic()):
        told = {"actor": actor.name, "verb": VERB, "detail": permission.value}
        act = {**told, "result": Forbidden.code, "ms": 0}
        await runtime_of(connection).log.record(show, act)


def _show_in(connection: HTTPConnection) -> ShowId | None:
    """Whatever belongs to a show leads to it."""
    names = ("show_id", "offer_id", "order_id", "item_id")
    given = (connection.path_params.get(name) for name in names)
    return next((show_of(str(one)) for one in given if one), None)
