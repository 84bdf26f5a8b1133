"""What the screens say while a show cannot sell because of Redis, and for a minute after it can again."""

from datetime import datetime, timedelta

from live.features.screens.presenters.health_views import Recovery
from live.hotpath.rebuilding import Progress
from live.hotpath.shows import Totals

BACK_FOR = timedelta(seconds=60)  # so long it is told that all is well again
PATIENCE = timedelta(seconds=10)  # a worker that has not been heard of for so long is missed


class Watch:
    """One show, as one process sees it."""

    def __init__(self) -> None:
        self._trouble: Recovery | None = None
        self._back: Recovery | None = None
        self._epoch, self._seq = "", 0  # the newest that the screens had

    def troubled(
        self,
        state: str,
        now: datetime,
        progress: Progress | None = None,
        *,
        has_worker: bool = True,
    ) -> Recovery:
        since = self._trouble.since if self._trouble else now
        self._back = None
        self._trouble = Recovery(state, since, has_worker=has_worker or now - since < PATIENCE)
        if progress is not None:
            self._trouble = Recovery(
                "writing" if progress.total else "reading",
                since,
                done=progress.done,
                total=progress.total,
                rest_s=_rest_s(progress, now),
            )
        return self._trouble

    def sound(self, totals: Totals, now: datetime) -> Recovery | None:
        """The show sells. What is to be said of the trouble that is just over, if there was any."""
        if self._trouble is not None:
            is_rebuilt = bool(self._epoch) and totals.epoch != self._epoch
            self._back = Recovery(
                "back",
                self._trouble.since,
                total=totals.orders,
                back_at=now,
                took_s=max(1, round((now - self._trouble.since).total_seconds())),
                is_rebuilt=is_rebuilt,
                missing=max(self._seq - totals.seq, 0) if is_rebuilt else 0,
            )
        self._trouble = None
        self._epoch, self._seq = totals.epoch, totals.seq
        if self._back and self._back.back_at and now - self._back.back_at > BACK_FOR:
            self._back = None
        return self._back


def _rest_s(progress: Progress, now: datetime) -> int | None:
    spent_s = now.timestamp() - progress.began_ms / 1000
    if not 0 < progress.done <= progress.total or spent_s <= 0:
        return None
    return max(1, round(spent_s * (progress.total - progress.done) / progress.done))
