"""What the control room says of its machines: a recovery, and the findings of the pre-show check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """Why nothing can be sold just now, or (`back`, for a while) that it can again.

    `away`: no word from Redis · `checking`: it was restarted and is compared with the books · `lost`: it
    does not hold the show · `reading`, `writing`: the show is being rebuilt from the books, `done` of
    `total` orders, about `rest_s` seconds to go (None: not known) · `back`: after `took_s` seconds.
    `missing`: facts that the screens had seen and the rebuilt show does not have.
    """

    state: str
    since: datetime
    done: int = 0
    total: int = 0
    rest_s: int | None = None
    has_worker: bool = True
    back_at: datetime | None = None
    took_s: int = 0
    is_rebuilt: bool = False
    missing: int = 0

    @property
    def is_over(self) -> bool:
        return self.state == "back"


STEPS = ("line_up", "sale", "stream", "overlay", "host", "rehearsal")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the pre-show check: `state` done, todo, warn or fail; `title` and `text` are keys of words
    below `check`, with the values for their gaps; `act` what is done at `href` to mend it; `step`: which
    step of set-up it is about, one of STEPS."""

    group: str
    state: str
    title: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    act: str = ""
    href: str = ""
    step: str = ""
