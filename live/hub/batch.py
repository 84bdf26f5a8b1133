"""Notices that arrived together, and which of them each client is given."""

from live.hub.events import Notice
from live.hub.frames import Bundle
from live.hub.topics import STAFF, Role, Who

ANYONE = Who(Role.VIEWER, None, "")  # a viewer about whom nothing is


def _seq(notice: Notice) -> int:
    return notice.position.seq


class Batch:
    """Notices that arrived together, sorted once so that a crowd of viewers costs little per order."""

    __slots__ = ("_own", "_shared", "_untold", "first_seq", "notices", "public")

    def __init__(self, notices: list[Notice]) -> None:
        self.notices = notices
        self.first_seq = notices[0].position.seq if notices else 0
        self._shared: Bundle | None = None
        self.public = [notice for notice in notices if notice.is_public]
        self._untold = {notice.untold for notice in self.public if notice.untold is not None}
        self._own: dict[str, list[Notice]] = {}
        for notice in notices:
            if notice.owner is not None and not notice.is_public:
                self._own.setdefault(notice.owner, []).append(notice)

    def for_(self, who: Who) -> list[Notice]:
        """A superset of what `who` may see; `Notice.frame_for` has the last word."""
        if who.role in STAFF:
            return self.notices
        own = self._own.get(who.viewer_id or "")
        if own is None:
            return self.public
        return sorted((*self.public, *own), key=_seq) if self.public else own

    def is_public_for(self, who: Who) -> bool:
        """True: what is public, all of it, is what `who` may see."""
        viewer = who.viewer_id or ""
        return who.role not in STAFF and viewer not in self._own and viewer not in self._untold

    def shared(self) -> Bundle | None:
        """Everything public, the same for all for whom it is all; None if that is nothing."""
        if self._shared is None and self.public:
            frames = [notice.frame_for(ANYONE) for notice in self.public]
            self._shared = Bundle([frame for frame in frames if frame is not None])
        return self._shared
