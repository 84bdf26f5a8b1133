"""A show as its screens know it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from live.domain.show import ShowState


@dataclass(frozen=True, slots=True)
class ShowView:
    id: str
    slug: str
    title: str
    room_title: str
    state: str
    currency: str
    starts_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    stream_url: str | None
    video_delay_s: int = 0  # viewers see and hear the host so much later
    missed_start: bool = False  # it was to start by itself, and the line-up was not ready
    rehearsal_of: str | None = None

    def says_at(self, opens_at: datetime) -> datetime | None:
        """When the host has to say "go" for viewers to hear it as the sale opens; None: at that same moment."""
        return opens_at - timedelta(seconds=self.video_delay_s) if self.video_delay_s else None

    @property
    def is_over(self) -> bool:
        return self.state == ShowState.ENDED
